"""The generator and the scorers themselves: wrong rulers measure nothing."""

import numpy as np
import pytest
from scipy.signal import lfilter

from tests.sound import formants, mix, music, noises, scores

RATE = 48_000


@pytest.mark.parametrize("kind", sorted(noises.KINDS))
def test_noises_have_one_level_and_come_again(kind):
    made = noises.noise(kind, 3, 2.0)
    assert made.shape == (2 * RATE,)
    assert np.sqrt(np.mean(made**2)) == pytest.approx(0.1, rel=1e-3)
    noises.noise.cache_clear()
    assert np.array_equal(noises.noise(kind, 3, 2.0), made)


@pytest.mark.parametrize(("kind", "slope"), [("white", 0.0), ("pink", -3.0), ("brown", -6.0)])
def test_coloured_noises_fall_as_their_names_say(kind, slope):
    power = np.abs(np.fft.rfft(noises.noise(kind, 1, 8.0))) ** 2
    hertz = np.fft.rfftfreq(8 * RATE, 1 / RATE)
    low, high = (power[(hertz > f) & (hertz < 1.2 * f)].mean() for f in (500, 4_000))
    assert 10 * np.log10(high / low) / 3 == pytest.approx(slope, abs=0.3)


@pytest.mark.parametrize("style", sorted(music.STYLES))
def test_music_fills_its_time(style):
    piece = music.play(style, 2, 3.0)
    assert piece.shape == (3 * RATE,)
    assert np.abs(piece).max() == pytest.approx(0.6, rel=1e-3)


def test_the_formant_voice_speaks_and_pauses():
    voice = formants.speak(0, 10.0)
    assert 0.1 < mix.pauses(voice).mean() < 0.5
    assert np.array_equal(formants.speak(0, 10.0), voice)


@pytest.mark.parametrize("snr", [0.0, 10.0, 20.0])
def test_the_scores_of_a_mixture_are_its_ratio(snr):
    heard = mix.speech_in("white", snr, seconds=4.0, formant=True)
    assert scores.si_sdr(heard.noisy, heard.clean) == pytest.approx(snr, abs=0.2)
    assert scores.sdr(heard.noisy, heard.clean) == pytest.approx(snr, abs=0.3)


def test_sdr_forgives_a_filter_and_si_sdr_only_a_level():
    voice = formants.speak(0, 3.0)
    filtered = lfilter([0.5, *np.zeros(50), 0.4, *np.zeros(30), -0.3], [1.0], voice)
    assert scores.si_sdr(0.1 * voice, voice) > 100
    assert scores.si_sdr(filtered, voice) < 15
    assert scores.sdr(filtered, voice) > 45  # the file ends before the filter does


def test_level_and_pauses_are_measured_apart():
    heard = mix.speech_in("pink", 10.0, seconds=4.0, formant=True)
    halved = 0.5 * heard.clean + 0.1 * heard.noise
    assert scores.level_change(halved, heard.clean) == pytest.approx(-6.0, abs=0.1)
    cut = scores.pause_cut(heard.clean + 0.1 * heard.noise, heard.noisy, heard.clean, RATE)
    assert cut == pytest.approx(20.0, abs=0.5)
