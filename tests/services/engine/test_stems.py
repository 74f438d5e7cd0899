"""Music comes apart into stems that add up to it again."""

from functools import cache

import numpy as np
import pytest

from services.engine.stems import NAMES, Separator
from tests.sound import songs
from tests.sound.scores import si_sdr

RATE = 16_000  # the slowest part is to make the song
SECONDS = 6.0


def separated(mix, names=NAMES, block=30 * RATE, rate=RATE):
    separator = Separator(rate, len(mix), names)
    parts = [separator.push(mix[:, n : n + block]) for n in range(0, mix.shape[1], block)]
    return np.concatenate((*parts, separator.finish()), axis=2)


@cache
def small(style):
    song = songs.song(3, style, SECONDS, RATE)
    return song, dict(zip(NAMES, separated(song.mix), strict=True))


def decibels(wanted, unwanted):
    return 10 * np.log10(np.sum(wanted.astype(float) ** 2) / (np.sum(unwanted**2) + 1e-20))


@pytest.mark.parametrize("name", NAMES)
def test_each_stem_is_far_nearer_to_the_truth_than_the_mixture(name):
    song, made = small("pop")
    truth = song.truth(name)
    before, after = (decibels(truth, x - truth) for x in (song.mix, made[name]))
    assert after > before + 6


@pytest.mark.parametrize(("style", "least"), [("mono", 4.0), ("wide", 3.0)])
def test_a_voice_is_found_without_a_middle_to_look_in(style, least):
    song, made = small(style)
    truth = song.truth("vocals")
    gain = decibels(truth, made["vocals"] - truth) - decibels(truth, song.mix - truth)
    assert gain > least


@pytest.mark.parametrize(
    "parts", [("vocals", "instrumental"), ("vocals", "drums", "bass", "other")]
)
@pytest.mark.parametrize("style", ["pop", "mono"])
def test_the_stems_add_up_to_the_mix(style, parts):
    song, made = small(style)
    total = sum(made[name].astype(float) for name in parts)
    assert decibels(song.mix, total - song.mix) > 100


def test_blocks_do_not_matter():
    # Longer than a span, so that the places of the spans are compared as well.
    mix = np.tile(small("pop")[0].mix, (1, 5))[:, : 28 * RATE]
    whole, pieces = separated(mix), separated(mix, block=7_919)
    assert all(si_sdr(a.ravel(), b.ravel()) > 60 for a, b in zip(pieces, whole, strict=True))


def test_the_order_is_the_one_asked_for():
    made = separated(small("pop")[0].mix, names=("bass", "vocals"))
    assert np.array_equal(made[0], small("pop")[1]["bass"])
    assert np.array_equal(made[1], small("pop")[1]["vocals"])


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="piano"):
        Separator(RATE, 2, ("vocals", "piano"))


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("samples", [0, 1, 20_000])
@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_the_length_is_kept(samples, channels, rate):
    mix = np.full((channels, samples), 0.1, np.float32)
    assert separated(mix, rate=rate).shape == (len(NAMES), channels, samples)


@pytest.mark.parametrize("channels", [1, 2])
def test_silence_stays_silence(channels):
    assert not separated(np.zeros((channels, 2 * RATE), np.float32)).any()


def test_equal_channels_give_what_mono_gives():
    mono = small("mono")[0].mix
    both = separated(np.repeat(mono, 2, axis=0))
    for name, stem in zip(NAMES, both, strict=True):
        assert si_sdr(stem[1], small("mono")[1][name][0]) > 60


def test_nearly_equal_channels_are_not_silenced():
    mix = np.repeat(small("mono")[0].mix, 2, axis=0)
    hiss = np.random.default_rng(1).normal(0, 0.006, mix.shape).astype(np.float32)
    voice = separated(mix + hiss)[0]
    truth = small("mono")[0].truth("vocals")
    assert np.sum(voice**2) > 0.3 * np.sum(2 * truth**2)


def test_one_silent_channel_stays_silent():
    mix = small("pop")[0].mix.copy()
    mix[1] = 0
    made = separated(mix)
    assert np.isfinite(made).all()
    assert made[0, 0].any()
    assert decibels(mix[:1], made[:, 1]) > 100


def test_damage_is_repaired():
    mix = small("pop")[0].mix.copy()
    mix[0, 1_000:1_004] = (np.nan, np.inf, -np.inf, 1e30)
    assert np.isfinite(separated(mix)).all()


def test_a_song_is_exactly_its_stems_and_comes_again():
    song = songs.song(3, "pop", SECONDS, RATE)
    assert np.array_equal(sum(song.stems.values()), song.mix)
    songs.song.cache_clear()
    assert np.array_equal(songs.song(3, "pop", SECONDS, RATE).mix, song.mix)
