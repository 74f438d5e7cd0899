"""The limiter: nothing above the ceiling, nothing moved, nothing changed without need."""

import numpy as np
import pytest
from scipy.signal import resample_poly

from services.engine.limiter import Limiter


def limited(sound, ceiling_db, sample_rate=48_000, block=4_096):
    limiter = Limiter(sample_rate, len(sound), ceiling_db)
    parts = [limiter.push(sound[:, i : i + block]) for i in range(0, sound.shape[1], block)]
    return np.concatenate([*parts, limiter.finish()], axis=1)


def real_peak_db(sound):
    return 20 * np.log10(np.abs(resample_poly(sound, 16, 1, axis=1)).max())


def bursts(seed=3, samples=96_000, channels=2):
    """Noise whose level jumps between soft and 14 dB over full scale."""
    random = np.random.default_rng(seed)
    steps = np.repeat(10 ** random.uniform(-2, 0.4, 40), samples // 40)
    noise = random.normal(0, 1, (channels, samples)) * steps
    # Speech and music hold little at the top; full-band noise is no honest true-peak test.
    return resample_poly(resample_poly(noise, 1, 3, axis=1), 3, 1, axis=1).astype(np.float32)


@pytest.mark.parametrize("ceiling", [-1.0, -2.0])
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_the_true_peak_stays_under_the_ceiling(ceiling, seed):
    assert real_peak_db(limited(bursts(seed), ceiling)) <= ceiling + 0.1


def test_a_single_click_is_met_in_full():
    sound = np.full((1, 20_000), 0.01, np.float32)
    sound[0, 10_000] = 4.0
    assert real_peak_db(limited(sound, -1.0)) <= -0.9


def test_what_stays_under_the_ceiling_is_untouched():
    sound = bursts() * np.float32(0.05)
    assert np.array_equal(limited(sound, -1.0), sound)


@pytest.mark.parametrize("samples", [0, 1, 11, 12, 500, 48_001])
def test_length_is_kept(samples):
    assert limited(bursts()[:, :samples], -1.0).shape == (2, samples)


def test_the_result_lies_where_the_input_lay():
    sound = bursts(channels=1)
    result = limited(sound, -1.0)
    shares = [float(np.sum(np.roll(sound, shift) * result)) for shift in (-1, 0, 1)]
    assert shares[1] == max(shares)


def test_channels_are_turned_down_together():
    sound = bursts(channels=1)
    both = np.concatenate((sound, 0.25 * sound))
    result = limited(both, -1.0)
    np.testing.assert_allclose(result[1], 0.25 * result[0], atol=1e-6)


def test_the_size_of_blocks_changes_nothing():
    one, many = limited(bursts(), -1.0, block=96_000), limited(bursts(), -1.0, block=777)
    np.testing.assert_allclose(one, many, atol=2e-6)
