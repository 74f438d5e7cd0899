"""A room is heard in a recording, and only where there is one."""

import numpy as np
import pytest

from services.engine.room import RoomFinder
from tests.sound import formants, mix, music, noises, rooms

RATE = 48_000


def found(sound, rate=RATE, block=RATE):
    sound = np.atleast_2d(sound)
    finder = RoomFinder(rate, len(sound))
    for n in range(0, sound.shape[1], block):
        finder.add(sound[:, n : n + block])
    return finder.finish()


def spoken(rt60, *, seconds=8.0, seed=4, channels=1, rate=RATE):
    voice = formants.speak(seed, seconds, rate)
    return rooms.placed(voice, seed, rt60, channels, rate).heard


@pytest.mark.parametrize("rt60", [0.45, 0.8, 1.5])
def test_the_reverberation_time_is_about_right(rt60):
    room = found(spoken(rt60))
    assert not room.is_dry
    # Measured errors are up to a quarter: a voice seldom stops as sharply as a shot.
    assert room.rt60 == pytest.approx(rt60, rel=0.4)


def test_longer_rooms_have_less_direct_sound():
    ratios = [found(spoken(rt60)).direct_late_db for rt60 in (0.3, 0.6, 1.1)]
    assert ratios == sorted(ratios, reverse=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_dry_voice_is_in_no_room(seed):
    assert found(formants.speak(seed, 8.0, RATE)).is_dry


@pytest.mark.parametrize("kind", ["white", "pink", "fan", "keyboard", "wind", "babble"])
@pytest.mark.parametrize("snr_db", [5, 20])
def test_noise_is_no_room(kind, snr_db):
    noisy = mix.speech_in(kind, snr_db, seed=5, seconds=6.0, formant=True).noisy
    assert found(noisy).is_dry


@pytest.mark.parametrize("style", sorted(music.STYLES))
def test_music_is_no_room(style):
    assert found(music.play(style, 4, 5.0)).is_dry


@pytest.mark.parametrize("kind", ["brown", "pink", "traffic"])
def test_noise_without_a_voice_is_no_room(kind):
    assert found(noises.noise(kind, 4, 6.0)).is_dry


def test_a_room_is_heard_through_noise():
    noisy = mix.at_snr(spoken(0.8)[0], noises.noise("pink", 4, 8.0), 15.0).noisy
    assert not found(noisy).is_dry


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 192_000])
def test_every_rate_hears_the_same_room(rate):
    room = found(spoken(0.8, rate=rate, seconds=6.0), rate)
    assert not room.is_dry
    assert room.rt60 == pytest.approx(0.8, rel=0.4)


def test_blocks_do_not_matter():
    sound = spoken(0.6, channels=2)
    assert found(sound, block=7_777) == found(sound, block=sound.shape[1])


@pytest.mark.parametrize("samples", [0, 1, 5_000])
@pytest.mark.parametrize("level", [0.0, 0.1])
def test_nothing_speaks_for_no_room(samples, level):
    assert found(np.full((2, samples), level, np.float32)).is_dry


def test_silence_and_damage_are_no_room():
    assert found(np.zeros(4 * RATE, np.float32)).is_dry
    assert found(np.full(4 * RATE, np.nan, np.float32)).is_dry
