"""The programs that both providers print run as they stand, but for the address and the key.

They are children of this process and know nothing of us. Only names and values were taken where
a page is damaged (AMB-26).
"""

import ast
import json
import shutil

import pytest

from services.problems import Code, Problem
from services.recipes import Cleanup, Preset, Stem
from tests.adapters.api import samples as printed
from tests.adapters.api.conversions import copying_room, sound_of
from tests.adapters.api.engine import Engine, quick_room
from tests.adapters.api.samples import Samples, write_files
from tests.services_at_hand import require

WITH_CURL = pytest.mark.usefixtures("curl")
PRINTED_ID = "job_3f8a2c9e"


@pytest.fixture(scope="session")
def curl():
    """Many machines have it."""
    if shutil.which("curl") is None:
        require("curl", "curl is not installed")


@pytest.fixture
def folder(tmp_path):
    """Where the programs run."""
    place = tmp_path / "samples"
    place.mkdir()
    write_files(place)
    return place


@pytest.fixture
async def samples(waiting, folder):
    """For what names places outside: nothing is worked on, so nobody there is called."""
    return Samples(waiting, folder)


@pytest.fixture
async def working(tmp_path, folder):
    async with quick_room(tmp_path) as opened:
        yield Samples(await opened.program(), folder)


async def enhanced(samples) -> str:
    """The id that the sample prints, once the job is done."""
    job_id = (await samples.python(printed.ENHANCE)).strip()
    await samples.program.room.done(job_id)
    return job_id


# --- MusicGPT -------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["denoise", "deecho"])
async def test_musicgpts_sample_with_a_link_runs(samples, operation):
    """MG-D-06, MG-E-02"""
    said = ast.literal_eval(await samples.python(printed.BY_URL.format(operation=operation)))
    job = await samples.job(said["task_id"])
    assert (said["success"], said["eta"]) == (True, -1)
    assert job.source.url == "https://example.com/audio.m4a"
    assert "webhook" not in job.address.route


@pytest.mark.parametrize("operation", ["denoise", "deecho"])
async def test_musicgpts_sample_with_a_file_runs(samples, operation):
    """MG-D-07, MG-E-02"""
    said = ast.literal_eval(await samples.python(printed.BY_FILE.format(operation=operation)))
    job = await samples.job(said["task_id"])
    assert (said["success"], said["credit_estimate"]) == (True, 0.02)
    assert job.source.name == "audio.m4a"
    assert job.address.route["webhook"] == "https://www.test.requestcatcher.com/test"


@WITH_CURL
@pytest.mark.parametrize("path", ["Deecho", "Extraction"])
async def test_musicgpts_curl_line_runs(samples, path):
    """MG-C-04, MG-C-07, MG-E-01, MG-S-01, AMB-02, AMB-25"""
    said = json.loads(await samples.shell(printed.BY_CURL.format(path=path)))
    job = await samples.job(said["task_id"])
    assert said["success"] is True
    assert job.source.url == "https://www.youtube.com/watch?v=jGflUbPQfW8"
    assert job.address.route["webhook"] == "http://webhook.musicgpt.com"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(printed.WITH_LISTS, id="MG-S-05"),
        pytest.param(printed.ON_THE_OTHER_PAGE, id="MG-S-02"),
    ],
)
async def test_the_sample_of_extraction_runs(samples, text):
    """MG-S-03, MG-S-04, MG-S-32"""
    said = ast.literal_eval(await samples.python(text))
    job = await samples.job(said["task_id"])
    assert {*said} == {"success", "task_id", "conversion_id", "eta", "credit_estimate"}
    assert job.recipe.stems == (Stem.VOCALS, Stem.DRUMS)
    assert job.recipe.cleanup == (Cleanup.DENOISE,)
    assert job.source.name == "path_to_audio.mp3"


async def test_the_older_sample_of_extraction_runs(samples):
    """MG-S-32"""
    status, _, said = (await samples.python(printed.WITHOUT_LISTS)).partition(" ")
    job = await samples.job(ast.literal_eval(said)["task_id"])
    assert status == "200"
    assert job.address.route["webhook"] == "http://abcd.requestcatcher.com/test"


# --- noise-remover.com ----------------------------------------------------------------------------


async def test_the_sample_that_enhances_and_the_one_that_waits_run(program, folder):
    """NR-E-29, NR-J-03g"""
    samples = Samples(program, folder)
    job_id = await enhanced(samples)
    job = await samples.job(job_id)
    assert job.recipe.preset is Preset.PODCAST
    assert json.loads(job.address.route["metadata"]) == {"episode_id": "ep-042"}

    line = f"print(wait_for_job({job_id!r}, {program.text!r}))"
    url = (await samples.python(printed.WAIT, line)).strip()
    got = await program.call("GET", url)
    assert sound_of(got.raw) == ("wav", pytest.approx(1.0, abs=0.06))


async def test_the_sample_that_waits_tells_why_a_job_failed(tmp_path, folder):
    """NR-J-07, AMB-12"""
    engine = Engine()
    engine.breaks = Problem(Code.PROVIDER_FAILED)
    async with quick_room(tmp_path, engine) as opened:
        failing = Samples(await opened.program(), folder)
        line = f"wait_for_job({await enhanced(failing)!r}, {failing.program.text!r})"
        said = await failing.breaks(printed.WAIT, line)
    assert said.startswith("Exception: ")
    assert "could not process this recording" in said


@pytest.mark.parametrize(("spoiled", "is_right"), [(b"", "True"), (b" ", "False")])
async def test_the_sample_that_verifies_a_webhook_runs(tmp_path, folder, ear, spoiled, is_right):
    """NR-W-05, NR-W-07, AMB-09: of the body as it was before the signature stood in it."""
    async with copying_room(tmp_path, ear) as opened:
        program = await opened.program()
        assert (await program.enhance(webhook_url=ear.url)).status == 202
        (heard,) = await ear.until()
        signature, secret = heard.body["signature"], await opened.secret(program)
        raw = heard.raw.replace(f',"signature":"{signature}"'.encode(), spoiled)
        line = f"print(verify_webhook({raw!r}, {signature!r}, {secret!r}))"
        assert (await Samples(program, folder).python(printed.VERIFY, line)).strip() == is_right


@WITH_CURL
async def test_the_curl_line_that_enhances_runs(working):
    """NR-E-28, NR-E-30, NR-E-31, NR-E-32"""
    said = json.loads(await working.shell(printed.CURL_ENHANCE))
    assert (said["status"], said["preset"], said["output_format"]) == ("pending", "podcast", "wav")


@WITH_CURL
async def test_the_curl_line_that_asks_for_a_job_runs(working):
    """NR-J-03a, NR-J-03b"""
    job_id = await enhanced(working)
    said = json.loads(await working.shell(printed.CURL_JOB.replace(PRINTED_ID, job_id)))
    assert (said["job_id"], said["status"]) == (job_id, "completed")


@WITH_CURL
async def test_the_job_of_the_page_is_nobodys_here(working):
    """NR-ERR-07"""
    said = json.loads(await working.shell(printed.CURL_JOB))
    assert said["error"]["code"] == "job_not_found"


@WITH_CURL
async def test_the_curl_line_that_lists_jobs_runs(working):
    """NR-L-01a, NR-L-01c"""
    job_id = await enhanced(working)
    said = json.loads(await working.shell(printed.CURL_JOBS))
    assert [one["job_id"] for one in said["jobs"]] == [job_id]


@WITH_CURL
async def test_the_curl_line_that_deletes_a_job_runs(working):
    """NR-X-01"""
    job_id = await enhanced(working)
    said = json.loads(await working.shell(printed.CURL_DELETE.replace(PRINTED_ID, job_id)))
    assert said == {"deleted": True, "job_id": job_id}
    assert await working.program.room.jobs() == []


@WITH_CURL
async def test_the_curl_line_that_asks_for_usage_runs(working):
    """NR-U-01a, NR-U-01c"""
    await enhanced(working)
    said = json.loads(await working.shell(printed.CURL_USAGE))
    assert (said["plan"], said["minutes_used"]) == ("api_unlimited", 0.02)
