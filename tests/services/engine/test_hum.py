"""Mains hum is found where it is, and nowhere else."""

import numpy as np
import pytest

from services.engine.hum import Hum, HumCanceller
from services.engine.survey import Survey
from tests.sound import formants, mix, music
from tests.sound.scores import si_sdr

RATE = 48_000


def found(sound, rate=RATE):
    survey = Survey(rate, 1)
    survey.add(sound[np.newaxis])
    return survey.finish().hum


def hum(mains, seconds, rate=RATE):
    time = np.arange(round(seconds * rate)) / rate
    return sum(0.02 / k * np.sin(2 * np.pi * mains * k * time + k) for k in range(1, 9))


@pytest.mark.parametrize("mains", [49.96, 50.0, 60.03])
@pytest.mark.parametrize("rate", [8_000, 48_000])
def test_the_fundamental_is_found_within_two_hundredths(mains, rate):
    sound = formants.speak(2, 8.0, rate) * 0.3 + hum(mains, 8.0, rate)
    measured = found(sound.astype(np.float32), rate)
    assert measured is not None
    assert abs(measured.fundamental - mains) < 0.02


@pytest.mark.parametrize("kind", ["white", "fan", "traffic"])
def test_other_noise_is_no_hum(kind):
    assert found(mix.speech_in(kind, 10.0, seed=3, formant=True).noisy) is None


@pytest.mark.parametrize("style", sorted(music.STYLES))
def test_bass_notes_are_no_hum(style):
    assert found(music.play(style, 2, 10.0)) is None


@pytest.mark.parametrize("block", [7_000, 48_000, 480_000])
def test_cancelling_leaves_the_voice(block):
    voice = 0.3 * formants.speak(2, 10.0)
    sound = (voice + hum(50.0, 10.0)).astype(np.float32)[np.newaxis]
    canceller = HumCanceller(Hum(50.0, tuple(range(1, 9))), RATE, 1)
    parts = [canceller.push(sound[:, n : n + block]) for n in range(0, sound.shape[1], block)]
    result = np.concatenate((*parts, canceller.finish()), axis=1)[0]
    assert result.shape == voice.shape
    assert si_sdr(result, voice) - si_sdr(sound[0], voice) > 10


@pytest.mark.parametrize("samples", [0, 1, 30_000, 60_000])
def test_short_sounds_keep_their_length(samples):
    canceller = HumCanceller(Hum(50.0, (1, 2)), RATE, 2)
    sound = np.full((2, samples), 0.1, np.float32)
    result = np.concatenate((canceller.push(sound), canceller.finish()), axis=1)
    assert result.shape == sound.shape
