"""A cover travels where the format can hold it, and nothing but the picture does."""

import io

import av
import numpy as np
import pytest
from av.stream import Disposition
from PIL import Image

from services.audio import covers
from services.audio.converting import convert
from services.audio.decoding import Form
from services.audio.encoding import Encoder, Writing
from services.audio.inspecting import measure
from services.recipes import Format
from tests.hostile import sounds

PLACE = b"a place that nobody should learn"


def picture(side=1_400, kind="JPEG"):
    """A picture with a place in its EXIF."""
    image = Image.radial_gradient("L").resize((side, side)).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    file = io.BytesIO()
    image.save(file, kind, exif=exif)
    return file.getvalue()


def with_cover(wanted, cover):
    """A second of sound in a format, with a cover."""
    file = io.BytesIO()
    writing = Writing(Format(wanted), tags={"title": "Song"}, cover=cover)
    with Encoder(file, Form(48_000, 1), writing) as encoder:
        encoder.push(sounds.speech(1.0))
    return file.getvalue()


def converted(data, wanted, **args):
    output = io.BytesIO()
    convert(io.BytesIO(data), output, {"format": wanted} | args, lambda _fraction: None)
    return output.getvalue()


def found(data):
    """The bytes of the cover inside a file, or None."""
    with av.open(io.BytesIO(data)) as container:
        streams = [s for s in container.streams.video if s.disposition & Disposition.attached_pic]
        return bytes(next(container.demux(streams[0]))) if streams else None


@pytest.mark.parametrize("source", covers.HOLD)
@pytest.mark.parametrize("wanted", Format)
def test_a_cover_stays_where_the_format_holds_one(source, wanted):
    data = converted(with_cover(source, picture()), wanted)
    kept = found(data)
    assert (kept is not None) == (wanted in covers.HOLD)
    said = measure(io.BytesIO(data), 60.0, lambda: None)
    assert said["seconds"] == pytest.approx(1.0, abs=1e-3)
    assert not said["has_video"]
    if kept is not None:
        with Image.open(io.BytesIO(kept)) as image:
            assert (image.format, image.size) == ("JPEG", (covers.SIDE, covers.SIDE))
        assert PLACE not in data


def test_the_mark_of_an_m4a_is_what_players_look_for():
    assert with_cover("m4a", None)[4:12] == b"ftypM4A "


def test_a_small_cover_is_not_made_larger():
    kept = found(converted(with_cover("mp3", picture(64)), "flac"))
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (64, 64)


def test_a_voice_note_has_none():
    assert found(converted(with_cover("mp3", picture()), "ogg", voice=True)) is None


@pytest.mark.parametrize(
    "cover",
    [
        b"no picture at all",
        picture()[:300],
        b"\xff\xd8\xff\xe0" + bytes(200),
    ],
)
def test_a_broken_cover_is_left_out_and_the_sound_stays(cover):
    assert covers.drawn_anew(cover) is None


def test_a_cover_too_large_to_unfold_is_left_out():
    file = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(file, "PNG")
    assert covers.drawn_anew(file.getvalue()) is None


def test_sound_is_the_same_beside_a_cover():
    one, other = with_cover("flac", None), with_cover("flac", picture())
    read = [next(av.open(io.BytesIO(each)).decode(audio=0)).to_ndarray() for each in (one, other)]
    assert np.array_equal(*read)
