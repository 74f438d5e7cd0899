"""STEMS on real sound with the built-in separator: files that add up, lengths, steps before."""

import io

import numpy as np
import pytest

from services.audio.progress import Cancelled
from services.audio.separating import Quick, separate
from services.problems import Code, Fault
from services.recipes import QUICK_STEMS, Format
from tests.combinations import decoded
from tests.hostile import sounds
from tests.sound import songs
from tests.sound.scores import si_sdr

LOSSLESS = ["wav", "flac", "aiff"]
ALL = tuple(str(stem) for stem in QUICK_STEMS)


@pytest.fixture(scope="module")
def mix():
    return songs.song(3, "pop", 6.0).mix


def separated(data, parts=ALL, report=lambda _fraction: None, **args):
    """The sound of each part and what the task said."""
    outputs = [io.BytesIO() for _ in parts]
    defaults = {"operation": "stems", "format": "wav", "parts": parts}
    said = separate(Quick(), io.BytesIO(data), outputs, defaults | args, report)
    return {part: decoded(out) for part, out in zip(parts, outputs, strict=True)}, said


def level_db(sound):
    return 10 * np.log10(np.mean(sound**2) + 1e-20)


@pytest.mark.parametrize("source", ["wav", "mp3", "ogg"])
@pytest.mark.parametrize("wanted", LOSSLESS)
def test_the_stems_are_the_mix(mix, source, wanted):
    data = sounds.encoded(mix[:, :96_000], wanted=source)
    made, _said = separated(data, format=wanted)
    whole = decoded(io.BytesIO(data))
    four = sum(made[name] for name in ("vocals", "drums", "bass", "other"))
    two = made["vocals"] + made["instrumental"]
    for together in (four, two):
        assert level_db(whole - together) < level_db(whole) - 80


@pytest.mark.parametrize("parts", [("instrumental",), ("other",), ("drums", "vocals")])
def test_any_of_them_may_be_asked_for_alone(mix, parts):
    data = sounds.encoded(mix[:, :96_000])
    every, _said = separated(data)
    alone, said = separated(data, parts)
    assert list(alone) == list(parts)
    assert said["note"] == "quick"
    assert {name: found["seconds"] for name, found in said["parts"].items()} == dict.fromkeys(
        parts, 2.0
    )
    for name, sound in alone.items():
        # Dither is drawn anew, a bit or two of 16.
        assert level_db(sound - every[name]) < -85


def test_two_equal_channels_are_split_as_one(mix):
    one, _said = separated(sounds.encoded(mix[:1, :96_000], wanted="flac", depth=24))
    both = np.repeat(mix[:1, :96_000], 2, axis=0)
    made, _said = separated(sounds.encoded(both, wanted="flac", depth=24))
    for name, sound in made.items():
        assert np.array_equal(sound[0], sound[1])
        assert np.array_equal(sound[:1], one[name])


@pytest.mark.parametrize("wanted", Format)
def test_every_format_keeps_length_and_channels(mix, wanted):
    made, _said = separated(sounds.encoded(mix[:, :72_001]), format=wanted.value)
    assert {sound.shape for sound in made.values()} == {(2, 72_001)}


def test_steps_before_the_stems_are_done_first():
    mix = songs.song(3, "ballad", 6.0).mix
    noise = np.random.default_rng(3).normal(0, 0.004, mix.shape).astype(np.float32)
    data = sounds.encoded(mix + noise, wanted="flac", depth=24)
    made, _said = separated(data, ("vocals", "instrumental"), cleanup=["denoise"])
    # The sum of the stems is the cleaned mix, nearer to the truth than what came in.
    together = made["vocals"] + made["instrumental"]
    assert si_sdr(together[0], mix[0]) > si_sdr((mix + noise)[0], mix[0]) + 0.5


def test_a_range_is_cut_to_the_sample(mix):
    made, _said = separated(sounds.encoded(mix), ("vocals",), start=1.0, end=2.5)
    assert made["vocals"].shape == (2, 72_000)


def test_a_range_behind_the_end_is_the_persons_mistake(mix):
    with pytest.raises(Fault) as raised:
        separated(sounds.encoded(mix[:, :48_000]), start=5.0)
    assert raised.value.problem.code is Code.BAD_RANGE


@pytest.mark.parametrize("fraction", [0.0, 0.5])
def test_a_wish_to_stop_is_obeyed(mix, fraction):
    def report(now):
        if now >= fraction:
            raise Cancelled

    with pytest.raises(Cancelled):
        separated(sounds.encoded(mix), report=report)
