"""The room goes, the voice stays, and every sample keeps its place."""

import numpy as np
import pytest

from services.engine.dereverb import STRENGTHS, Dereverberator
from services.engine.room import Room, RoomFinder
from tests.sound import formants, rooms
from tests.sound.scores import level_change, si_sdr

RATE = 48_000
HALL = Room(rt60=0.8, direct_late_db=0.0, is_dry=False)


def dried(sound, room=HALL, strength="normal", rate=RATE, block=RATE):
    sound = np.atleast_2d(sound)
    stage = Dereverberator(room, strength, rate, len(sound))
    parts = [stage.push(sound[:, n : n + block]) for n in range(0, sound.shape[1], block)]
    return np.concatenate((*parts, stage.finish()), axis=1)


def spoken(rt60, *, seconds=8.0, seed=4, channels=1, rate=RATE):
    voice = formants.speak(seed, seconds, rate)
    return rooms.placed(voice, seed, rt60, channels, rate)


def noise(shape, seed=1, level=0.1):
    return np.random.default_rng(seed).normal(0, level, shape).astype(np.float32)


@pytest.mark.parametrize("rt60", [0.45, 0.8, 1.5])
def test_the_voice_comes_nearer(rt60):
    heard, truth = spoken(rt60)
    finder = RoomFinder(RATE, 1)
    finder.add(heard)
    result = dried(heard, finder.finish())[0]
    # Measured gains are 1 dB and more above this.
    assert si_sdr(result, truth[0]) - si_sdr(heard[0], truth[0]) > 1.5
    # What cannot be told from the room goes with it: 2 dB in small rooms, 6 in halls.
    assert -7 < level_change(result, truth[0]) < 0.5


def test_stronger_takes_more_away():
    heard, truth = spoken(1.1)
    rest = [np.sum((dried(heard, strength=name) - truth) ** 2) for name in ("soft", "normal")]
    late = np.sum((heard - truth) ** 2)
    assert late > rest[0] > rest[1]
    quiet = [np.sum(dried(heard, strength=name) ** 2) for name in ("soft", "normal", "strong")]
    assert quiet[0] > quiet[1] > quiet[2]


@pytest.mark.parametrize("strength", STRENGTHS)
def test_a_dry_recording_passes_bit_by_bit(strength):
    sound = noise((2, 30_000))
    result = dried(sound, Room(0.2, 20.0, is_dry=True), strength, block=7_777)
    assert np.array_equal(result, sound)


def test_a_voice_without_a_room_is_hardly_touched_when_forced():
    voice = formants.speak(3, 8.0, RATE)
    assert si_sdr(dried(voice, Room(0.3, 10.0, is_dry=False))[0], voice) > 10


@pytest.mark.parametrize("channels", [1, 2])
def test_blocks_do_not_matter(channels):
    sound = noise((channels, 25 * 8_000))
    whole = dried(sound, rate=8_000, block=sound.shape[1])
    assert si_sdr(dried(sound, rate=8_000, block=7_777).ravel(), whole.ravel()) > 60


def test_joints_between_the_long_blocks_are_not_heard():
    heard, truth = spoken(0.8, seconds=30.0, rate=8_000)
    result = dried(heard, rate=8_000)[0]
    thirds = [slice(k * 80_000, (k + 1) * 80_000) for k in range(3)]
    gains = [si_sdr(result[t], truth[0, t]) - si_sdr(heard[0, t], truth[0, t]) for t in thirds]
    assert min(gains) > 1.5


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 192_000])
@pytest.mark.parametrize("samples", [0, 1, 5_000])
def test_the_length_is_kept(rate, samples):
    result = dried(noise((1, samples)), rate=rate)
    assert result.shape == (1, samples)
    assert np.all(np.isfinite(result))
    assert result.dtype == np.float32


def test_what_goes_in_comes_out_at_the_same_place():
    click = np.zeros((1, 2 * RATE), np.float32)
    click[0, RATE] = 0.5
    assert np.argmax(np.abs(dried(click))) == RATE


def test_silence_stays_silence():
    assert not dried(np.zeros((2, 3 * RATE), np.float32)).any()
    speech = np.pad(spoken(0.8, seconds=3.0).heard, ((0, 0), (0, RATE)))
    assert not dried(speech)[0, -RATE // 2 :].any()


def test_damage_is_repaired():
    sound = noise((1, RATE))
    sound[0, 1_000:1_010] = np.nan
    sound[0, 2_000] = np.inf
    assert np.all(np.isfinite(dried(sound)))


def test_both_sides_keep_their_place():
    heard, truth = spoken(0.8, channels=2, seconds=6.0)
    heard, truth = heard * [[1.0], [0.3]], truth * [[1.0], [0.3]]
    result = dried(heard.astype(np.float32))
    left, right = (np.sum(result[k] ** 2) / np.sum(truth[k] ** 2) for k in (0, 1))
    assert 10 * np.log10(left / right) == pytest.approx(0, abs=1)


def test_two_microphones_take_more_away_than_one():
    heard, truth = spoken(0.6, channels=2, seconds=6.0)
    alone = si_sdr(dried(heard[:1])[0], truth[0])
    assert si_sdr(dried(heard)[0], truth[0]) > alone + 0.5


def test_a_silent_side_stays_silent():
    heard = spoken(0.8, seconds=4.0).heard
    assert not dried(np.concatenate((heard, np.zeros_like(heard))))[1].any()


def test_the_same_sound_on_both_sides_stays_the_same():
    heard = spoken(0.8, seconds=6.0).heard
    left, right = dried(np.concatenate((heard, heard)))
    assert si_sdr(left, right) > 60
    assert np.sum(left**2) < np.sum(heard**2)
