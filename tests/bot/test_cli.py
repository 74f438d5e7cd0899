"""The command line, in this process, on a data folder of the test's own."""

import asyncio
import io
import json
import os
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.store import lock
from adapters.store.store import open_store
from bot import cli, folders
from bot.folders import FOLDER
from services.model import State
from services.problems import Code, Problem
from services.recipes import Format, Operation, Preset
from tests.fakes.jobs import START, a_job
from tests.hostile import sounds


def call(*words):
    return CliRunner().invoke(cli.main, [str(word) for word in words])


def recording(path: Path) -> Path:
    path.write_bytes(sounds.encoded(sounds.speech(1.0)))
    return path


def keep(folder, *jobs):
    async def write():
        async with open_store(None, folder / "data") as store:
            for job in jobs:
                await store.write(lambda tx, job=job: tx.add(job))

    (folder / "data").mkdir(exist_ok=True)
    asyncio.run(write())


def test_the_words_of_the_command_line_are_those_of_the_services():
    assert set(cli.STATES) == {state.value for state in State}
    assert set(cli.OPERATIONS) == {one.value for one in Operation}
    assert set(cli.PRESETS) == {one.value for one in Preset}
    assert set(cli.FORMATS) == {one.value for one in Format}


def test_process_says_one_line_of_json_for_each_file(folder):
    talk, missing = recording(folder / "talk one.wav"), folder / "missing.mp3"
    result = call(
        *("process", talk, missing, "--op", "denoise", "--preset", "podcast"),
        *("--format", "flac", "--out", folder / "out", "--json"),
    )
    good, bad = (json.loads(line) for line in result.stdout.splitlines())
    assert result.exit_code == 1
    (output,) = good["outputs"]
    assert (good["input"], good["ok"], good["problem"]) == (str(talk), True, None)
    assert output == {
        "part": "clean",
        "path": str(folder / "out" / "talk one.clean.flac"),
        "seconds": pytest.approx(1.0, abs=0.01),
    }
    assert Path(output["path"]).read_bytes()[:4] == b"fLaC"
    assert (bad["ok"], bad["outputs"], bad["problem"]["code"]) == (False, [], "not_a_file")


def test_process_gives_two_formats_and_a_bit_rate(folder):
    words = ("--format", "wav,mp3", "--bitrate", "64", "--out", folder / "out", "--json")
    result = call("process", recording(folder / "a.wav"), *words)
    outputs = json.loads(result.stdout)["outputs"]
    wav, mp3 = (Path(output["path"]) for output in outputs)
    assert [output["part"] for output in outputs] == ["clean", "clean"]
    assert (wav.name, mp3.name) == ("a.clean.wav", "a.clean.mp3")
    assert wav.read_bytes()[:4] == b"RIFF"
    assert mp3.stat().st_size < 12_000, "a second at 64 kbit/s, and its tags"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "wav,mp3,flac"], "At most 2 go together"),
        (["--format", "wma"], "is not one of"),
        (["--bitrate", "8"], "It can be 16 to 320"),
    ],
)
def test_process_refuses_what_cannot_be_given_back(folder, words, said):
    result = call("process", recording(folder / "a.wav"), *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_process_ends_with_0_when_all_went_well(folder):
    result = call("process", recording(folder / "a.wav"), "--out", folder / "out")
    assert result.exit_code == 0
    assert [path.name for path in (folder / "out").iterdir()] == ["a.clean.wav"]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["process"], id="no file"),
        pytest.param(["process", "a.wav", "--op", "polish"], id="unknown operation"),
        pytest.param(["jobs", "list", "--state", "lost"], id="unknown state"),
        pytest.param(["process", "a.wav", "--stems", "vocals"], id="stems of another operation"),
    ],
)
def test_a_wrong_word_ends_with_2(folder, words):
    assert call(*words).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ["--op", "stems", "--stems", "kazoo"],
        ["--op", "stems", "--cleanup", "scrub"],
        ["--from", "abc"],
        ["--from", "4", "--to", "2"],
    ],
)
def test_a_word_that_means_nothing_ends_with_2_before_any_work(folder, words):
    result = call("process", recording(folder / "a.wav"), "--out", folder / "out", *words)
    assert result.exit_code == 2
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("MAX_DURATION_MINUTES", "0.01", "too_long"),
        ("MAX_FILE_MB", "0.01", "too_large"),
        ("USER_MINUTES_PER_DAY", "0", "quota_spent"),
    ],
)
def test_limits_that_are_set_hold_for_the_command_line_too(folder, monkeypatch, name, value, code):
    monkeypatch.setenv(f"UNDERTONE_QUOTA__{name}", value)
    sound = recording(folder / "a.wav")
    result = call("process", sound, "--out", folder / "out", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problem"]["code"] == code


def test_purge_says_how_many_for_programs(folder):
    result = call("purge", "--json")
    assert json.loads(result.stdout) == {"purged": 0}


def test_an_option_that_changes_nothing_says_so(folder):
    sound = recording(folder / "a.wav")
    result = call("process", sound, "--op", "deecho", "--preset", "podcast", "--out", folder / "o")
    assert result.exit_code == 0
    assert "--preset changes nothing with --op deecho." in result.stderr


def test_what_a_killed_process_left_is_swept(folder, monkeypatch):
    monkeypatch.setattr(folders, "ROOMY", str(folder))
    monkeypatch.delenv("TMPDIR", raising=False)
    dead, alive = (folder / f"{FOLDER}{name}" for name in ("dead", "alive"))
    for left in (dead, alive):
        left.mkdir()
        (left / lock.NAME).touch()
    with lock.lock_file(alive):
        assert call("process", recording(folder / "a.wav"), "--out", "out").exit_code == 0
    assert not dead.exists()
    assert alive.exists()
    assert len(list(folder.glob(f"{FOLDER}*"))) == 1


def test_jobs_are_listed_shown_and_cancelled(folder):
    waiting, over = (
        a_job(1),
        a_job(2, state=State.DONE, outcome=Problem(Code.PROVIDER_SILENT), done_at=START),
    )
    keep(folder, waiting, over)
    listed = call("jobs", "list", "--json").stdout.splitlines()
    assert {json.loads(line)["job"] for line in listed} == {waiting.id, over.id}
    done = call("jobs", "list", "--state", "done", "--json").stdout.splitlines()
    assert [json.loads(line)["job"] for line in done] == [over.id]

    assert call("jobs", "cancel", waiting.id).exit_code == 0
    shown = json.loads(call("jobs", "show", waiting.id, "--json").stdout)
    # The person is told by the running program.
    assert (shown["state"], shown["problem"]) == ("delivering", "cancelled")
    late = call("jobs", "cancel", over.id)
    assert late.exit_code == 1
    assert "over already" in late.stderr


def test_what_people_said_is_for_the_operator_alone(folder, monkeypatch):
    before = os.umask(0o022)
    try:
        assert call("migrate").exit_code == 0
    finally:
        os.umask(before)
    made = [folder / "data", *(folder / "data").iterdir()]
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def test_an_unknown_job_is_answered_in_words(folder):
    for action in ("show", "cancel", "retry"):
        result = call("jobs", action, "nothing")
        assert result.exit_code == 1
        assert "cannot find this job" in result.stderr


def test_a_backup_comes_back(folder):
    keep(folder, a_job(1))
    assert call("backup", folder / "kept.tar.gz").exit_code == 0
    assert (folder / "kept.tar.gz").stat().st_mode & 0o077 == 0

    there = call("restore", folder / "kept.tar.gz")
    assert there.exit_code == 1
    assert "--force" in there.stderr
    keep(folder, a_job(2))
    assert call("restore", "--force", folder / "kept.tar.gz").exit_code == 0
    listed = call("jobs", "list", "--json").stdout.splitlines()
    assert [json.loads(line)["job"] for line in listed] == [a_job(1).id]


def test_the_sound_goes_along_when_asked_for_and_nothing_half_done_does(folder):
    keep(folder, a_job(1))
    (folder / "data" / "files" / "a").mkdir(parents=True)
    (folder / "data" / "files" / "a" / "clean").write_bytes(b"sound")
    (folder / "data" / "files" / ".incoming").mkdir()
    (folder / "data" / "files" / ".incoming" / "half").write_bytes(b"on its way")
    assert call("backup", "--sound", folder / "kept.tar.gz").exit_code == 0
    with tarfile.open(folder / "kept.tar.gz") as kept:
        names = [name for name in kept.getnames() if name.startswith("files/")]
    assert names == ["files/a/clean"]
    assert call("backup", folder / "missing" / "kept.tar.gz").exit_code == 1
    assert list(folder.glob("**/*.part")) == []


def test_a_backup_with_ways_out_stays_inside(folder):
    keep(folder, a_job(1))
    assert call("backup", folder / "kept.tar.gz").exit_code == 0
    with tarfile.open(folder / "kept.tar.gz") as kept, tarfile.open("bad.tar.gz", "w:gz") as bad:
        for member in kept:
            bad.addfile(member, kept.extractfile(member))
        bad.addfile(tarfile.TarInfo("files/../../escaped"), io.BytesIO())
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        bad.addfile(link)
    assert call("restore", "--force", "bad.tar.gz").exit_code == 0
    assert not (folder / "escaped").exists()
    assert not (folder / "data" / "files" / "link").is_symlink()


def test_what_is_no_backup_changes_nothing(folder):
    keep(folder, a_job(1))
    (folder / "no.tar.gz").write_bytes(b"no backup at all")
    result = call("restore", "--force", folder / "no.tar.gz")
    assert result.exit_code == 1
    assert "not a whole backup" in result.stderr
    assert len(call("jobs", "list").stdout.splitlines()) == 1


def test_a_folder_that_cannot_be_made_is_one_line(folder, monkeypatch):
    (folder / "file").touch()
    monkeypatch.setenv("UNDERTONE_DATA_DIR", str(folder / "file"))
    result = call("jobs", "list")
    assert result.exit_code == 1
    assert result.stderr == f"{folder / 'file'}: File exists.\n"


def test_the_database_is_migrated_once(folder):
    assert "was brought" in call("migrate").stdout
    assert "is up to date" in call("migrate").stdout
