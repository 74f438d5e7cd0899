"""CONVERT: every format into every other, whole or a piece, at a chosen bit rate."""

import io

import pytest

from services import fitting
from services.audio.converting import convert
from services.audio.formats import bit_rate_for, sample_rate_for
from services.audio.inspecting import measure
from services.problems import Code, Fault
from services.recipes import Format
from tests.hostile import sounds


def converted(data, wanted, **args):
    output = io.BytesIO()
    convert(io.BytesIO(data), output, {"format": wanted} | args, lambda _fraction: None)
    return output.getvalue(), measure(output, 60.0, lambda: None)


@pytest.mark.parametrize("source", list(Format))
@pytest.mark.parametrize("wanted", list(Format))
def test_lengths_stay(source, wanted):
    data = sounds.encoded(sounds.tone(1.234), wanted=source)
    _data, found = converted(data, wanted)
    assert found["seconds"] == pytest.approx(1.234, abs=1e-6)


@pytest.mark.parametrize(("bit_rate", "most"), [(64_000, 26_000), (256_000, 104_000)])
def test_a_bit_rate_is_kept(bit_rate, most):
    data, _found = converted(sounds.encoded(sounds.tone(3.0)), "mp3", bit_rate=bit_rate)
    assert most * 0.85 < len(data) < most


def test_a_piece_is_cut():
    _data, found = converted(sounds.encoded(sounds.tone(3.0)), "flac", start=0.5, end=1.75)
    assert found["seconds"] == 1.25


def test_nothing_at_all_is_the_persons_mistake():
    with pytest.raises(Fault) as raised:
        converted(sounds.encoded(sounds.tone(1.0)), "flac", start=2.0)
    assert raised.value.problem.code is Code.BAD_RANGE


def test_a_film_gives_its_sound():
    _data, found = converted(sounds.film(1.0, sounds.tone(1.0)), "mp3")
    assert not found["has_video"]


@pytest.mark.parametrize(
    ("wanted", "rate", "expected"),
    [
        (Format.WAV, 11_025, 11_025),
        (Format.WAV, 4_000, 8_000),
        (Format.FLAC, 384_000, 192_000),
        (Format.MP3, 96_000, 48_000),
        (Format.MP3, 20_000, 22_050),
        (Format.M4A, 192_000, 96_000),
        (Format.OGG, 8_000, 48_000),
    ],
)
def test_each_format_gets_a_rate_that_it_holds(wanted, rate, expected):
    assert sample_rate_for(wanted, rate) == expected


@pytest.mark.parametrize(
    ("wanted", "rate", "channels", "asked", "expected"),
    [
        (Format.WAV, 48_000, 2, 128_000, None),
        (Format.MP3, 48_000, 2, None, 192_000),
        (Format.MP3, 48_000, 1, 999_999, 320_000),
        (Format.MP3, 8_000, 1, None, 64_000),
        (Format.MP3, 48_000, 2, 16_000, 32_000),
        (Format.MP3, 22_050, 2, 320_000, 160_000),
        (Format.MP3, 44_100, 2, 100_000, 96_000),
        (Format.OGG, 48_000, 1, 320_000, 256_000),
        (Format.OGG, 48_000, 2, 320_000, 320_000),
        (Format.M4A, 44_100, 2, 320_000, 320_000),
        (Format.OGG, 48_000, 1, None, 64_000),
        (Format.M4A, 8_000, 1, None, 40_000),
    ],
)
def test_each_format_gets_a_bit_rate_that_it_knows(wanted, rate, channels, asked, expected):
    assert bit_rate_for(wanted, rate, channels, asked) == expected


@pytest.mark.parametrize("wanted", [Format.MP3, Format.OGG, Format.M4A])
@pytest.mark.parametrize("budget", [120_000, 160_000])
def test_a_rate_that_should_fit_fits(wanted, budget):
    sound = sounds.tone(10.0, channels=2)
    rate = fitting.bit_rate(wanted, 10.0, 2, budget)
    data, _found = converted(sounds.encoded(sound), wanted.value, bit_rate=rate)
    assert len(data) < budget
