"""MusicGPT's dialect, `audio_url`: what may be opened, and what becomes of it.

Names like MG-C-08 are rows of the providers' contract.
"""

import pytest

from services.model import State
from tests.adapters.api.conversions import conversion, ids, sound_of, staged, started
from tests.adapters.api.room import open_room, tone

FILM = "https://www.youtube.com/watch?v=example123"


@pytest.fixture
async def stage():
    async with staged() as opened:
        yield opened


@pytest.fixture
async def fetching(tmp_path, ear, stage):
    """A program where the stage may be fetched from, and the ear be called."""
    private = [one.origin.removeprefix("http://") for one in (ear, stage)]
    async with open_room(tmp_path, fetch={"allowed_private": private}) as opened:
        yield await opened.program()


async def fetched(program, url, ear, operation="denoise"):
    """The answer to a link and the callback of its job."""
    form = {"audio_url": url, "webhook_url": ear.url}
    taken = await program.gpt("POST", f"/{operation}", data=form)
    assert taken.status == 200, taken.raw
    (heard,) = await ear.until()
    return taken.body, heard.body


async def test_what_lies_behind_a_link_is_converted(fetching, stage, ear):
    """MG-C-06, MG-C-08, MG-D-06"""
    said, told = await fetched(fetching, stage.sound, ear)
    assert told["success"] is True
    assert ids(told) == ids(said)
    got = await fetching.call("GET", told["no_noise_wav"])
    assert sound_of(got.raw) == ("wav", 1.25)


async def test_its_length_and_cost_are_known_in_the_end(fetching, stage, ear):
    """MG-C-13, MG-E-15, MG-E-16"""
    said, told = await fetched(fetching, stage.sound, ear, "deecho")
    assert "credit_estimate" not in said
    assert (told["conversion_duration"], told["conversion_cost"]) == (1.25, "0.02")


async def test_what_was_behind_a_link_is_the_audio_path_of_its_stems(fetching, stage, ear):
    """MG-S-37"""
    _, told = await fetched(fetching, stage.sound, ear, "Extraction")
    assert (await fetching.call("GET", told["audio_path"])).raw == tone(1.25)


async def test_a_page_is_no_sound_and_the_conversion_fails_in_words(fetching, stage, ear):
    """MG-C-08, AMB-25, AMB-29: as YouTube's pages are none."""
    said, told = await fetched(fetching, stage.page, ear)
    assert told["success"] is False
    assert "a web page, not" in told["error"]
    polled = await conversion(fetching, said)
    assert (polled["status"], polled["status_msg"]) == ("FAILED", told["error"])


async def test_a_link_to_nothing_fails_in_words(fetching, stage, ear):
    """AMB-29"""
    _, told = await fetched(fetching, f"{stage.origin}/gone", ear)
    assert (told["success"], told["status"]) == (False, "FAILED")


@pytest.mark.parametrize("operation", ["denoise", "deecho", "Extraction"])
async def test_the_link_of_a_film_is_taken_like_any_other(waiting, operation):
    """MG-C-08, AMB-25: whether it is a sound is known when it is opened."""
    taken = await waiting.gpt("POST", f"/{operation}", data={"audio_url": FILM})
    assert taken.status == 200
    assert (await waiting.room.job(taken.body["task_id"])).source.url == FILM


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1/a.mp3", id="this machine"),
        pytest.param("http://localhost:8080/a.mp3", id="this machine by name"),
        pytest.param("http://10.0.0.5/a.mp3", id="one's own network"),
        pytest.param("http://169.254.169.254/latest/meta-data", id="a cloud's metadata"),
        pytest.param("http://[::1]/a.mp3", id="IPv6"),
        pytest.param("http://2130706433/a.mp3", id="a number"),
        pytest.param("https://me:secret@example.com/a.mp3", id="with a password"),
        pytest.param("ftp://example.com/a.mp3", id="FTP"),
        pytest.param("file:///etc/passwd", id="a file here"),
        pytest.param("audio.m4a", id="no link"),
    ],
)
async def test_what_may_not_be_opened_is_refused_at_once(waiting, url):
    """MG-C-08, MG-C-16"""
    taken = await waiting.gpt("POST", "/denoise", data={"audio_url": url})
    assert (taken.status, taken.body) == (
        422,
        {"success": False, "error": "audio_url is no address that may be opened."},
    )
    assert await waiting.room.jobs() == []


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        pytest.param("Extraction", {"audio_url": ""}, id="MG-S-32"),
        pytest.param("Extraction", {}, id="MG-S-33"),
        pytest.param("denoise", {"audio_url": ""}, id="AMB-06"),
    ],
)
async def test_beside_a_file_an_empty_link_is_none(waiting, operation, fields):
    """MG-S-32, MG-S-33"""
    said = await started(waiting, operation, **fields)
    job = await waiting.room.job(said["task_id"])
    assert (job.source.url, job.source.bytes) == ("", len(tone()))


async def test_of_a_file_and_a_link_the_file_is_taken(fetching, stage):
    """AMB-06"""
    said = await started(fetching, audio_url=stage.sound)
    assert (await fetching.room.done(said["task_id"])).state is State.DONE
    assert stage.asked == []
    polled = await conversion(fetching, said)
    assert polled["conversion_duration"] == 1.0
