"""Noise tracked by minima, and the gain that follows from it alone.

Improved minima controlled recursive averaging and the optimally modified log-spectral amplitude
estimator (I. Cohen, IEEE Trans. Speech Audio Process. 11(5), 2003; I. Cohen and B. Berdugo,
Signal Processing 81, 2001).
"""

import math
from dataclasses import dataclass

import numpy as np

from services.engine.jit import compiled
from services.engine.lsa import lsa_factor
from services.engine.rnnoise import Floats

STEPS = 8  # sub-windows of the minimum
WINDOW = 1.6  # seconds over which the minimum is taken
FIRST = 8  # frames that make the first guess
SILENT = 1e-9  # mean power of a bin below which a frame is digital silence
BIAS = np.float32(1.66)  # what a minimum lies below the mean
MEMORY = np.float32(0.92)  # share of the last frame in the prior SNR
MOST = np.float32(4)  # most the noise may lie over what the minimum says
ABSENCE = 0.998  # most certain a pause can be


@dataclass(frozen=True, slots=True)
class Tracked:
    """For each frame and bin: the noise power, and the gain against it."""

    noise: Floats
    gain: Floats


class MinimaTracker:
    """OM-LSA over a stream of power spectra. It starts with the first frame that has sound."""

    def __init__(
        self, bins: int, seconds: float, floor: float, expected: Floats | None = None
    ) -> None:
        """`seconds`: from frame to frame; `floor`: least gain, as a factor.

        `expected`: noise power of each bin as far as it is known before.
        """
        self._expected = expected
        self._step = max(1, round(WINDOW / STEPS / seconds))
        self._noise_memory = np.float32(0.85 ** (seconds / 0.008))
        self._smooth_memory = np.float32(0.9 ** (seconds / 0.008))
        self._floor = np.float32(math.log(floor))
        # Rows: smoothed, minimum, running minimum, and the same three without speech; then noise,
        # last gain and last SNR.
        self._rows = np.ones((9, bins), np.float32)
        self._minima = np.zeros((2, STEPS, bins), np.float32)
        self._frame = 0

    def push(self, power: Floats) -> Tracked:
        """Noise and gain for `power`, (frames, bins)."""
        gain, noise = np.ones_like(power), np.zeros_like(power)
        start = 0
        if self._frame == 0:
            loud = np.flatnonzero(power.mean(axis=1) > SILENT)
            if len(loud) == 0:
                return Tracked(noise, gain)
            start = int(loud[0])
            self._begin(power[start : start + FIRST])
        self._frame = _track(
            power[start:],
            self._rows,
            self._minima,
            (self._frame, self._step),
            (self._noise_memory, self._smooth_memory, self._floor),
            noise[start:],
            gain[start:],
        )
        return Tracked(noise, gain)

    def _begin(self, power: Floats) -> None:
        first = power.mean(axis=0)
        if self._expected is not None:
            # A recording that starts with speech must not lock the tracker at its level.
            first = np.minimum(first, 4 * self._expected)
        self._rows[:7] = first
        self._minima[:] = first


@compiled
def _track(
    power: Floats,
    rows: Floats,
    minima: Floats,
    counts: tuple[int, int],
    settings: tuple[np.float32, np.float32, np.float32],
    noise: Floats,
    gain: Floats,
) -> int:
    frame, step = counts
    noise_memory, smooth_memory, floor = settings
    absence = np.empty(power.shape[1], np.float32)
    for t in range(len(power)):
        _follow(power[t], rows, smooth_memory, absence)
        _decide(power[t], rows, absence, noise_memory, floor, gain[t])
        noise[t] = rows[6]
        frame += 1
        if frame % step == 0:
            _turn(rows, minima, (frame // step) % minima.shape[1])
    return frame


@compiled
def _follow(p: Floats, rows: Floats, memory: np.float32, absence: Floats) -> None:
    """Smooth, follow both minima, and say how likely each bin holds no speech."""
    one, bins = np.float32(1), len(p)
    for f in range(bins):
        near = np.float32(0.25) * (p[max(f - 1, 0)] + p[min(f + 1, bins - 1)])
        near += np.float32(0.5) * p[f]
        rows[0, f] = memory * rows[0, f] + (one - memory) * near
        rows[1, f] = min(rows[1, f], rows[0, f])
        rows[2, f] = min(rows[2, f], rows[0, f])
        least = BIAS * rows[1, f] + np.float32(1e-20)
        if p[f] < np.float32(4.6) * least and rows[0, f] < np.float32(1.67) * least:
            rows[3, f] = memory * rows[3, f] + (one - memory) * near
        rows[4, f] = min(rows[4, f], rows[3, f])
        rows[5, f] = min(rows[5, f], rows[3, f])
        least = BIAS * rows[4, f] + np.float32(1e-20)
        steady = rows[0, f] < np.float32(1.67) * least
        likely = max(min((np.float32(3) - p[f] / least) / np.float32(2), one), np.float32(0))
        absence[f] = likely if steady else np.float32(0)


@compiled
def _decide(
    p: Floats,
    rows: Floats,
    absence: Floats,
    memory: np.float32,
    floor: np.float32,
    gain: Floats,
) -> None:
    """The gain of a frame, and its noise learned where speech is unlikely."""
    one = np.float32(1)
    for f in range(len(p)):
        after = min(p[f] / (rows[6, f] + np.float32(1e-20)), np.float32(1e4))
        prior = MEMORY * rows[7, f] * rows[7, f] * rows[8, f]
        prior += (one - MEMORY) * max(after - one, np.float32(0))
        prior = max(prior, np.float32(1e-3))
        wiener = prior / (one + prior)
        v = after * wiener
        q = min(absence[f], np.float32(ABSENCE))
        odds = q / (one - q) * (one + prior) * np.float32(math.exp(-min(v, np.float32(50))))
        speech = one / (one + odds)
        learn = (one - memory) * (one - speech)
        rows[6, f] += learn * (p[f] - rows[6, f])
        rows[6, f] = min(rows[6, f], MOST * BIAS * rows[1, f])
        full = min(wiener * lsa_factor(v), one)
        log_full = np.float32(math.log(max(full, np.float32(1e-6))))
        gain[f] = np.float32(math.exp(speech * log_full + (one - speech) * floor))
        rows[7, f] = full
        rows[8, f] = after


@compiled
def _turn(rows: Floats, minima: Floats, at: int) -> None:
    """Close a sub-window: the minimum forgets what lies further back than all of them."""
    for kind in range(2):
        for f in range(rows.shape[1]):
            minima[kind, at, f] = rows[3 * kind + 2, f]
            least = minima[kind, 0, f]
            for n in range(1, minima.shape[1]):
                least = min(least, minima[kind, n, f])
            rows[3 * kind + 1, f] = least
            rows[3 * kind + 2, f] = rows[3 * kind, f]
