"""A film comes back with another sound and the very same pictures."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest

from services.audio.remuxing import remux
from services.problems import Code, Fault
from tests.hostile import sounds


def remuxed(film, sound):
    output = io.BytesIO()
    told = remux(io.BytesIO(film), io.BytesIO(sound), output, {}, lambda _progress: None)
    output.seek(0)
    return output, told


def pictures(data):
    with av.open(data) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.dts is not None]


def tone_of(data):
    with av.open(data) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(frames, axis=1)[0]


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_pictures_stay_and_the_sound_is_new(container):
    film = sounds.film(3.0, sounds.tone(3.0, hertz=440.0), container, "libx264")
    new = sounds.encoded(sounds.tone(3.0, hertz=1_000.0), wanted="m4a")
    output, told = remuxed(film, new)
    assert pictures(output) == pictures(io.BytesIO(film))
    output.seek(0)
    heard = tone_of(output)
    strongest = np.argmax(np.abs(np.fft.rfft(heard[:48_000])))
    assert strongest == pytest.approx(1_000, abs=2)
    assert told["seconds"] == pytest.approx(3.0, abs=0.1)
    assert len(heard) / 48_000 == pytest.approx(3.0, abs=0.1)


def test_a_sound_that_began_late_still_does():
    film = late_film()
    output, _ = remuxed(film, sounds.encoded(sounds.tone(1.0), wanted="m4a"))
    with av.open(output) as container:
        voice = container.streams.audio[0]
        begins = (voice.start_time or 0) * voice.time_base
    assert float(begins) == pytest.approx(0.5, abs=0.05)


def late_film():
    """Half a second of pictures before the sound begins."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        picture = output.add_stream("libx264", rate=25)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        voice = output.add_stream("aac", rate=48_000, layout="mono")
        for n in range(38):
            shown = av.VideoFrame(64, 48, "yuv420p")
            shown.pts, shown.time_base = n, Fraction(1, 25)
            output.mux(picture.encode(shown))
        output.mux(picture.encode(None))
        said = av.AudioFrame.from_ndarray(sounds.tone(1.0), "fltp", "mono")
        said.sample_rate, said.pts, said.time_base = 48_000, 24_000, Fraction(1, 48_000)
        output.mux(voice.encode(said))
        output.mux(voice.encode(None))
    return file.getvalue()


@pytest.mark.parametrize(
    "film",
    [
        sounds.encoded(sounds.tone(1.0), wanted="m4a"),
        sounds.film(1.0, sounds.tone(1.0)),
        sounds.film(3.0, sounds.tone(3.0), "matroska", "libx264"),
    ],
    ids=["no pictures", "of another time", "out of order"],
)
def test_what_has_no_pictures_that_can_be_copied_is_no_film(film):
    with pytest.raises(Fault) as raised:
        remuxed(film, sounds.encoded(sounds.tone(1.0), wanted="m4a"))
    assert raised.value.problem.code is Code.UNSUPPORTED_FORMAT
