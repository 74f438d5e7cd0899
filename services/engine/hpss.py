"""Tells beats from tones: beats are broad and short, tones narrow and long.

Harmonic/percussive separation by median filters (D. FitzGerald, DAFx 2010), with two rules more:
what is broad must also come in bursts, or quick speech would count as drums, and in the lowest
octaves, where bins are too wide for the first test, what does not last is a drum.
"""

import numpy as np

from services.engine.crew import Crew
from services.engine.jit import compiled
from services.engine.medians import bin_medians, frame_medians
from services.engine.rnnoise import Floats

# Widths were picked on made songs, for frames of 85 ms every 21 ms (11.7 Hz, 21 ms).
TONE = 17  # frames
BEAT = 25  # bins
BURST = 31  # frames in which a beat must stand out
COARSE = 8  # bins that share one answer to that: over 25 bins it hardly changes
EXPONENT = 1.5  # of the ratio of the medians
LOW = 150.0  # Hz below which only duration counts


def percussive(amplitude: Floats, hertz: Floats, crew: Crew) -> Floats:
    """The share of beats, 0 to 1, for the amplitudes (frames, bins) at `hertz` (bins,)."""
    broad = bin_medians(amplitude, BEAT, crew)
    long = frame_medians(amplitude, TONE, crew)
    usual = frame_medians(broad[:, ::COARSE], BURST, crew)
    low = np.asarray(1 / (1 + (hertz / LOW) ** 4), np.float32)
    share = np.empty_like(amplitude)
    crew.share(_share, len(amplitude), amplitude, broad, long, usual, low, share)
    return share


@compiled
def _share(
    start: int,
    stop: int,
    amplitude: Floats,
    broad: Floats,
    long: Floats,
    usual: Floats,
    low: Floats,
    share: Floats,
) -> None:
    one, tiny = np.float32(1), np.float32(1e-9)
    for t in range(start, stop):
        for f in range(amplitude.shape[1]):
            beat = broad[t, f] ** np.float32(EXPONENT)
            tone = long[t, f] ** np.float32(EXPONENT)
            steady = usual[t, f // COARSE] / (broad[t, f] + tiny)
            high = beat / (beat + tone + tiny) * max(one - steady * steady, np.float32(0))
            lasting = long[t, f] / (amplitude[t, f] + tiny)
            brief = max(one - lasting * lasting, np.float32(0))
            share[t, f] = high + low[f] * (brief - high)
