"""Loudness against the figures of EBU Tech 3341, true peak against waves whose peak is known."""

import math

import numpy as np
import pytest

from services.engine.loudness import LoudnessMeter, k_weighting


def tone(level_db, seconds, sample_rate=48_000, hertz=997.0, channels=2):
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * time)
    return np.tile(wave.astype(np.float32), (channels, 1))


def measured(sound, sample_rate=48_000, block=10_007):
    meter = LoudnessMeter(sample_rate, len(sound))
    for start in range(0, sound.shape[1], block):
        meter.add(sound[:, start : start + block])
    return meter


def test_the_weighting_at_48_khz_is_the_table_of_the_standard():
    shelf, rumble = k_weighting(48_000)
    table = (1.53512485958697, -2.69169618940638, 1.19839281085285)
    assert (shelf.b0, shelf.b1, shelf.b2) == pytest.approx(table, abs=1e-6)
    assert (shelf.a1, shelf.a2) == pytest.approx((-1.69065929318241, 0.73248077421585), abs=1e-6)
    assert (rumble.a1, rumble.a2) == pytest.approx((-1.99004745483398, 0.99007225036621), abs=1e-6)


@pytest.mark.parametrize("sample_rate", [8_000, 16_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_a_stereo_tone_reads_its_level(level, sample_rate):
    # Tech 3341 cases 1 and 2: 1 kHz in both channels, +-0.1 LU.
    sound = tone(level, 5, sample_rate, hertz=1_000)
    assert measured(sound, sample_rate).integrated == pytest.approx(level, abs=0.1)


def test_a_tone_in_one_channel_reads_three_decibels_less():
    # BS.1770-4: 997 Hz at 0 dBFS in one channel is -3.01 LUFS.
    assert measured(tone(-20, 5, channels=1)).integrated == pytest.approx(-23.01, abs=0.05)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([(-36, 10), (-23, 60), (-36, 10)], id="case 3"),
        pytest.param([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], id="case 4"),
        pytest.param([(-26, 20), (-20, 20.1), (-26, 20)], id="case 5"),
    ],
)
def test_quiet_parts_are_gated(parts):
    sound = np.concatenate([tone(level, seconds) for level, seconds in parts], axis=1)
    assert measured(sound).integrated == pytest.approx(-23.0, abs=0.1)


def test_silence_has_no_loudness_and_no_peak():
    meter = measured(np.zeros((1, 48_000), np.float32))
    assert meter.integrated == -math.inf
    assert meter.true_peak_db == -math.inf


def test_a_peak_between_the_samples_is_found():
    # A quarter of the rate, 45 degrees off: every sample is 3 dB under the real peak.
    time = np.arange(48_000)
    wave = 0.5 * np.sin(np.pi / 2 * time + np.pi / 4)
    sound = wave[None].astype(np.float32) * np.hanning(48_000).astype(np.float32) ** 0.1
    assert 20 * math.log10(np.abs(sound).max()) == pytest.approx(-9.03, abs=0.01)
    assert measured(sound).true_peak_db == pytest.approx(-6.02, abs=0.2)


def test_the_size_of_blocks_changes_nothing():
    noise = np.random.default_rng(1).normal(0, 0.1, (2, 100_000)).astype(np.float32)
    one, many = measured(noise, block=100_000), measured(noise, block=333)
    assert one.integrated == pytest.approx(many.integrated, abs=1e-6)
    assert one.true_peak_db == pytest.approx(many.true_peak_db, abs=1e-6)
