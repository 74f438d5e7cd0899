"""Sound at another sample rate, for what is only looked at."""

import math
from functools import cache

import numpy as np

from services.engine.jit import compiled
from services.engine.rnnoise import Floats

REACH = 10  # zero crossings of the filter on each side
SHARPNESS = 5.0  # of its Kaiser window


def resampled(samples: Floats, rate: int, wanted: int) -> Floats:
    """(samples,) at `wanted` Hz; sample 0 stays at time 0."""
    if rate == wanted or len(samples) == 0:
        return samples
    common = math.gcd(rate, wanted)
    up, down = wanted // common, rate // common
    filters = bank(up, down)
    reach = filters.shape[1] // 2
    padded = np.pad(samples, (reach, reach + 1))
    return resample(padded, filters, down, -(-len(samples) * up // down))


@cache
def bank(up: int, down: int) -> Floats:
    """Low-pass filters for each fraction of a sample, (up, taps): a windowed sinc."""
    cutoff = min(1.0, up / down)
    reach = math.ceil(REACH / cutoff)
    offset = np.arange(up)[:, np.newaxis] / up - np.arange(-reach, reach + 1)
    inside = np.maximum(1 - (offset / (reach + 1)) ** 2, 0)
    filters = cutoff * np.sinc(cutoff * offset) * np.i0(SHARPNESS * np.sqrt(inside))
    return np.asarray(filters / np.i0(SHARPNESS), np.float32)


@compiled
def resample(padded: Floats, filters: Floats, down: int, count: int) -> Floats:
    """`count` samples, each `down` / len(filters) after the one before; `padded` starts early."""
    up, taps = filters.shape
    result = np.empty(count, np.float32)
    for n in range(count):
        place = n * down
        first, part = place // up, filters[place % up]
        near = padded[first : first + taps]
        total = np.float32(0)
        for k in range(taps):
            total += part[k] * near[k]
        result[n] = total
    return result
