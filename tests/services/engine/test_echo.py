"""Repeats go, and what has none stays as it is."""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from services.engine.echo import EchoFinder, EchoRemover
from services.engine.echo_equations import equations
from services.engine.echo_find import cepstrum, peaks
from services.engine.echo_parts import Parts
from services.engine.echo_taps import at_delays, at_rate, removed
from tests.sound import echoes, formants, music, noises
from tests.sound.scores import si_sdr

RATE = 16_000


def found(sound, rate=RATE, block=RATE):
    finder = EchoFinder(rate, len(sound))
    for n in range(0, sound.shape[1], block):
        finder.add(sound[:, n : n + block])
    return finder.finish()


def cleaned(sound, rate=RATE, strength="normal", block=RATE):
    remover = EchoRemover(found(sound, rate, block), strength, rate, len(sound))
    parts = [remover.push(sound[:, n : n + block]) for n in range(0, sound.shape[1], block)]
    return np.concatenate((*parts, remover.finish()), axis=1)


def single(delay, gain):
    """One repeat without a filter, at 16 kHz."""
    none = at_delays(np.array([delay]), 16_000)
    values = none.values
    values[none.forward.size + delay - int(none.lags[0])] = gain
    return none.with_values(values)


@pytest.mark.parametrize("kind", echoes.KINDS)
def test_repeats_go(kind):
    item = echoes.echoed(kind, 3, 8.0, RATE, formant=True)
    for heard, result, dry in zip(item.heard, cleaned(item.heard), item.dry, strict=True):
        # The noise in the room limits what can be foretold of the noisy one.
        wanted = 13 if kind == "noisy" else 25
        assert si_sdr(result, dry) - si_sdr(heard, dry) > wanted


@pytest.mark.parametrize("kind", ["forward", "two"])
def test_the_delays_are_found(kind):
    item = echoes.echoed(kind, 5, 8.0, RATE, formant=True)
    echoes_found = found(item.heard)
    # One sample at the rate where they are looked for.
    assert sorted(echoes_found.delays) == pytest.approx(sorted(item.delays), abs=1 / 16_000)
    assert all(0.2 < strength < 0.7 for strength in echoes_found.strengths)


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(formants.speak(4, 8.0, RATE), id="voice"),
        pytest.param(music.play("pop", 4, 8.0, RATE), id="beat"),
        pytest.param(music.play("keys", 4, 8.0, RATE), id="notes"),
        pytest.param(noises.noise("hum", 4, 8.0, RATE), id="hum"),
        pytest.param(noises.noise("white", 4, 8.0, RATE), id="noise"),
        pytest.param(np.tile(formants.speak(4, 0.5, RATE), 16), id="loop"),
        pytest.param(np.zeros(RATE, np.float32), id="silence"),
    ],
)
def test_what_has_no_repeats_stays_bit_for_bit(sound):
    sound = sound[np.newaxis]
    assert np.array_equal(cleaned(sound), sound)


def test_a_room_without_repeats_stays():
    random = np.random.default_rng(4)
    decay = 0.05 * random.normal(0, 1, 8_000) * np.exp(-np.arange(8_000) / 1_300)
    voice = formants.speak(4, 8.0, RATE)
    room = (voice + fftconvolve(voice, decay)[: len(voice)]).astype(np.float32)[np.newaxis]
    assert np.array_equal(cleaned(room), room)


def test_blocks_do_not_matter():
    heard = echoes.echoed("forward", 3, 63.0, RATE, formant=True).heard
    assert si_sdr(cleaned(heard, block=33_333)[0], cleaned(heard)[0]) > 60


@pytest.mark.parametrize("strength", ["soft", "strong"])
def test_every_strength_keeps_the_length(strength):
    item = echoes.echoed("forward", 3, 8.0, RATE, formant=True)
    result = cleaned(item.heard, strength=strength)
    assert result.shape == item.heard.shape
    assert si_sdr(result[0], item.dry[0]) > si_sdr(item.heard[0], item.dry[0]) + 8


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000, 96_000])
def test_other_rates_work(rate):
    item = echoes.echoed("forward", 3, 6.0, rate, formant=True)
    gain = si_sdr(cleaned(item.heard, rate)[0], item.dry[0]) - si_sdr(item.heard[0], item.dry[0])
    assert gain > 20


def test_each_side_is_treated_by_itself():
    item = echoes.echoed("forward", 3, 6.0, RATE, formant=True)
    both = np.concatenate((item.dry, item.heard))
    result = cleaned(both)
    assert np.array_equal(result[0], item.dry[0])
    assert si_sdr(result[1], item.dry[0]) > 25


def test_silence_after_repeats_stays_silence():
    heard = echoes.echoed("forward", 3, 8.0, RATE, formant=True).heard
    quiet = np.concatenate((heard, np.zeros((1, 16_000), np.float32)), axis=1)
    assert not cleaned(quiet)[0, -8_000:].any()


@pytest.mark.parametrize("samples", [0, 1, 5_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_length_is_kept(channels, samples):
    sound = np.full((channels, samples), 0.1, np.float32)
    assert cleaned(sound).shape == sound.shape


def test_broken_samples_are_repaired():
    heard = echoes.echoed("forward", 3, 6.0, RATE, formant=True).heard.copy()
    heard[0, 5_000] = np.nan
    assert np.isfinite(cleaned(heard)).all()


def test_a_new_echo_in_a_later_part_is_followed():
    dry = formants.speak(3, 80.0, 8_000)[np.newaxis]
    parts = [
        echoes._repeat(dry[:, :320_000], 8_000, 0.5, 0.2),
        echoes._repeat(dry[:, 320_000:], 8_000, 0.4, 0.33),
    ]
    result = cleaned(np.concatenate(parts, axis=1), 8_000)
    assert min(si_sdr(result[0, :320_000], dry[0, :320_000]), 99) > 30
    # The old taps fade out in the first moments.
    assert si_sdr(result[0, 330_000:], dry[0, 330_000:]) > 30


def test_the_cepstrum_peaks_at_the_delay():
    noise = np.random.default_rng(1).normal(0, 1, 64_000).astype(np.float32)
    noise[3_200:] += 0.4 * noise[:-3_200]
    assert peaks(cepstrum(noise, 16_000), 16_000)[0][0] == 3_200


def test_taps_undo_what_they_describe():
    random = np.random.default_rng(1)
    dry = random.normal(0, 1, 20_000).astype(np.float32)
    heard = dry.copy()
    heard[2_000:] += np.float32(0.5) * dry[:-2_000]
    taps = single(2_000, 0.5)
    assert si_sdr(removed(heard, taps), dry) > 100


def test_taps_keep_their_meaning_at_another_rate():
    taps = single(2_000, 0.5)
    there = at_rate(taps, 16_000, 48_000)
    assert there.lags[0] + int(np.argmax(there.back[0])) == 6_000
    assert there.back.sum() == pytest.approx(0.5, abs=0.05)


def test_the_equations_are_sums_of_products():
    random = np.random.default_rng(1)
    sources = random.normal(0, 1, (2, 400)).astype(np.float32)
    wanted = random.normal(0, 1, 400).astype(np.float32)
    weights = np.array([1.0, 0.5, 2.0], np.float32)
    lags = np.array([30, 50])
    matrix, right = equations(sources, lags, wanted, weights, 100, 8, 80)
    late = [
        np.roll(s, lag + k)[80:380] for s, lag in zip(sources, lags, strict=True) for k in range(8)
    ]
    weighted = np.array(late) * np.repeat(weights, 100)
    assert np.allclose(matrix, weighted @ np.array(late).T, atol=1e-2)
    assert np.allclose(right, weighted @ wanted[80:380], atol=1e-2)


def test_parts_are_cut_at_the_same_places():
    sound = np.arange(70_000, dtype=np.float32)[np.newaxis]
    whole, pieces = Parts(1_000, 1), Parts(1_000, 1)
    cuts = [part.shape[1] for part in whole.push(sound)]
    small = [p.shape[1] for n in range(0, 70_000, 777) for p in pieces.push(sound[:, n : n + 777])]
    assert cuts == small == [40_000]
    assert whole.finish().shape == pieces.finish().shape == (1, 30_000)
