"""The first pass measures what it says."""

import pickle

import numpy as np
import pytest

from services.engine import plan
from services.engine.survey import Survey
from tests.sound import formants, mix, music, noises, rooms, songs

RATE = 48_000


def measured(sound, rate=RATE, block=None):
    sound = np.atleast_2d(sound)
    survey = Survey(rate, len(sound))
    size = block or max(sound.shape[1], 1)
    for n in range(0, sound.shape[1], size):
        survey.add(sound[:, n : n + size])
    return survey.finish()


@pytest.mark.parametrize("snr", [5.0, 10.0, 20.0])
def test_snr_of_a_voice_in_hiss_is_near_the_truth(snr):
    # Speech level means its louder part, which lies a few dB above the mean of everything.
    noisy = mix.speech_in("white", snr, seed=5, formant=True).noisy
    assert abs(measured(noisy).snr_db - snr - 4) < 4


@pytest.mark.parametrize("level", [-70.0, -50.0, -30.0])
def test_the_noise_floor_is_the_level_of_noise(level):
    noise = noises.noise("white", 1, 6.0) * 10 * 10 ** (level / 20)
    assert abs(measured(noise).noise_floor_db - level) < 2


@pytest.mark.parametrize("style", sorted(music.STYLES))
def test_music_is_music(style):
    assert measured(music.play(style, 3, 10.0)).musicness > 0.5


@pytest.mark.parametrize("kind", sorted(noises.KINDS))
@pytest.mark.parametrize("snr", [0.0, 15.0])
def test_a_voice_in_noise_is_not_music(kind, snr):
    assert measured(mix.speech_in(kind, snr, seed=4, formant=True).noisy).musicness < 0.5


def test_bandwidth_is_where_the_sound_ends():
    low = np.fft.rfft(formants.speak(3, 4.0) + noises.noise("white", 3, 4.0) * 0.01)
    low[4 * 3_500 :] = 0
    sound = np.fft.irfft(low).astype(np.float32)
    assert abs(measured(sound).bandwidth_hz - 3_500) < 300


@pytest.mark.parametrize(
    ("second", "same"),
    [
        pytest.param(1.0, True, id="both alike"),
        pytest.param(0.9, False, id="one quieter"),
        pytest.param(-1.0, False, id="opposite"),
    ],
)
def test_dual_mono_is_recognised(second, same):
    voice = formants.speak(3, 2.0)
    assert measured(np.stack((voice, second * voice))).dual_mono is same


def test_offset_and_peak_are_measured():
    sound = np.full((2, RATE), 0.25, np.float32)
    sound[1] = -0.5
    found = measured(sound)
    assert np.allclose(found.dc, (0.25, -0.5), atol=1e-6)
    assert found.peak == 0.5


@pytest.mark.parametrize("samples", [0, 1, 500])
def test_nearly_nothing_can_be_measured(samples):
    found = measured(np.zeros((1, samples), np.float32))
    assert found.seconds == samples / RATE
    assert np.isfinite(found.snr_db)


def test_blocks_measure_what_one_piece_measures():
    noisy = mix.speech_in("pink", 10.0, seed=6, formant=True).noisy
    whole, pieces = measured(noisy), measured(noisy, block=10_007)
    assert abs(whole.snr_db - pieces.snr_db) < 0.6
    assert abs(whole.musicness - pieces.musicness) < 0.02


def test_measurements_travel():
    found = measured(formants.speak(3, 2.0))
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize("rt60", [0.45, 0.8, 1.5])
def test_a_voice_in_a_room_is_no_music(rt60):
    heard = rooms.placed(formants.speak(5, 8.0), 5, rt60).heard
    found = measured(heard)
    assert found.room.has_voice
    assert found.musicness == 0


@pytest.mark.parametrize("style", ["pop", "ballad", "wide"])
def test_a_song_with_a_singer_in_a_room_is_music(style):
    assert measured(songs.song(3, style, 10.0).mix).musicness > 0.5


@pytest.mark.parametrize(
    ("kind", "is_steady"), [("white", True), ("fan", True), ("keyboard", False)]
)
def test_noise_that_comes_and_goes_is_told_from_steady_noise(kind, is_steady):
    noisy = mix.speech_in(kind, 10.0, seed=5, seconds=10.0, formant=True).noisy
    assert (measured(noisy[np.newaxis]).unsteady_db < plan.STEADY_DB) == is_steady


@pytest.mark.parametrize("block", [RATE, 777])
def test_only_silence_between_sounds_is_a_pause(block):
    sound = np.zeros(8 * RATE, np.float32)
    for begin in (1.0, 2.5, 4.0, 6.0):
        at = int(begin * RATE)
        sound[at : at + RATE] = noises.noise("white", 1, 1.0)[:RATE] * 0.1
    sound[int(6.5 * RATE) :][:960] = 0  # too short
    found = measured(sound, block=block)
    assert found.pauses == 3
    assert found.paused == pytest.approx(2.0, abs=0.1)
