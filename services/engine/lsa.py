"""Exponentials and logarithms of whole rows, eight numbers at a time, and the gain made of them.

The C library's functions are called for one number after the other, and took half of the time of
all gains. Each loop here knows one row only: with several, the compiler would have to prove that
they do not overlap, gives up, and works number by number again.
"""

import numpy as np

from services.engine.jit import compiled
from services.engine.rnnoise import Floats

LOG_2 = np.float32(0.6931471805599453)
ROOT_HALF = np.int32(0x3F3504F3)  # the bits of sqrt(1/2)


@compiled
def exponentials(row: Floats) -> None:
    """Each x becomes e to the x, within 4e-6 of it; x from -87 to 88."""
    for n in range(len(row)):
        row[n] = _exponential(row[n])


@compiled
def logarithms(row: Floats) -> None:
    """Each x > 0 becomes its natural logarithm, within 8e-6 for those up to 40."""
    for n in range(len(row)):
        row[n] = _logarithm(row[n])


@compiled
def lsa_logs(row: Floats) -> None:
    """Each v > 0 becomes E1(v) / 2, within 0.0001 (Abramowitz and Stegun 5.1.53 and 5.1.56).

    The log-spectral amplitude estimator's gain is xi / (1 + xi) times e to this, with
    v = gamma * xi / (1 + xi) (Y. Ephraim and D. Malah, IEEE Trans. Acoust., Speech, Signal
    Process. 33(2), 1985).
    """
    for n in range(len(row)):
        v = max(row[n], np.float32(1e-6))
        near = min(v, np.float32(1))
        rest = np.float32(-0.00976004) + near * np.float32(0.00107857)
        rest = np.float32(0.05519968) + near * rest
        rest = np.float32(-0.24991055) + near * rest
        rest = np.float32(-0.57721566) + near * (np.float32(0.99999193) + near * rest)
        small = rest - _logarithm(near)
        far = max(v, np.float32(1))
        above = (far + np.float32(2.334733)) * far + np.float32(0.250621)
        below = ((far + np.float32(3.330657)) * far + np.float32(1.681534)) * far
        large = _exponential(-far) * above / below
        row[n] = np.float32(0.5) * (small if v <= np.float32(1) else large)


@compiled
def _exponential(x: np.float32) -> np.float32:
    powers = min(max(x, np.float32(-87)), np.float32(88)) / LOG_2
    whole = np.floor(powers + np.float32(0.5))
    f = (powers - whole) * LOG_2
    rest = np.float32(1 / 120) + f * np.float32(1 / 720)
    rest = np.float32(1 / 6) + f * (np.float32(1 / 24) + f * rest)
    rest = np.float32(1) + f * (np.float32(1) + f * (np.float32(0.5) + f * rest))
    # The exponent of a float stands above its 23 bits of mantissa, 127 too high.
    scale = np.int32(np.int32(np.int32(whole) + np.int32(127)) << np.int32(23)).view(np.float32)
    return np.float32(rest * scale)


@compiled
def _logarithm(x: np.float32) -> np.float32:
    bits = np.float32(x).view(np.int32)
    power = np.int32(np.int32(bits - ROOT_HALF) >> np.int32(23))
    mantissa = np.int32(bits - np.int32(power << np.int32(23))).view(np.float32)
    s = (mantissa - np.float32(1)) / (mantissa + np.float32(1))
    q = s * s
    rest = np.float32(1 / 5) + q * (np.float32(1 / 7) + q * np.float32(1 / 9))
    rest = np.float32(2) * s * (np.float32(1) + q * (np.float32(1 / 3) + q * rest))
    return np.float32(rest + np.float32(power) * LOG_2)
