"""Our batched network gives what the library gives."""

import ctypes
import dataclasses

import numpy as np
import pytest

from services.engine import bands
from services.engine.lanes import Batch, Rnnoise, open_rnnoise
from services.engine.network import read_network
from services.engine.pitch import HEARD
from services.engine.products import ONE, apply, packed
from services.engine.rnnoise import BINS, FRAME, RATE, open_library
from tests.sound import mix
from tests.sound.scores import si_sdr


@pytest.fixture(scope="module")
def library():
    return open_library()


def lanes(count, seconds=2.0):
    return [
        0.5 * mix.speech_in("pink", 10.0, seed=n, seconds=seconds, formant=True).noisy
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 3, 8])
def test_lanes_agree_with_the_library(library, count):
    sounds = lanes(count)
    together = open_rnnoise().speech(sounds)
    for sound, found in zip(sounds, together, strict=True):
        alone = library.denoise(sound)
        # Only the order of sums differs: 75 dB and more.
        assert si_sdr(found.sound, alone.sound) > 60
        assert np.allclose(found.voice, alone.voice, atol=0.02)


def test_lanes_of_different_lengths_keep_their_lengths(library):
    sounds = [sound[: RATE + 777 * n] for n, sound in enumerate(lanes(3))]
    together = open_rnnoise().speech(sounds)
    assert [len(found.sound) for found in together] == [len(sound) for sound in sounds]
    assert si_sdr(together[1].sound, library.denoise(sounds[1]).sound) > 60


def test_digital_silence_does_not_reach_the_network(library):
    sound = lanes(1)[0].copy()
    sound[30_000:60_000] = 0
    found, alone = open_rnnoise().speech([sound, sound])[1], library.denoise(sound)
    # Right at the edge of silence tiny sums decide; everywhere else both agree.
    assert si_sdr(found.sound, alone.sound) > 30
    assert found.voice[70:120].max() == alone.voice[70:120].max() == 0


def test_a_library_without_the_table_is_used_as_it_is(library):
    sound = lanes(1)[0]
    found, alone = Rnnoise(library, None).speech([sound])[0], library.denoise(sound)
    assert np.array_equal(found.sound, alone.sound)


def test_features_are_those_of_the_library(library):
    compute = library.handle.rnn_compute_frame_features
    compute.argtypes = (ctypes.c_void_p,) * 8
    batch = Batch(lanes(1), (bands.shares(), bands.cosines()), bands.window())
    batch.analyse(0, batch.frames)
    sound = np.ascontiguousarray(batch._sound[0, HEARD - FRAME :]).reshape(-1, FRAME)
    wanted, state = np.zeros_like(batch.features[0]), library.handle.rnnoise_create(None)
    unused = np.zeros((5, 2 * BINS), np.float32)
    for frame, features in zip(sound, wanted, strict=True):
        places = (*unused, features, frame)
        compute(state, *(place.ctypes.data for place in places))
    library.handle.rnnoise_destroy(state)
    # A period that differed by one sample would show as 0.01.
    assert np.allclose(batch.features[0], wanted, atol=1e-3)


def test_the_network_is_found(library):
    network = read_network(library)
    assert network is not None
    assert [layer.recurrent.shape for layer in network.layers] == [(1152, 384)] * 3
    assert all(np.isfinite(table).all() for table in dataclasses.astuple(network)[:4])


def test_the_estimate_is_aligned_with_the_sound(library):
    sound = lanes(1)[0]
    speech = library.denoise(sound).sound
    lags = range(-30, 31, 10)
    scores = [si_sdr(np.roll(speech, lag)[100:-100], sound[100:-100]) for lag in lags]
    assert int(np.argmax(scores)) == 3


def test_the_voice_is_heard_where_somebody_speaks(library):
    mixed = mix.speech_in("pink", 10.0, seconds=8.0, formant=True)
    voice = library.denoise(0.5 * mixed.noisy).voice
    frames = len(mixed.clean) // FRAME
    silent = mix.pauses(mixed.clean)[: frames * FRAME].reshape(frames, FRAME).all(axis=1)
    # The network waits a while after a word, so not every pause is clear at once.
    assert np.median(voice[:frames][~silent]) > 0.9
    assert np.percentile(voice[:frames][silent], 25) < 0.3


def test_products_are_those_of_numpy():
    random = np.random.default_rng(1)
    x = random.uniform(-1, 1, size=(3, 8, 194)).astype(np.float32)
    matrix, bias = random.normal(size=(130, 194)), random.normal(size=130)
    wanted = x @ matrix.T + bias
    given = apply(np.rint(x * ONE).astype(np.int16), packed(matrix, bias))[:, :, :130]
    # Whole numbers of 16 bits instead of floats: 75 dB.
    assert si_sdr(given.ravel(), wanted.ravel()) > 65


def test_no_sum_of_products_leaves_its_bits():
    signs = np.where(np.random.default_rng(1).random((16, 1536)) < 0.5, -1, 1)
    matrix = 0.7 * signs
    x = np.repeat(ONE * signs[:1], 4, axis=0).astype(np.int16)
    given = apply(x, packed(matrix, np.zeros(16)))
    assert given[0, 0] == pytest.approx(0.7 * 1536, rel=1e-3)
