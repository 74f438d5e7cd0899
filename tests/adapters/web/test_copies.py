"""Sounds that browsers do not play are played from a copy: same length, made once, not for long."""

import asyncio
from datetime import timedelta

import pytest

from adapters.web.copies import Copies
from adapters.web.languages import Reader
from adapters.web.playing import is_played, mime_of
from adapters.web.shown import message
from adapters.web.sounds import Sounds
from services.events import Delivered, Purged
from services.ports import SoundTask
from services.problems import Code, Fault
from services.records import Message
from tests.fakes.clock import Clock
from tests.fakes.desk import chunked, wav

AT_MOST_APART = 0.001  # s; a browser shows no shorter steps


class Counting:
    """Port Workers: makes copies of nothing, slowly enough to be asked meanwhile."""

    def __init__(self) -> None:
        self.count = 0

    async def run(self, task, *, timeout, progress=None):
        self.count += 1
        await asyncio.sleep(0)
        task.outputs[0].write_bytes(b"OggS")
        return {}


def body(container="wav", codec="pcm_s16le", mime="audio/wav"):
    """A kept card of a finished job."""
    clip = {"name": "talk", "bytes": 1, "seconds": 2.0, "container": container, "codec": codec}
    track = {"part": "clean", "name": "c", "format": "x", "mime": mime, "bytes": 1, "seconds": 2.0}
    shown = {"tone": "done", "lines": [], "progress": None, "picture": False, "alt": None}
    made = {"job": "j", "start": 0.0, "clip": clip, "tracks": [track], "actions": []}
    return {"by": "undertone", **shown, **made}


@pytest.mark.parametrize(
    ("container", "codec", "as_it_is"),
    [
        ("wav", "pcm_s16le", True),
        ("wav", "adpcm_ms", False),
        ("mp3", "mp3", True),
        ("flac", "flac", True),
        ("ogg", "opus", True),
        ("ogg", "speex", False),
        ("mov", "aac", True),
        ("mov", "alac", False),
        ("mov", "pcm_s16le", False),
        ("aiff", "pcm_s16be", False),
        ("amr", "amrnb", False),
        ("caf", "pcm_s16le", False),
        ("matroska", "pcm_s16le", False),
        ("matroska", "opus", False),
        ("something", "aac", False),
        ("wav", "", True),
    ],
)
def test_only_what_every_browser_plays_is_played_as_it_is(container, codec, as_it_is):
    assert is_played(mime_of(container), codec) is as_it_is


def test_a_player_is_led_to_the_copy_and_a_download_to_the_original():
    row = Message(1, "k", body("caf", "pcm_s16le", "audio/aiff"), Clock()())
    before, after = message(row, Reader("en"))["sounds"]
    assert (before["play_url"], before["play_mime"]) == ("/chat/sound/j/source?play=1", "audio/ogg")
    assert (after["url"], after["mime"]) == ("/chat/sound/j/clean", "audio/aiff")
    assert (after["play_url"], after["play_mime"]) == ("/chat/sound/j/clean?play=1", "audio/ogg")


def test_what_browsers_play_is_not_copied():
    sounds = message(Message(1, "k", body(), Clock()()), Reader("en"))["sounds"]
    assert [sound["play_url"] for sound in sounds] == [sound["url"] for sound in sounds]


def test_a_card_from_before_codecs_were_kept_is_shown():
    old = body()
    del old["clip"]["codec"]
    sounds = message(Message(1, "k", old, Clock()()), Reader("en"))["sounds"]
    assert sounds[0]["play_url"] == sounds[0]["url"]


async def test_a_copy_has_the_length_of_its_sound(house, browser, tmp_path):
    seconds = 2.345
    card = await browser.cleaned(seconds=seconds, parts={"clean": wav(seconds)})
    async with browser.client.get(card["sounds"][1]["url"], params={"play": "1"}) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "audio/ogg")
        copy = tmp_path / "copy.ogg"
        copy.write_bytes(await answer.read())
    task = SoundTask("inspect", [copy], args={"max_seconds": 60})
    found = await house.workers.run(task, timeout=timedelta(seconds=20))
    assert (found["container"], found["codec"]) == ("ogg", "opus")
    assert found["seconds"] == pytest.approx(seconds, abs=AT_MOST_APART)


async def test_a_copy_comes_in_parts_too(browser):
    url = (await browser.cleaned())["sounds"][0]["url"]
    headers = {"Range": "bytes=0-3"}
    async with browser.client.get(url, params={"play": "1"}, headers=headers) as answer:
        assert (answer.status, await answer.read()) == (206, b"OggS")


async def test_a_copy_goes_with_the_files_of_its_job(house, browser):
    card = await browser.cleaned()
    async with browser.client.get(card["sounds"][1]["url"], params={"play": "1"}) as answer:
        assert answer.status == 200
    keys = [key async for key, _ in house.bench.files.list(f"{card['job']}/")]
    assert f"{card['job']}/play-clean.ogg" in keys


async def test_another_visitor_gets_no_copy(house, browser):
    card = await browser.cleaned()
    async with house.browser() as stranger:
        await stranger.boot()
        url = card["sounds"][1]["url"]
        async with stranger.client.get(url, params={"play": "1"}) as answer:
            assert answer.status == 404
    keys = [key async for key, _ in house.bench.files.list(f"{card['job']}/")]
    assert f"{card['job']}/play-clean.ogg" not in keys


async def test_a_copy_that_many_ask_for_is_made_once(house):
    await house.bench.files.put("j/clean.aiff", chunked(b"FORM"))
    workers = Counting()
    copies = Copies(house.bench.files, workers)
    keys = await asyncio.gather(*(copies.of("j", "clean", "j/clean.aiff") for _ in range(5)))
    assert set(keys) == {"j/play-clean.ogg"}
    assert workers.count == 1


async def test_a_copy_that_is_ready_too_late_does_not_stay(house, browser):
    card = await browser.cleaned()
    bench = house.bench
    job = await bench.job(card["job"])
    await bench.journal.record(job.id, Delivered())

    class Slow(Counting):
        async def run(self, task, *, timeout, progress=None):
            await bench.files.delete(f"{job.id}/")
            await bench.journal.record(job.id, Purged())
            return await super().run(task, timeout=timeout)

    sounds = Sounds(bench.store, bench.files, Copies(bench.files, Slow()))
    with pytest.raises(Fault):
        await sounds.playable(job.id, "source", job.person.id)
    assert [key async for key, _ in bench.files.list(f"{job.id}/")] == []


async def test_a_sound_that_is_gone_has_no_copy(house):
    with pytest.raises(Fault) as caught:
        await Copies(house.bench.files, Counting()).of("j", "clean", "j/clean.aiff")
    assert caught.value.problem.code is Code.FILE_GONE
