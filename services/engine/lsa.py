"""The gain of the log-spectral amplitude estimator.

Y. Ephraim and D. Malah, IEEE Trans. Acoust., Speech, Signal Process. 33(2), 1985: the gain is
xi / (1 + xi) * exp(E1(v) / 2) with v = gamma * xi / (1 + xi).
"""

import math

import numpy as np

from services.engine.jit import compiled


@compiled
def lsa_factor(v: np.float32) -> np.float32:
    """exp(E1(v) / 2) for v > 0, within 0.0001 (E1 as in Abramowitz and Stegun 5.1.53, 5.1.56)."""
    if v < np.float32(1e-6):
        v = np.float32(1e-6)
    if v > np.float32(8):
        return np.float32(1)
    if v <= np.float32(1):
        rest = np.float32(-0.00976004) + v * np.float32(0.00107857)
        rest = np.float32(0.05519968) + v * rest
        rest = np.float32(-0.24991055) + v * rest
        rest = np.float32(-0.57721566) + v * (np.float32(0.99999193) + v * rest)
        return np.float32(math.exp(np.float32(0.5) * rest) / math.sqrt(v))
    above = (v + np.float32(2.334733)) * v + np.float32(0.250621)
    below = (v + np.float32(3.330657)) * v + np.float32(1.681534)
    return np.float32(math.exp(np.float32(0.5) * math.exp(-v) / v * above / below))
