"""MusicGPT's dialect, what is refused, always in one flat sentence; and how often one may ask.

Names like MG-C-16 are rows of the providers' contract.
"""

import pytest
import pytest_asyncio

from adapters.api.asking import Asking
from tests.adapters.api.conversions import OPERATIONS, encoded, own_jobs, posted, started
from tests.adapters.api.room import open_room
from tests.fakes.clock import Clock

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINK = "https://example.com/audio.m4a"
EITHER = "Either audio_url or audio_file must be provided."
BOTH = "Both audio_url and audio_file cannot be None."
TIERS = """
[tiers.slow]
requests = 2

[tiers.little]
space = { month = 0.01 }

[tiers.small]
file_mb = 0.01

[tiers.short]
length = 0.01

[tiers.one]
jobs = 1
"""


def tiers(folder):
    """Settings with plans that end soon."""
    path = folder / "tiers.toml"
    path.write_text(TIERS)
    return {"quota": {"tiers_file": path}}


@pytest_asyncio.fixture(loop_scope="module")
async def planned(tmp_path):
    """Makes programs of a plan, on a clock that stands."""
    settings = tiers(tmp_path)
    async with open_room(tmp_path, works=False, clock=Clock(), **settings) as opened:
        yield lambda plan: opened.program(plan, plan)


def is_flat(answer) -> bool:
    """Whether it is `success` and one sentence, and nothing else."""
    body = answer.body
    is_sentence = isinstance(body["error"], str) and body["error"].endswith(".")
    return [*body] == ["success", "error"] and body["success"] is False and is_sentence


# --- without a sound ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        pytest.param("denoise", EITHER, id="MG-D-04"),
        pytest.param("deecho", BOTH, id="MG-E-19"),
        pytest.param("dereverb", BOTH, id="MG-X-05"),
        pytest.param("Extraction", EITHER, id="MG-S-44"),
    ],
)
@pytest.mark.parametrize("fields", [{"audio_url": ""}, {"webhook_url": "https://a.example/"}, {}])
async def test_without_a_sound_each_operation_has_the_words_of_its_page(
    asker, operation, words, fields
):
    """MG-C-06, MG-C-16, MG-E-03, AMB-06, AMB-07"""
    taken = await asker.gpt("POST", f"/{operation}", data=fields)
    assert (taken.status, taken.body) == (422, {"success": False, "error": words})


async def test_a_file_that_is_only_a_word_is_none(asker):
    """MG-C-06"""
    taken = await asker.gpt("POST", "/denoise", data={"audio_file": "audio.m4a"})
    assert (taken.status, taken.body["error"]) == (422, EITHER)


# --- each status, in the same shape ---------------------------------------------------------------


async def missing_type(program):
    return await program.gpt("GET", "/byId", params={"task_id": "a"})


async def without_key(program):
    return await program.call("POST", "/api/musicgpt/v1/denoise", data={"audio_url": LINK})


async def nowhere(program):
    return await program.gpt("POST", "/enhance", data={"audio_url": LINK})


async def without_version(program):
    headers = {"Authorization": program.text}
    return await program.call("POST", "/api/musicgpt/deecho", headers=headers)


async def unknown(program):
    return await program.by_id("938a071a-a5f5-40df-8eeb-972edcff26c4")


async def wrong_method(program):
    return await program.gpt("GET", "/denoise")


async def no_sound(program):
    return await program.convert(sound=b"%PDF-1.7 no sound at all", name="a.pdf")


async def empty_file(program):
    return await program.convert(sound=b"", name="a.wav")


async def cut_short(program):
    return await program.convert(sound=encoded("mp4", "aac")[:2_000], name="a.m4a")


async def json_body(program):
    return await program.gpt("POST", "/denoise", json={"audio_url": LINK})


async def bad_webhook(program):
    return await program.convert(webhook_url="ftp://example.com/hook")


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        pytest.param(missing_type, 400, id="MG-X-07"),
        pytest.param(without_key, 401, id="MG-C-02"),
        pytest.param(nowhere, 404, id="another operation"),
        pytest.param(without_version, 404, id="MG-C-01"),
        pytest.param(unknown, 404, id="an unknown conversion"),
        pytest.param(wrong_method, 405, id="another method"),
        pytest.param(no_sound, 415, id="no sound"),
        pytest.param(empty_file, 422, id="an empty file"),
        pytest.param(cut_short, 422, id="a file cut short"),
        pytest.param(json_body, 422, id="JSON"),
        pytest.param(bad_webhook, 422, id="no webhook"),
    ],
)
async def test_every_refusal_is_flat(asker, ask, status):
    """MG-C-16, MG-C-18"""
    answer = await ask(asker)
    assert (answer.status, is_flat(answer)) == (status, True), answer.raw
    assert await own_jobs(asker) == []


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_what_breaks_here_is_told_in_the_words_of_the_page(asker, monkeypatch, operation):
    """MG-C-17, MG-S-45, MG-C-18"""

    async def breaks(*_):
        raise RuntimeError("of this nobody outside should read")

    monkeypatch.setattr(Asking, "take", breaks)
    answer = await asker.gpt("POST", f"/{operation}", data={"audio_url": LINK})
    told = {"success": False, "error": "Internal Server Error"}
    assert (answer.status, answer.body) == (500, told)


async def test_a_body_that_is_too_large_is_refused_before_it_is_sent(asker):
    """MG-C-18"""
    headers = (
        "Content-Type: multipart/form-data; boundary=b",
        "Content-Length: 300000000",
        "Expect: 100-continue",
    )
    said = {"success": False, "error": "File size exceeds the 200MB limit."}
    assert await posted(asker, "/v1/denoise", b"", *headers) == (413, said)


# --- what a plan does not hold --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "given", "status"),
    [
        pytest.param("small", {}, 413, id="a large file"),
        pytest.param("short", {}, 422, id="a long one"),
        pytest.param("api_dev", {"webhook_url": "https://a.example/"}, 403, id="no webhooks"),
    ],
)
async def test_what_a_plan_does_not_hold_is_refused_flatly(planned, plan, given, status):
    """MG-C-18"""
    program = await planned(plan)
    answer = await program.convert(**given)
    assert (answer.status, is_flat(answer)) == (status, True), answer.raw


async def test_minutes_that_are_used_up_are_told_as_such(planned):
    """MG-C-18"""
    program = await planned("little")
    answer = await program.convert()
    assert (answer.status, is_flat(answer)) == (402, True)


async def test_as_many_jobs_at_once_as_the_plan_holds(planned):
    """MG-C-18"""
    program = await planned("one")
    await started(program)
    answer = await program.convert()
    assert (answer.status, is_flat(answer)) == (429, True)


# --- how often ------------------------------------------------------------------------------------


async def test_submissions_are_counted_by_the_plan(planned):
    """MG-X-06"""
    program = await planned("slow")
    for _ in range(2):
        await started(program)
    answer = await program.convert()
    assert (answer.status, is_flat(answer)) == (429, True)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60

    program.room.clock.turn(seconds=int(answer.headers["Retry-After"]))
    assert (await program.convert()).status == 200


async def test_there_are_two_hundred_questions_a_minute_beside_them(planned):
    """MG-X-06"""
    program = await planned("slow")
    for _ in range(200):
        assert (await program.by_id("a")).status == 404
    answer = await program.by_id("a")
    assert (answer.status, is_flat(answer)) == (429, True)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    # Questions of either kind are counted together, submissions apart.
    assert (await program.gpt("GET", "/byUser")).status == 429
    assert (await program.convert()).status == 200


async def test_each_key_has_its_own_count(planned):
    """MG-X-06"""
    busy, other = await planned("slow"), await planned("api_unlimited")
    for _ in range(3):
        answer = await busy.convert()
    assert answer.status == 429
    assert (await other.convert()).status == 200
