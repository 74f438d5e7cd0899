"""Turns down late reverberation by the rate at which the room decays.

The late part follows from the sound one delay before (K. Lebart et al., Acta Acustica 87, 2001);
the gain is Wiener's with the decision-directed prior (Y. Ephraim and D. Malah, 1984).
"""

import math

import numpy as np
import numpy.typing as npt

from services.engine.frames import Spectra
from services.engine.jit import compiled
from services.engine.rnnoise import Floats

DELAY = 2  # frames between direct sound and what counts as late
MEMORY = 0.03  # seconds over which the sound before is averaged
PRIOR = np.float32(0.85)  # share of the last frame in the prior ratio
LEAST = np.float32(1e-3)  # that ratio's least value
# How much more than by the decay alone is expected, in dB at frequencies in Hz. The low ones carry
# the energy and want care, the high ones the clarity.
OVER_DB = ((700.0, 0.0), (2_500.0, 6.0))
USUAL = 0.6  # seconds of RT60 at which OVER_DB holds; longer rooms leave more, shorter ones less
LIMITS = (0.3, 1.5)  # of that factor
DULL = ((4_000.0, 1.0), (10_000.0, 0.6))  # share of the RT60: air takes the high frequencies

Points = tuple[tuple[float, float], ...]
Curve = npt.NDArray[np.float64]


class LateSuppressor:
    """A stream of spectra in, the same with less reverberation out."""

    def __init__(
        self, rt60: float, amount: float, floor_db: float, bins: int, hertz: float, seconds: float
    ) -> None:
        """`amount` scales what is taken; bins lie `hertz` apart, frames `seconds`."""
        frequency = np.maximum(np.arange(bins) * hertz, 1.0)
        over = 10 ** (_between(OVER_DB, frequency) / 10) * float(np.clip(rt60 / USUAL, *LIMITS))
        falls = 10 ** (-6 * DELAY * seconds / (rt60 * _between(DULL, frequency)))
        self._late = np.asarray(amount * over * falls, np.float32)
        self._memory = np.float32(math.exp(-seconds / MEMORY))
        self._floor = np.float32(10 ** (floor_db / 20))
        # Smoothed power now and in the frames before; then the last gain squared times ratio.
        self._rows = np.zeros((DELAY + 2, bins), np.float32)

    def push(self, spectra: Spectra) -> Spectra:
        """Take (channels, frames, bins), give as many; all channels get the same gain."""
        power = np.asarray(np.mean(spectra.real**2 + spectra.imag**2, axis=0), np.float32)
        gain = np.empty_like(power)
        _wiener(power, self._rows, self._late, self._memory, self._floor, gain)
        return spectra * gain


def _between(points: Points, frequency: Curve) -> Curve:
    """Straight lines through (Hz, value) over the logarithm of the frequency."""
    hertz, values = zip(*points, strict=True)
    return np.asarray(np.interp(np.log(frequency), np.log(hertz), values), np.float64)


@compiled
def _wiener(
    power: Floats, rows: Floats, late: Floats, memory: np.float32, floor: np.float32, gain: Floats
) -> None:
    one, last = np.float32(1), len(rows) - 1
    for t in range(len(power)):
        for n in range(last - 1, 0, -1):
            rows[n] = rows[n - 1]
        for f in range(power.shape[1]):
            p = power[t, f]
            rows[0, f] = memory * rows[0, f] + (one - memory) * p
            after = min(p / (late[f] * rows[last - 1, f] + np.float32(1e-15)), np.float32(1e4))
            prior = PRIOR * rows[last, f] + (one - PRIOR) * max(after - one, np.float32(0))
            prior = max(prior, LEAST)
            full = prior / (one + prior)
            rows[last, f] = full * full * after
            gain[t, f] = max(full, floor)
