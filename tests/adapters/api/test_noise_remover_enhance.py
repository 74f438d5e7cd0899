"""noise-remover.com's dialect, served: POST /enhance, what it takes and what it answers."""

import asyncio
import json
import re
from datetime import datetime, timedelta

import aiohttp
import pytest

from adapters.api import gate
from adapters.wire.noise_remover import MOST_BYTES
from bot import wiring
from tests.adapters.api.engine import Engine, quick_room, told_room
from tests.adapters.api.room import open_room, tone
from tests.adapters.api.sounds import clearness, noisy_speech, recording, seconds_of, stream_of

pytestmark = pytest.mark.timeout(600)  # the first test waits for every type and format

LENGTH = 0.4  # seconds
PRESETS = ("auto", "podcast", "video", "call", "voiceover", "music")
FORMATS = ("wav", "mp3", "flac", "m4a", "ogg", "aiff")
MP4 = "mov,mp4,m4a,3gp,3g2,mj2"  # as libav calls all of them

INPUTS = [
    pytest.param("mp3", id="NR-E-02 mp3"),
    pytest.param("wav", id="NR-E-03 wav"),
    pytest.param("flac", id="NR-E-04 flac"),
    pytest.param("m4a", id="NR-E-05 m4a"),
    pytest.param("ogg", id="NR-E-06 ogg"),
    pytest.param("aiff", id="NR-E-07 aiff"),
    pytest.param("aac", id="NR-E-08 aac"),
    pytest.param("mp4", id="NR-E-09 mp4"),
    pytest.param("mov", id="NR-E-10 mov"),
]
OUTPUTS = [
    pytest.param("wav", "wav", "pcm_s16le", "audio/wav", id="NR-E-20 wav"),
    pytest.param("mp3", "mp3", "mp3float", "audio/mpeg", id="NR-E-21 mp3"),
    pytest.param("flac", "flac", "flac", "audio/flac", id="NR-E-22 flac"),
    pytest.param("m4a", MP4, "aac", "audio/mp4", id="NR-E-23 m4a"),
    pytest.param("ogg", "ogg", "opus", "audio/ogg", id="NR-E-24 ogg"),
    pytest.param("aiff", "aiff", "pcm_s16be", "audio/aiff", id="NR-E-25 aiff"),
]


# --- through the real engine: every type in, every format and every preset out --------------------


@pytest.fixture(scope="module")
def worked(tmp_path_factory, borrowed_workers):
    """What became of one job for each type, and for each format."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(wiring, "open_workers", borrowed_workers)
        return asyncio.run(_worked(tmp_path_factory.mktemp("worked")))


async def _worked(folder):
    found = {}
    async with open_room(folder) as room:
        program = await room.program()
        for kind in [param.values[0] for param in INPUTS]:
            found[kind] = await _one(program, kind)
        for made in FORMATS:
            found["to", made] = await _one(program, "mp4", output_format=made)
        for preset in PRESETS:
            found[preset] = await program.enhanced(sound=noisy_speech(), preset=preset)
            found["sound", preset] = await program.call("GET", found[preset]["download_url"])
    return found


async def _one(program, kind, **fields):
    job = await program.enhanced(sound=recording(kind, LENGTH), name=f"recording.{kind}", **fields)
    return job, await program.call("GET", job["download_url"])


@pytest.mark.parametrize("kind", INPUTS)
def test_every_type_of_the_page_is_taken(worked, kind):
    job, got = worked[kind]
    assert (job["status"], got.status) == ("completed", 200)
    # Frames of lossy codecs are filled up.
    assert seconds_of(got.raw) == pytest.approx(LENGTH, abs=0.12)


@pytest.mark.parametrize(("wanted", "container", "codec", "mime"), OUTPUTS)
def test_the_result_has_the_format_that_was_asked_for(worked, wanted, container, codec, mime):
    job, got = worked["to", wanted]
    assert job["output_format"] == wanted
    assert got.headers["Content-Type"] == mime
    assert stream_of(got.raw)[0] == container
    assert ("audio", codec) in stream_of(got.raw)[1]


@pytest.mark.parametrize("wanted", FORMATS)
def test_of_a_film_only_the_sound_comes_back(worked, wanted):  # AMB-18
    _, got = worked["to", wanted]
    assert [kind for kind, _ in stream_of(got.raw)[1]] == ["audio"]


@pytest.mark.parametrize(
    "preset",
    [
        pytest.param("auto", id="NR-E-13 auto"),
        pytest.param("podcast", id="NR-E-14 podcast"),
        pytest.param("video", id="NR-E-15 video"),
        pytest.param("call", id="NR-E-16 call"),
        pytest.param("voiceover", id="NR-E-17 voiceover"),
        pytest.param("music", id="NR-E-18 music"),
    ],
)
def test_every_preset_of_the_page_is_taken(worked, preset):
    assert (worked[preset]["status"], worked[preset]["preset"]) == ("completed", preset)


# The page's words for each, and how many dB clearer a voice over steady noise becomes at least and
# at most: 23, 22, 20, 27, 23 and 1 were measured.
AGGRESSIVENESS = [
    pytest.param("auto", 15, 30, id="NR-P-01 auto, adaptive"),
    pytest.param("podcast", 15, 25, id="NR-P-02 podcast, medium"),
    pytest.param("video", 15, 25, id="NR-P-03 video, medium"),
    pytest.param("call", 25, 35, id="NR-P-04 call, maximum"),
    pytest.param("voiceover", 20, 25, id="NR-P-05 voiceover, medium-high"),
    pytest.param("music", 0, 5, id="NR-P-06 music, light"),
]


@pytest.mark.parametrize(("preset", "least", "most"), AGGRESSIVENESS)
def test_a_preset_removes_as_much_noise_as_its_row_says(worked, preset, least, most):
    cleared = clearness(worked["sound", preset].raw) - clearness(noisy_speech())
    assert least < cleared < most


def test_presets_are_as_aggressive_as_their_rows_compare(worked):
    """NR-P-02, NR-P-03, NR-P-04, NR-P-05, NR-P-06: light, medium, medium-high, maximum."""
    clear = {preset: clearness(worked["sound", preset].raw) for preset in PRESETS}
    medium = max(clear["podcast"], clear["video"])
    assert clear["music"] < medium < clear["voiceover"] < clear["call"]


# --- what is asked reaches the engine -------------------------------------------------------------


@pytest.fixture
def engine():
    return Engine()


@pytest.fixture
async def quick(tmp_path, engine):
    async with quick_room(tmp_path, engine) as room:
        yield await room.program()


@pytest.fixture
async def still(tmp_path):
    """Somebody with a key, where nothing is worked on."""
    async with quick_room(tmp_path, works=False) as room:
        yield await room.program()


async def test_without_words_it_is_auto_and_wav(quick, engine):  # NR-E-12, NR-E-19
    job = await quick.enhanced()
    (order,) = engine.submitted
    assert (job["preset"], job["output_format"]) == ("auto", "wav")
    assert (order.recipe.preset, order.recipe.format) == ("auto", "wav")


async def test_what_stands_before_or_after_the_file_counts_alike(still):
    """NR-E-14, NR-E-21: parts have no order."""
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("preset", "podcast")
    form.add_field("file", tone(), filename="a.wav")
    form.add_field("output_format", "mp3")
    taken = await still.remover("POST", "/enhance", data=form)
    assert (taken.body["preset"], taken.body["output_format"]) == ("podcast", "mp3")


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"preset": "auto"}, id="nothing"),
        pytest.param({"url": "https://sound.example/a.wav"}, id="a link"),
        pytest.param({"audio_url": "https://sound.example/a.wav"}, id="a link by another name"),
    ],
)
async def test_a_file_must_come_and_a_link_is_none(still, fields):  # NR-E-01, NR-ERR-01
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value)
    answer = await still.remover("POST", "/enhance", data=form)
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert "file" in answer.body["error"]["message"]


async def test_a_link_in_the_place_of_the_file_is_no_sound(still):  # NR-E-01, NR-ERR-10
    answer = await still.enhance(b"https://sound.example/recording.wav")
    assert (answer.status, answer.error) == (415, "unsupported_format")


async def test_more_than_200_mb_are_refused_before_they_are_sent(still):  # NR-E-11, NR-ERR-09
    answer = await still.remover(
        "POST",
        "/enhance",
        data=_never(),
        expect100=True,
        headers={
            "Content-Length": str(MOST_BYTES + 2_000_000),
            "Content-Type": "multipart/form-data; boundary=b",
        },
    )
    assert MOST_BYTES == 200_000_000
    assert (answer.status, answer.error) == (413, "file_too_large")
    assert "200MB" in answer.body["error"]["message"]


async def _never():
    """Nothing of a large body."""
    for chunk in ():
        yield chunk


@pytest.mark.parametrize(
    ("less", "status"),
    [pytest.param(0, 202, id="just so large"), pytest.param(1, 413, id="a byte more")],
)
async def test_the_limit_is_that_of_the_file_alone(tmp_path, monkeypatch, less, status):
    """NR-E-11: counted as it comes, whatever its sender says. The same code, a smaller number."""
    sound = tone()
    monkeypatch.setattr(gate, "MOST_BYTES", len(sound) - less)
    async with quick_room(tmp_path, works=False) as room:
        answer = await (await room.program()).enhance(sound, metadata='{"more": "bytes"}')
        left = [key async for key, _ in room.app.files.list("")]
    assert answer.status == status
    assert len(left) == 1 - less


# --- metadata -------------------------------------------------------------------------------------


def of_size(size):
    """An object whose text has so many bytes."""
    frame = '{"a":""}'
    return frame.replace('""', f'"{"x" * (size - len(frame))}"')


GIVEN_BACK = pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="empty"),
        pytest.param('{"episode_id": "ep-042"}', id="as printed"),
        pytest.param('{"z": 1, "a": {"list": [1, 2.5, null, true, {}]}}', id="nested"),
        pytest.param('{"a": 12345678901234567890123}', id="a long number"),
        pytest.param('{"ключ": "значение 🎙"}', id="other letters"),
        pytest.param('{"a": "\\u0000\\ud800"}', id="what is hardly text"),
        pytest.param('{"a": ' + "[" * 99 + "]" * 99 + "}", id="deep"),
        pytest.param(of_size(1_024), id="1 KB"),
    ],
)
REFUSED = pytest.mark.parametrize(
    "text",
    [
        pytest.param(of_size(1_025), id="more than 1 KB"),
        pytest.param('{"a": "' + "ж" * 600 + '"}', id="more than 1 KB of UTF-8"),
        pytest.param("episode 42", id="no JSON"),
        pytest.param('{"a": 1', id="cut"),
        pytest.param("[1]", id="a list"),
        pytest.param('"text"', id="a string"),
        pytest.param("null", id="nothing"),
        pytest.param('{"a": NaN}', id="no number"),
        pytest.param('{"a": 1e999}', id="a number too large to come back"),
        pytest.param('{"a": ' + "[" * 100 + "]" * 100 + "}", id="too deep"),
        pytest.param('{"a":' * 190 + "1" + "}" * 190, id="deeper than could be written"),
    ],
)


@pytest.fixture(scope="module")
def described(tmp_path_factory, borrowed_workers):
    """For each text the answer, then the job alone and in the list where there is one."""
    return asyncio.run(_described(tmp_path_factory.mktemp("described"), borrowed_workers))


async def _described(folder, borrowed_workers):
    found = {}
    async with told_room(folder, borrowed_workers, works=False) as room:
        program = await room.program()
        for (text,) in (param.values for mark in (GIVEN_BACK, REFUSED) for param in mark.args[1]):
            taken = await program.enhance(tone(0.1), metadata=text)
            job = await program.remover("GET", f"/job/{taken.body.get('job_id')}")
            listed = await program.remover("GET", "/jobs", params={"limit": "1"})
            found[text] = taken, job, listed
    return found


@GIVEN_BACK
def test_metadata_come_back_unchanged(described, text):  # NR-E-27, NR-E-34, NR-J-03i
    taken, job, listed = described[text]
    assert taken.status == 202, taken.raw
    for told in (taken.body, job.body, listed.body["jobs"][0]):
        assert told["metadata"] == json.loads(text)
        assert list(told["metadata"]) == list(json.loads(text))


@REFUSED
def test_other_metadata_are_refused(described, text):  # NR-E-27, AMB-27, NR-ERR-01
    answer, _, listed = described[text]
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert "metadata" in answer.body["error"]["message"]
    assert listed.body["total"] == len(GIVEN_BACK.args[1])


# --- the answer -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def taken(tmp_path_factory, borrowed_workers):
    """The answer to a submission with everything in it."""
    return asyncio.run(_taken(tmp_path_factory.mktemp("taken"), borrowed_workers))


async def _taken(folder, borrowed_workers):
    async with told_room(folder, borrowed_workers, works=False) as room:
        program = await room.program()
        return await program.enhance(
            preset="podcast", output_format="mp3", metadata='{"episode_id": "ep-042"}'
        )


def _is_now(text):
    return abs(datetime.fromisoformat(text) - wiring.utc_now()) < timedelta(minutes=5)


FIELDS = [
    pytest.param("job_id", re.compile(r"job_[0-9a-f]+").fullmatch, id="NR-E-29 job_id"),
    pytest.param("status", "pending".__eq__, id="NR-E-30 status"),
    pytest.param("preset", "podcast".__eq__, id="NR-E-31 preset"),
    pytest.param("output_format", "mp3".__eq__, id="NR-E-32 output_format"),
    pytest.param("file_duration", lambda value: value is None, id="NR-E-33 file_duration"),
    pytest.param("metadata", {"episode_id": "ep-042"}.__eq__, id="NR-E-34 metadata"),
    pytest.param("created_at", _is_now, id="NR-E-35 created_at"),
    pytest.param("estimated_completion", _is_now, id="NR-E-36 estimated_completion"),
]


@pytest.mark.parametrize(("name", "is_right"), FIELDS)
def test_the_answer_tells(taken, name, is_right):
    assert is_right(taken.body[name])


def test_the_answer_is_202_and_tells_nothing_else(taken):  # NR-E-28
    assert taken.status == 202
    assert list(taken.body) == [param.values[0] for param in FIELDS]
    assert taken.body["estimated_completion"] > taken.body["created_at"]
