"""A limiter that sees a peak coming and never lets one through."""

import numpy as np
import numpy.typing as npt

from services.engine.audio import Audio
from services.engine.jit import compiled
from services.engine.loudness import PeakEnvelope

LOOK_AHEAD = 0.004  # seconds in which the gain goes down
RELEASE = 0.040  # seconds in which most of it comes back
MARGIN_DB = 0.08  # what points at four times the rate may miss of the real peak


class Limiter:
    """Keeps the true peak of all channels together under a ceiling.

    `push` and `finish` together give as many samples as they were given, at the same places.
    Sound that stays under the ceiling comes out bit for bit as it went in.
    """

    def __init__(self, sample_rate: int, channels: int, ceiling_db: float) -> None:
        self._ceiling = 10 ** ((ceiling_db - MARGIN_DB) / 20)
        self._peaks = PeakEnvelope(sample_rate, channels)
        self._window = max(round(LOOK_AHEAD * sample_rate), 1)
        self._release = 1 - float(np.exp(-1 / (RELEASE * sample_rate)))
        self._waiting: Audio = np.zeros((channels, 0), np.float32)
        self._needs = np.ones(self._window, np.float32)
        self._held = np.ones(self._window, np.float32)
        self._ahead = self._window
        self._last = np.ones(1, np.float64)

    def push(self, block: Audio) -> Audio:
        """Take a block and give what is now certain, (channels, samples)."""
        self._waiting = np.concatenate((self._waiting, block), axis=1)
        return self._limit(self._peaks.push(block, above=self._ceiling))

    def finish(self) -> Audio:
        """The samples still held back."""
        last = self._peaks.rest(above=self._ceiling)
        silence = np.zeros(self._window, np.float32)
        return self._limit(np.concatenate((last, silence)))

    def _limit(self, peaks: npt.NDArray[np.float32]) -> Audio:
        needs = np.minimum(self._ceiling / np.maximum(peaks, self._ceiling), 1).astype(np.float32)
        needs = np.concatenate((self._needs, needs))
        self._needs = needs[len(needs) - self._window :]
        held = _hold(needs, self._window, np.float32(self._release), self._last)
        held = np.concatenate((self._held, held))
        self._held = held[len(held) - self._window :]
        gains = _average(held, self._window)
        early = min(self._ahead, len(gains))
        self._ahead -= early
        return self._apply(gains[early:])

    def _apply(self, gains: npt.NDArray[np.float32]) -> Audio:
        ready = self._waiting[:, : len(gains)] * gains
        self._waiting = self._waiting[:, len(gains) :].copy()
        return ready


@compiled
def _hold(
    needs: npt.NDArray[np.float32],
    window: int,
    release: np.float32,
    last: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """The lowest need of the last `window` + 1 samples, let go slowly."""
    count = len(needs) - window
    held = np.empty(count, np.float32)
    gain = last[0]
    lowest, at = np.float32(2.0), -1
    for n in range(count):
        newest = n + window
        if at < n:
            # The lowest has left the window: look through it once.
            lowest, at = needs[n], n
            for k in range(n + 1, newest + 1):
                if needs[k] <= lowest:
                    lowest, at = needs[k], k
        elif needs[newest] <= lowest:
            lowest, at = needs[newest], newest
        gain = min(np.float64(lowest), gain + (1 - gain) * release)
        if gain > 0.99999:
            gain = min(1.0, np.float64(lowest))
        held[n] = gain
    last[0] = gain
    return held


@compiled
def _average(held: npt.NDArray[np.float32], window: int) -> npt.NDArray[np.float32]:
    """The mean of each `window` + 1 values; exactly 1 where all of them are."""
    count = len(held) - window
    gains = np.empty(count, np.float32)
    total, below = 0.0, 0
    for n in range(min(window, len(held))):
        total += held[n]
        below += held[n] < 1
    for n in range(count):
        total += held[n + window]
        below += held[n + window] < 1
        gains[n] = total / (window + 1) if below else 1.0
        total -= held[n]
        below -= held[n] < 1
    return gains
