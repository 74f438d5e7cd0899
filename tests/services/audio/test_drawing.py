"""The picture of before and after: its size, its looks, its figures."""

import io

import numpy as np
import pytest
from PIL import Image

from services.audio.drawing import clock, draw, palette
from tests.hostile import sounds


def drawn(before, after, **args):
    output = io.BytesIO()
    figures = draw(io.BytesIO(before), io.BytesIO(after), output, args, lambda _fraction: None)
    return output.getvalue(), figures


def noise(seconds, level, sample_rate=48_000):
    random = np.random.default_rng(4)
    return (level * random.standard_normal((1, round(seconds * sample_rate)))).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.06, 1.0, 20.0])
def test_a_picture_is_small_even_of_noise(seconds):
    picture, _figures = drawn(
        sounds.encoded(noise(seconds, 0.2)), sounds.encoded(noise(seconds, 0.05))
    )
    assert len(picture) < 300_000
    with Image.open(io.BytesIO(picture)) as image:
        assert (image.size, image.mode) == ((1200, 800), "P")


def test_the_figures_say_what_changed():
    _picture, figures = drawn(sounds.encoded(noise(4, 0.1)), sounds.encoded(noise(4, 0.01)))
    assert figures["noise_floor_before_db"] == pytest.approx(-20, abs=0.5)
    assert figures["noise_floor_after_db"] == pytest.approx(-40, abs=0.5)
    assert figures["loudness_before_lufs"] - figures["loudness_after_lufs"] == pytest.approx(
        20, 0.01
    )
    assert -12 < figures["peak_before_db"] < -6


def test_silence_has_figures_too():
    silence = sounds.encoded(np.zeros((1, 48_000), np.float32))
    _picture, figures = drawn(silence, silence)
    assert set(figures.values()) == {-120.0}


def test_the_sound_before_is_cut_to_the_range():
    both = np.concatenate((noise(2, 0.1), noise(2, 0.001)), axis=1)
    _picture, figures = drawn(
        sounds.encoded(both), sounds.encoded(noise(2, 0.001)), start=2.0, end=None
    )
    assert figures["noise_floor_before_db"] == pytest.approx(-60, abs=1)


def test_a_tone_lies_where_its_tick_is():
    tone = sounds.encoded(sounds.tone(2.0, hertz=1_000.0))
    picture, _figures = drawn(tone, tone)
    with Image.open(io.BytesIO(picture)) as image:
        panel = np.asarray(image)[38 : 38 + 324, 400]
        ticks = np.asarray(image)[38 : 38 + 324, 74]
    brightest = int(np.argmax(panel))
    nearest = min(abs(int(at) - brightest) for at in np.flatnonzero(ticks > 245))
    assert nearest <= 2


def test_brighter_always_means_louder():
    lightness = palette()[:240].astype(float) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) >= -1).all()


@pytest.mark.parametrize(
    ("seconds", "step", "text"), [(0.5, 0.1, "0.5 s"), (90, 30, "1:30"), (7_200, 1_800, "2:00:00")]
)
def test_times_are_read_as_people_write_them(seconds, step, text):
    assert clock(seconds, step) == text
