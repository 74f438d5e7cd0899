"""Sound at another sample rate, for the side path of the speech estimate."""

import math

import numpy as np
import scipy.signal

from services.engine.rnnoise import Floats


def resampled(samples: Floats, rate: int, wanted: int) -> Floats:
    """(samples,) at `wanted` Hz; sample 0 stays at time 0."""
    if rate == wanted or len(samples) == 0:
        return samples
    common = math.gcd(rate, wanted)
    result = scipy.signal.resample_poly(samples, wanted // common, rate // common)
    return np.asarray(result, np.float32)
