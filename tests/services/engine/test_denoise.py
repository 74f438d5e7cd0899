"""The background goes, the voice stays, and every sample keeps its place."""

import numpy as np
import pytest

from services.engine.denoise import Denoiser, plan
from services.engine.survey import Survey
from tests.sound import formants, mix, noises
from tests.sound.scores import level_change, pause_cut, si_sdr

RATE = 48_000


def survey(sound, rate):
    measured = Survey(rate, len(sound))
    measured.add(sound)
    return measured.finish()


def cleaned(sound, rate=RATE, *, preset="podcast", strength="normal", block=None):
    sound = np.atleast_2d(sound)
    measured = survey(sound, rate)
    denoiser = Denoiser(plan(preset, strength, measured), measured)
    size = block or max(sound.shape[1], 1)
    parts = [denoiser.push(sound[:, n : n + size]) for n in range(0, sound.shape[1], size)]
    return np.concatenate((*parts, denoiser.finish()), axis=1)


@pytest.mark.parametrize(
    ("kind", "gain"),
    [
        pytest.param("white", 6.0, id="hiss"),
        pytest.param("pink", 4.0, id="room tone"),
        pytest.param("fan", 4.0, id="fan"),
        pytest.param("hum", 10.0, id="hum"),
    ],
)
def test_steady_noise_goes(kind, gain):
    # Measured gains are 2 to 4 dB above these.
    noisy, clean, _ = mix.speech_in(kind, 5.0, seed=5, seconds=6.0, formant=True)
    result = cleaned(noisy)[0]
    assert si_sdr(result, clean) - si_sdr(noisy, clean) > gain
    assert pause_cut(result, noisy, clean, RATE) > 6
    assert abs(level_change(result, clean)) < 1.5


@pytest.mark.parametrize(
    ("kind", "gain"),
    [
        pytest.param("wind", 9.0, id="gusts"),
        pytest.param("keyboard", 6.0, id="keystrokes"),
        pytest.param("babble", 0.0, id="voices among voices"),
    ],
)
def test_noise_that_comes_and_goes(kind, gain):
    noisy, clean, _ = mix.speech_in(kind, 5.0, seed=5, seconds=8.0, formant=True)
    assert si_sdr(cleaned(noisy)[0], clean) - si_sdr(noisy, clean) > gain


def test_a_clean_voice_stays_as_it_is():
    voice = formants.speak(4, 6.0)
    assert si_sdr(cleaned(voice, preset="auto")[0], voice) > 30


@pytest.mark.parametrize("strength", ["soft", "normal", "strong"])
def test_more_strength_lowers_the_pauses_further(strength):
    noisy, clean, _ = mix.speech_in("white", 5.0, seed=5, seconds=4.0, formant=True)
    cut = pause_cut(cleaned(noisy, strength=strength)[0], noisy, clean, RATE)
    low, high = {"soft": (7, 18), "normal": (10, 24), "strong": (14, 30)}[strength]
    assert low < cut < high


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 96_000, 192_000])
def test_every_rate_keeps_its_length_and_gains(rate):
    voice = formants.speak(6, 3.0, rate)
    noisy, clean, _ = mix.at_snr(voice, noises.noise("white", 6, 3.0, rate), 5.0)
    result = cleaned(noisy, rate)
    assert result.shape == (1, len(noisy))
    assert si_sdr(result[0], clean) - si_sdr(noisy, clean) > 3


@pytest.mark.parametrize("preset", ["podcast", "music"])
@pytest.mark.parametrize("samples", [0, 1, 480, 5_000])
def test_tiny_recordings_come_back_whole(preset, samples):
    sound = np.full((2, samples), 0.1, np.float32)
    assert cleaned(sound, preset=preset).shape == sound.shape


@pytest.mark.parametrize("preset", ["auto", "podcast", "music"])
def test_silence_stays_exact_silence(preset):
    assert not cleaned(np.zeros((1, 3 * RATE), np.float32), preset=preset).any()


def test_silence_before_a_voice_stays_exact():
    noisy = mix.speech_in("white", 10.0, seed=7, seconds=3.0, formant=True).noisy
    sound = np.concatenate((np.zeros(RATE, np.float32), noisy))
    # The last window before the voice may already hear it.
    assert not cleaned(sound)[0, : RATE - 2_048].any()


def test_damaged_samples_do_no_harm():
    noisy, clean, _ = mix.speech_in("white", 10.0, seed=8, seconds=3.0, formant=True)
    broken = noisy.copy()
    broken[[1_000, 50_000, 90_000]] = [np.nan, np.inf, -np.inf]
    result = cleaned(broken)[0]
    assert np.isfinite(result).all()
    assert si_sdr(result, clean) > 10


@pytest.mark.parametrize("preset", ["podcast", "music"])
def test_blocks_give_what_one_piece_gives(preset):
    # Longer than one batch, so that seams are in it.
    noisy = np.tile(mix.speech_in("pink", 10.0, seed=9, seconds=8.0, formant=True).noisy, 7)
    whole = cleaned(noisy, preset=preset)[0]
    pieces = cleaned(noisy, preset=preset, block=70_001)[0]
    assert si_sdr(pieces, whole) > 50


def test_the_stereo_image_is_kept():
    noisy, _, _ = mix.speech_in("white", 10.0, seed=10, seconds=3.0, formant=True)
    result = cleaned(np.stack((noisy, 0.5 * noisy)))
    assert np.allclose(result[1], 0.5 * result[0], atol=1e-6)


def test_opposite_channels_do_not_cancel_the_voice():
    noisy, clean, _ = mix.speech_in("white", 5.0, seed=10, seconds=3.0, formant=True)
    result = cleaned(np.stack((noisy, -noisy)))[0]
    assert si_sdr(result, clean) - si_sdr(noisy, clean) > 4


def test_dual_mono_is_the_mono_result_twice():
    noisy = mix.speech_in("white", 5.0, seed=10, seconds=3.0, formant=True).noisy
    both = cleaned(np.stack((noisy, noisy)))
    assert np.array_equal(both[0], both[1])
    assert si_sdr(both[0], cleaned(noisy)[0]) > 60


def test_many_channels_work():
    noisy = mix.speech_in("white", 5.0, seed=10, seconds=1.0, formant=True).noisy
    sound = np.stack([noisy * (n + 1) / 6 for n in range(6)])
    assert cleaned(sound).shape == sound.shape
