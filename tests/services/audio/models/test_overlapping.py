"""Windows faded into each other: nothing lost, nothing moved, whatever the blocks are."""

import numpy as np
import pytest

from services.audio.decoding import Form
from services.audio.models.overlapping import Net, Overlapped
from services.audio.models.tier import ModelTier

RATE = 44_100


def shares(mix):
    """Three parts that are the mix together."""
    return np.stack((0.5 * mix, 0.3 * mix, 0.2 * mix)).astype(np.float32)


def net(window=1000, stride=750, ask=shares):
    return Net(("vocals", "drums", "bass"), RATE, window, stride, ask)


def noise(samples, channels=2):
    made = np.random.default_rng(samples).normal(0, 0.1, (channels, samples))
    return made.astype(np.float32)


def heard(separator, sound, block):
    parts = [separator.push(sound[:, at : at + block]) for at in range(0, sound.shape[1], block)]
    return np.concatenate([*parts, separator.finish()], axis=2)


@pytest.mark.parametrize("samples", [0, 1, 999, 1000, 1001, 1749, 1750, 1751, 10_007])
@pytest.mark.parametrize("window", [1000, 1001])
def test_every_sample_comes_back_in_its_place(samples, window):
    sound = noise(samples)
    out = heard(Overlapped(net(window)), sound, 333)
    np.testing.assert_allclose(out, shares(sound), atol=1e-6)


def test_the_model_hears_whole_windows_and_the_last_one_reaches_back():
    lengths = []

    def ask(mix):
        lengths.append(mix.shape[1])
        return shares(mix)

    heard(Overlapped(net(ask=ask)), noise(2100), 500)
    assert lengths == [1000, 1000, 1000]


def test_block_sizes_do_not_matter():
    def ask(mix):
        # Something that depends on the window: a model does.
        return shares(mix * np.linspace(0, 1, mix.shape[1], dtype=np.float32))

    sound = noise(7777)
    whole = heard(Overlapped(net(ask=ask)), sound, 7777)
    np.testing.assert_allclose(heard(Overlapped(net(ask=ask)), sound, 101), whole, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8000, 44_100, 48_000, 192_000])
def test_a_tier_gives_the_files_own_rate_channels_and_length(rate, channels):
    times = np.arange(3 * rate + 17) / rate
    sound = np.stack([np.sin(2 * np.pi * 440 * times)] * channels).astype(np.float32)
    tier = ModelTier(("vocals", "drums", "bass"), lambda _names: net(44_100, 33_075))
    out = heard(tier.open(Form(rate, channels), ("bass", "vocals")), sound, rate)
    assert out.shape == (2, channels, sound.shape[1])
    inside = slice(rate // 10, -rate // 10)  # a resampler needs some samples to begin and end
    np.testing.assert_allclose(out[0][:, inside], 0.2 * sound[:, inside], atol=1e-3)


def test_damage_is_silence_to_a_model():
    sound = noise(3000)
    sound[:, 5] = np.nan
    tier = ModelTier(("vocals",), lambda _names: net())
    assert np.isfinite(heard(tier.open(Form(RATE, 2), ("vocals",)), sound, 1000)).all()
