"""Music keeps its tones and loses its hiss."""

import numpy as np
import pytest

from services.engine.music import MusicSuppressor
from tests.sound import mix, music, noises
from tests.sound.scores import si_sdr

RATE = 48_000


def suppressed(sound, floor_db=-9.0, block=480_000):
    sound = sound[np.newaxis]
    suppressor = MusicSuppressor(RATE, 1, floor_db)
    parts = [suppressor.push(sound[:, n : n + block]) for n in range(0, sound.shape[1], block)]
    return np.concatenate((*parts, suppressor.finish()), axis=1)[0]


@pytest.mark.parametrize("style", sorted(music.STYLES))
def test_clean_music_is_left_nearly_alone(style):
    piece = music.play(style, 4, 10.0)
    assert si_sdr(suppressed(piece), piece) > 28


@pytest.mark.parametrize("style", ["keys", "strings", "pop"])
def test_hiss_under_music_goes_down(style):
    noisy, clean, _ = mix.at_snr(music.play(style, 4, 12.0), noises.noise("white", 4, 12.0), 25.0)
    assert si_sdr(suppressed(noisy), clean) - si_sdr(noisy, clean) > 0.8


def test_blocks_do_not_matter():
    noisy = mix.at_snr(music.play("pop", 4, 8.0), noises.noise("white", 4, 8.0), 20.0).noisy
    assert si_sdr(suppressed(noisy, block=33_333), suppressed(noisy)) > 60


@pytest.mark.parametrize("samples", [0, 1, 5_000])
def test_the_length_is_kept(samples):
    assert len(suppressed(np.full(samples, 0.1, np.float32))) == samples


def test_noise_that_begins_late_is_faded_out_without_a_step():
    hiss = noises.noise("white", 3, 20.0)
    hiss[: 5 * RATE] *= 0.02
    tenths = suppressed(hiss)[6 * RATE :].reshape(-1, RATE // 10)
    level = 20 * np.log10(np.std(tenths, axis=1))
    assert np.abs(np.diff(level)).max() < 1.5
    assert level[0] - level[-1] > 3
