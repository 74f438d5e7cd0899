"""Second-order filters: the cookbook's shapes, and a cascade that carries its state along."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from services.engine.audio import Audio
from services.engine.jit import compiled

HIGHEST = 0.45
"""Share of the sample rate above which a filter is left out: the cookbook's shapes bend there."""


class Biquad(NamedTuple):
    """y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]."""

    b0: float
    b1: float
    b2: float
    a1: float
    a2: float


# All shapes: R. Bristow-Johnson, "Audio EQ Cookbook" (W3C note, 2021).


def high_pass(sample_rate: int, hertz: float, q: float = math.sqrt(0.5)) -> Biquad:
    """12 dB per octave below `hertz`."""
    cosine, alpha = _angle(sample_rate, hertz, q)
    half = (1 + cosine) / 2
    return _over(1 + alpha, half, -1 - cosine, half, -2 * cosine, 1 - alpha)


def low_pass(sample_rate: int, hertz: float, q: float = math.sqrt(0.5)) -> Biquad:
    """12 dB per octave above `hertz`."""
    cosine, alpha = _angle(sample_rate, hertz, q)
    half = (1 - cosine) / 2
    return _over(1 + alpha, half, 1 - cosine, half, -2 * cosine, 1 - alpha)


def band_pass(sample_rate: int, hertz: float, q: float) -> Biquad:
    """Gain 1 and phase 0 at `hertz`."""
    cosine, alpha = _angle(sample_rate, hertz, q)
    return _over(1 + alpha, alpha, 0.0, -alpha, -2 * cosine, 1 - alpha)


def peak(sample_rate: int, hertz: float, decibels: float, q: float = 0.7) -> Biquad:
    """A bell of `decibels` around `hertz`."""
    cosine, alpha = _angle(sample_rate, hertz, q)
    a = 10 ** (decibels / 40)
    return _over(
        1 + alpha / a, 1 + alpha * a, -2 * cosine, 1 - alpha * a, -2 * cosine, 1 - alpha / a
    )


def low_shelf(sample_rate: int, hertz: float, decibels: float) -> Biquad:
    """`decibels` below `hertz`, slope 1."""
    a, cosine, wide = _shelf(sample_rate, hertz, decibels)
    return _over(
        (a + 1) + (a - 1) * cosine + wide,
        a * ((a + 1) - (a - 1) * cosine + wide),
        2 * a * ((a - 1) - (a + 1) * cosine),
        a * ((a + 1) - (a - 1) * cosine - wide),
        -2 * ((a - 1) + (a + 1) * cosine),
        (a + 1) + (a - 1) * cosine - wide,
    )


def high_shelf(sample_rate: int, hertz: float, decibels: float) -> Biquad:
    """`decibels` above `hertz`, slope 1."""
    a, cosine, wide = _shelf(sample_rate, hertz, decibels)
    return _over(
        (a + 1) - (a - 1) * cosine + wide,
        a * ((a + 1) + (a - 1) * cosine + wide),
        -2 * a * ((a - 1) + (a + 1) * cosine),
        a * ((a + 1) + (a - 1) * cosine - wide),
        2 * ((a - 1) - (a + 1) * cosine),
        (a + 1) - (a - 1) * cosine - wide,
    )


def _angle(sample_rate: int, hertz: float, q: float) -> tuple[float, float]:
    omega = 2 * math.pi * hertz / sample_rate
    return math.cos(omega), math.sin(omega) / (2 * q)


def _shelf(sample_rate: int, hertz: float, decibels: float) -> tuple[float, float, float]:
    cosine, alpha = _angle(sample_rate, hertz, math.sqrt(0.5))
    a = 10 ** (decibels / 40)
    return a, cosine, 2 * math.sqrt(a) * alpha


def _over(a0: float, b0: float, b1: float, b2: float, a1: float, a2: float) -> Biquad:
    return Biquad(b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0)


class Cascade:
    """Filters in a row, with their state carried from block to block.

    An empty row hands the blocks through untouched.
    """

    def __init__(self, filters: Sequence[Biquad], channels: int) -> None:
        self._filters = np.array(filters, np.float64).reshape(-1, 5)
        self._state = np.zeros((channels, len(self._filters), 2), np.float64)

    def push(self, block: Audio) -> Audio:
        """The filtered block, of the same shape."""
        if not len(self._filters):
            return block
        result = np.array(block, np.float32, order="C")
        _run(result, self._filters, self._state)
        return result


@compiled
def _run(block: Audio, filters: npt.NDArray[np.float64], state: npt.NDArray[np.float64]) -> None:
    # Transposed direct form II in double precision: 20 Hz at 192 kHz needs the digits.
    for channel in range(block.shape[0]):
        for k in range(filters.shape[0]):
            b0, b1, b2, a1, a2 = filters[k]
            s1, s2 = state[channel, k]
            for n in range(block.shape[1]):
                x = np.float64(block[channel, n])
                y = b0 * x + s1
                s1 = b1 * x - a1 * y + s2
                s2 = b2 * x - a2 * y
                block[channel, n] = y
            # Denormals in the tail of a sound cost a hundred times a normal step.
            state[channel, k, 0] = s1 if abs(s1) > 1e-30 else 0.0
            state[channel, k, 1] = s2 if abs(s2) > 1e-30 else 0.0
