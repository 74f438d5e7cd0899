"""Noise tracked by minima, and the gain that follows from it alone.

Improved minima controlled recursive averaging and the optimally modified log-spectral amplitude
estimator (I. Cohen, IEEE Trans. Speech Audio Process. 11(5), 2003; I. Cohen and B. Berdugo,
Signal Processing 81, 2001).
"""

import math
from dataclasses import dataclass

import numpy as np

from services.engine.jit import compiled
from services.engine.lsa import exponentials, logarithms, lsa_logs
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
        gain, noise = np.empty_like(power), np.empty_like(power)
        start = 0
        if self._frame == 0:
            loud = np.flatnonzero(power.mean(axis=1) > SILENT)
            start = int(loud[0]) if len(loud) else len(power)
            noise[:start], gain[:start] = 0, 1
            if len(loud) == 0:
                return Tracked(noise, gain)
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
    work = np.empty((3, power.shape[1]), np.float32)
    for t in range(len(power)):
        _follow(power[t], rows, smooth_memory, absence)
        _decide(power[t], rows, absence, (noise_memory, floor), work, gain[t])
        noise[t] = rows[6]
        frame += 1
        if frame % step == 0:
            _turn(rows, minima, (frame // step) % minima.shape[1])
    return frame


@compiled
def _follow(p: Floats, rows: Floats, memory: np.float32, absence: Floats) -> None:
    """Smooth, follow both minima, and say how likely each bin holds no speech."""
    one, last = np.float32(1), len(p) - 1
    smooth, least, running = rows[0], rows[1], rows[2]
    quiet, least_quiet, running_quiet = rows[3], rows[4], rows[5]
    # What comes from the neighbours stands apart: the loops over single bins run eight at once.
    for f in range(1, last):
        absence[f] = np.float32(0.25) * (p[f - 1] + p[f + 1]) + np.float32(0.5) * p[f]
    absence[0] = np.float32(0.75) * p[0] + np.float32(0.25) * p[1]
    absence[last] = np.float32(0.75) * p[last] + np.float32(0.25) * p[last - 1]
    for f in range(last + 1):
        near = (one - memory) * absence[f]
        s = memory * smooth[f] + near
        smooth[f] = s
        least[f] = min(least[f], s)
        running[f] = min(running[f], s)
        low = BIAS * least[f] + np.float32(1e-20)
        is_quiet = (p[f] < np.float32(4.6) * low) & (s < np.float32(1.67) * low)
        q = memory * quiet[f] + near if is_quiet else quiet[f]
        quiet[f] = q
        least_quiet[f] = min(least_quiet[f], q)
        running_quiet[f] = min(running_quiet[f], q)
        low = BIAS * least_quiet[f] + np.float32(1e-20)
        likely = max(min((np.float32(3) - p[f] / low) / np.float32(2), one), np.float32(0))
        absence[f] = likely if s < np.float32(1.67) * low else np.float32(0)


@compiled
def _decide(
    p: Floats,
    rows: Floats,
    absence: Floats,
    settings: tuple[np.float32, np.float32],
    work: Floats,
    gain: Floats,
) -> None:
    """The gain of a frame, and its noise learned where speech is unlikely."""
    memory, floor = settings
    one, tiny = np.float32(1), np.float32(1e-20)
    least, noise, last_gain, last_snr = rows[1], rows[6], rows[7], rows[8]
    odds, log_full, rest = work[0], work[1], work[2]
    for f in range(len(p)):
        after = min(p[f] / (noise[f] + tiny), np.float32(1e4))
        prior = MEMORY * last_gain[f] * last_gain[f] * last_snr[f]
        prior += (one - MEMORY) * max(after - one, np.float32(0))
        prior = max(prior, np.float32(1e-3))
        wiener = prior / (one + prior)
        v = after * wiener
        q = min(absence[f], np.float32(ABSENCE))
        gain[f] = q / (one - q) * (one + prior)
        odds[f] = -min(v, np.float32(50))
        log_full[f] = wiener
        rest[f] = v
        last_snr[f] = after
    exponentials(odds)
    logarithms(log_full)
    lsa_logs(rest)
    for f in range(len(p)):
        speech = one / (one + gain[f] * odds[f])
        learned = noise[f] + (one - memory) * (one - speech) * (p[f] - noise[f])
        noise[f] = min(learned, MOST * BIAS * least[f])
        full = min(log_full[f] + rest[f], np.float32(0))
        gain[f] = speech * full + (one - speech) * floor
        last_gain[f] = full
    exponentials(gain)
    exponentials(last_gain)


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
