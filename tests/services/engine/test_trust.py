"""The speech estimate is believed where it keeps what lasts, and not where it drops a voice."""

import numpy as np

from services.engine.trust import Watch

RATE, WINDOW, HOP = 48_000, 1_024, 256
FRAMES = 1_200  # 6.4 s


def guards(kept, voice=1.0):
    """For frames of steady sound 30 dB over the noise, of which `kept` is kept, (frames,)."""
    watch = Watch(RATE, WINDOW, HOP)
    watch.hear(np.full(700, voice, np.float32))
    heard = np.ones(FRAMES, np.float32)
    noise = np.full(FRAMES, 1e-3, np.float32)
    watch.push(np.stack((heard, kept.astype(np.float32), noise, heard, noise)))
    return watch.take(FRAMES)


def test_a_network_that_keeps_all_is_trusted_and_sure():
    found = guards(np.ones(FRAMES))
    assert found.trust.min() == 1
    assert found.sure.min() == 1


def test_a_network_that_drops_most_is_not():
    found = guards(np.full(FRAMES, 0.1))
    assert found.trust.max() < 0.05
    assert found.sure.max() == 0


def dropped(voice):
    """The network loses everything for two thirds of a second."""
    kept = np.ones(FRAMES)
    kept[600:725] = 0.01
    return guards(kept, voice).trust


def test_trust_ends_at_once_where_a_voice_is_heard_and_dropped():
    trust = dropped(voice=1.0)
    assert trust[660] == 0
    assert trust[:500].min() == 1


def test_it_stays_where_nobody_is_heard():
    assert dropped(voice=0.0)[660] > 0.9
