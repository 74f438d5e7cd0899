"""What is given back: the bit rate, the formats and the picture that were asked for."""

import zipfile
from dataclasses import replace

import av
import numpy as np
import pytest
from aiohttp.test_utils import TestClient, TestServer

from services import spaces
from services.limits import Limits
from services.model import Person, Shape
from tests.fakes.world import an_ask, world
from tests.hostile.sounds import speech
from tests.journeys.test_delivery import LINKS, last, noise
from tests.journeys.test_job_life import copying
from tests.wav import write_wav


def talk(folder):
    """A voice with a little noise."""
    sound = speech(2.0)
    hiss = np.random.default_rng(5).normal(0, 0.01, sound.shape)
    return write_wav(folder / "talk.wav", (sound + hiss).astype(np.float32))


def decoded(path):
    """The first channel of a file at 48 kHz."""
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=48_000)
    with av.open(str(path)) as container:
        frames = [one for frame in container.decode(audio=0) for one in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def kbits(track):
    """What the file really has, in thousands of bits a second."""
    return track.bytes * 8 / track.seconds / 1000


@pytest.mark.parametrize("given", ["mp3", "m4a", "ogg"])
async def test_a_lossy_format_has_the_bit_rate_that_was_asked_for(tmp_path, given):
    async with world(tmp_path) as here:
        job = await here.done(await here.ask(noise(tmp_path, 4.0), format=given, bitrate="96"))
    (track,) = job.tracks
    # Headers and the last frame weigh more in a short file; noise leaves nothing to save.
    assert kbits(track) == pytest.approx(96, rel=0.12)


async def test_a_lossless_format_has_no_bit_rate_to_choose(tmp_path):
    async with world(tmp_path) as here:
        job = await here.done(await here.ask(noise(tmp_path), format="wav", bitrate="32"))
    (track,) = job.tracks
    assert kbits(track) == pytest.approx(16 * 48, rel=0.01)


async def test_a_chat_with_little_room_gets_less_than_was_asked_for_and_is_told(tmp_path):
    async with world(tmp_path) as here:
        here.chat.room = Limits(bytes=110_000, seconds_between_edits=0.05)
        job = await here.done(await here.ask(noise(tmp_path, 4.0), format="mp3", bitrate="320"))
    (message,) = last(here)
    (track,) = job.shown
    assert message["names"] == ["voice.clean.mp3"]
    assert track.bytes <= 110_000
    assert kbits(track) < 320


TWO = [
    pytest.param("wav,mp3", ["RIFF", "mp3"], id="the usual two"),
    pytest.param("mp3,ogg", ["mp3", "OggS"], id="both lossy"),
    pytest.param("flac,aiff", ["fLaC", "FORM"], id="both lossless"),
]


def kind(head):
    """What the first bytes of a file say that it is."""
    is_mp3 = head[:3] == b"ID3" or head[:2] in (b"\xff\xfb", b"\xff\xf3")
    return "mp3" if is_mp3 else head[:4].decode()


async def heads(here, job):
    """The kind of each track's file."""
    return [kind(await anext(here.app.files.get(track.key))) for track in job.tracks]


async def sounds(here, job):
    """Each track's samples, one channel at 48 kHz."""
    found = []
    for track in job.tracks:
        async with here.app.files.local(track.key) as path:
            found.append(decoded(path))
    return found


def si_sdr(one, other):
    """How alike two sounds are, in dB."""
    scaled = one * (one @ other) / (one @ one)
    return 10 * np.log10((scaled @ scaled) / ((other - scaled) @ (other - scaled)))


@pytest.mark.parametrize(("given", "kinds"), TWO)
async def test_two_formats_are_two_files_of_the_same_sound(tmp_path, given, kinds):
    first, second = given.split(",")
    async with world(tmp_path) as here:
        job = await here.done(await here.ask(talk(tmp_path), format=given, bitrate="192"))
        assert await heads(here, job) == kinds
        one, other = await sounds(here, job)
        kept = [key async for key, _ in here.app.files.list(f"{job.id}/")]
    (message,) = last(here)
    assert message["names"] == [f"talk.clean.{first}", f"talk.clean.{second}"]
    assert [track.id for track in job.tracks] == [f"clean.{first}", f"clean.{second}"]
    assert abs(len(one) - len(other)) <= 2_400, "a codec pads by less than 50 ms"
    length = min(len(one), len(other))
    # Two lossy codecs at 192 kbit/s differ by their own noise, which is far below the voice.
    assert si_sdr(one[:length], other[:length]) > 10
    assert sorted(kept) == sorted([*(track.key for track in job.tracks), job.picture.key])


async def test_both_parts_come_in_both_formats(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        job = await here.done(await here.ask(noise(tmp_path), keep="both", format="wav,mp3"))
        (message,) = last(here)
        press = {"job": job.id}
        (packed,) = await here.app.desk.handle(
            replace(an_ask(tmp_path), command="zip", options=press)
        )
        async with here.app.files.local(packed.tracks[0].key) as path:
            names = zipfile.ZipFile(path).namelist()
    assert (
        names
        == message["names"]
        == [
            *("voice.clean.wav", "voice.clean.mp3"),
            *("voice.residual.wav", "voice.residual.mp3"),
        ]
    )


async def test_a_second_format_that_is_the_first_is_one_file(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        job = await here.done(await here.ask(noise(tmp_path), format="wav,wav"))
    assert [(track.id, track.wanted) for track in job.tracks] == [("clean", "")]


@pytest.mark.parametrize(
    ("room", "names", "line"),
    [
        pytest.param(250_000, ["voice.clean.flac", "voice.clean.mp3"], "card-fitted", id="FLAC"),
        pytest.param(120_000, ["voice.clean.mp3"], "card-one-too-large", id="only the small one"),
        pytest.param(1_000, [], "card-too-large", id="neither"),
    ],
)
async def test_two_formats_never_become_the_same(tmp_path, room, names, line):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = Limits(bytes=room, seconds_between_edits=0.05)
        await here.done(await here.ask(noise(tmp_path), format="wav,mp3"))
    (message,) = last(here)
    assert message["names"] == names
    assert line in message["lines"]


async def test_what_is_too_large_of_two_is_linked_and_the_link_gives_that_one(tmp_path):
    async with world(tmp_path, copying(tmp_path), **LINKS) as here:
        here.chat.room = Limits(bytes=120_000, seconds_between_edits=0.05)
        await here.done(await here.ask(noise(tmp_path), format="wav,mp3"))
        (message,) = last(here)
        (url,) = message["links"]
        async with TestClient(TestServer(here.app.http())) as client:
            answer = await client.get(url.removeprefix("https://sound.example"))
            head = (await answer.read())[:4]
    assert "card-one-linked" in message["lines"]
    assert 'filename="voice.clean.wav"' in answer.headers["Content-Disposition"]
    assert head == b"RIFF"


@pytest.mark.parametrize(
    ("given", "messages"),
    [
        pytest.param("ogg,mp3", [[], ["ogg"], ["mp3"]], id="the bubble's own first"),
        pytest.param("mp3,ogg", [["mp3", "ogg"]], id="files"),
    ],
)
async def test_a_voice_message_in_two_formats(tmp_path, given, messages):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = Limits(voice=True, seconds_between_edits=0.05)
        ask = an_ask(noise(tmp_path), format=given)
        spoken = replace(ask, sources=(replace(ask.sources[0], shape=Shape.VOICE),))
        (card,) = await here.app.desk.handle(spoken)
        job = await here.done(card.job)
    formats = [[name.split(".")[-1] for name in message["names"]] for message in last(here)]
    assert formats == messages
    assert [bool(track.waveform) for track in job.tracks] == [given == "ogg,mp3", False]


def keeping(here, **kept):
    """What the person usually wants, as settings keep it."""
    person = Person("person")
    return here.app.store.write(
        lambda tx: spaces.change(tx, "discord", spaces.own(person), spaces.HABITS, kept)
    )


async def test_who_wants_no_picture_gets_none(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        await keeping(here, picture="off")
        without = await here.done(await here.ask(noise(tmp_path), event="e1"))
        await keeping(here, picture="on")
        drawn = await here.done(await here.ask(noise(tmp_path), event="e2"))
    assert without.tracks
    assert without.picture is None
    assert drawn.picture is not None
