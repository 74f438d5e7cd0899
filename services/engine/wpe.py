"""Late reverberation predicted from the past of each frequency and taken away.

Weighted prediction error (T. Nakatani et al., IEEE Trans. Audio 18(7), 2010), with all channels
predicting each other (T. Yoshioka and T. Nakatani, IEEE Trans. Audio 20(10), 2012).
"""

import math
from concurrent.futures import Executor

import numpy as np
import numpy.typing as npt

from services.engine.frames import Spectra
from services.engine.jit import compiled
from services.engine.rnnoise import Floats

DELAY = 2  # frames that are never predicted: direct sound and early reflections
TAPS = ((4_000.0, 26), (8_000.0, 18))  # frames of the past, up to a frequency in Hz
PASSES = 3
LEAST = np.float32(0.03)  # of a bin's mean power, what every frame weighs as if it had
SHARE = 12  # frames of sound for each tap, at least: fewer would be fitted too well
LOAD = 1e-4  # of the mean power, added so that the equations have one answer
PARTS = 16  # the bins are cut into, for the threads

Complexes = npt.NDArray[np.complex128]
Counts = npt.NDArray[np.int64]


def taps_for(bins: int, hertz: float) -> Counts:
    """How many frames of the past predict each of `bins` that lie `hertz` apart; 0 above 8 kHz."""
    taps = np.zeros(bins, np.int64)
    for top, count in reversed(TAPS):
        taps[: math.ceil(top / hertz)] = count
    return taps


def without_late(spectra: Spectra, taps: Counts, pool: Executor) -> Spectra:
    """(channels, frames, bins) without what the sound 0.04 s and more before it explains.

    No bin becomes louder than it was.
    """
    channels, frames, _ = spectra.shape
    counts = np.minimum(taps, frames // (SHARE * channels))
    used = int(np.count_nonzero(counts))
    result = spectra.copy()
    parts = [part for part in np.array_split(np.arange(used), PARTS) if len(part)]
    cuts = [slice(int(part[0]), int(part[-1]) + 1) for part in parts]
    for cut, found in zip(cuts, pool.map(lambda c: _part(spectra, counts, c), cuts), strict=True):
        result[:, :, cut] = found
    return result


def _part(spectra: Spectra, taps: Counts, cut: slice) -> Spectra:
    bins = spectra[:, :, cut].transpose(2, 0, 1)
    real = np.ascontiguousarray(bins.real)
    imag = np.ascontiguousarray(bins.imag)
    left = np.empty((2, *real.shape), np.float32)
    for n in range(len(real)):
        _clean_bin(real[n], imag[n], taps[cut][n], left[:, n])
    return np.asarray((left[0] + 1j * left[1]).transpose(1, 2, 0), np.complex64)


@compiled
def _clean_bin(real: Floats, imag: Floats, taps: int, left: Floats) -> None:
    """Predict (channels, frames) of one bin and leave the rest in `left`, real and imaginary."""
    channels, frames = real.shape
    left[0] = real
    left[1] = imag
    weights = np.empty(frames, np.float32)
    for _ in range(PASSES):
        if not _weigh(left, weights):
            return
        matrix = np.zeros((channels * taps, channels * taps), np.complex128)
        sides = np.zeros((channels, channels * taps), np.complex128)
        _correlate(real, imag, weights, matrix, sides)
        _solve(matrix, sides)
        left[0] = real
        left[1] = imag
        for channel in range(channels):
            _subtract(real, imag, sides[channel], left[0, channel], left[1, channel])
    _limit(real, imag, left)


@compiled
def _weigh(left: Floats, weights: Floats) -> bool:
    """One over the power around each frame, mean 1; False where there is no sound."""
    channels, frames = left.shape[1:]
    power = np.zeros(frames, np.float32)
    for channel in range(channels):
        for t in range(frames):
            power[t] += left[0, channel, t] ** 2 + left[1, channel, t] ** 2
    mean = power.mean()
    if mean <= np.float32(1e-18):
        return False
    third = np.float32(1 / 3)
    for t in range(frames):
        near = third * (power[max(t - 1, 0)] + power[t] + power[min(t + 1, frames - 1)])
        weights[t] = np.float32(1) / max(near, LEAST * mean)
    weights /= weights.mean()
    return True


@compiled
def _correlate(
    real: Floats, imag: Floats, weights: Floats, matrix: Complexes, sides: Complexes
) -> None:
    """The normal equations: row (channel, tap) of `matrix`, and one of `sides` per channel."""
    channels, frames = real.shape
    taps = len(matrix) // channels
    product = np.empty((2, frames), np.float32)
    for a in range(channels):
        for b in range(channels):
            for lag in range(taps + DELAY):
                _multiply(real[a], imag[a], real[b], imag[b], lag, product)
                if lag >= DELAY:
                    sides[a, b * taps + lag - DELAY] = _weighted(product, weights, 0, lag)
                for tap in range(taps - lag):
                    found = _weighted(product, weights, DELAY + tap, lag)
                    row, column = a * taps + tap, b * taps + tap + lag
                    matrix[row, column] = found
                    matrix[column, row] = found.conjugate()


@compiled
def _multiply(
    real: Floats, imag: Floats, reals: Floats, imags: Floats, lag: int, product: Floats
) -> None:
    """One channel times the conjugate of another `lag` frames before."""
    for t in range(lag, len(real)):
        product[0, t] = real[t] * reals[t - lag] + imag[t] * imags[t - lag]
        product[1, t] = imag[t] * reals[t - lag] - real[t] * imags[t - lag]


@compiled
def _weighted(product: Floats, weights: Floats, shift: int, lag: int) -> complex:
    """The sum of the products, each with the weight of the frame `shift` later."""
    count = product.shape[1] - shift - lag
    real, imag = product[0, lag : lag + count], product[1, lag : lag + count]
    later = weights[shift + lag : shift + lag + count]
    a, b = np.float32(0), np.float32(0)
    for t in range(count):
        a += later[t] * real[t]
        b += later[t] * imag[t]
    return complex(a, b)


@compiled
def _solve(matrix: Complexes, sides: Complexes) -> None:
    """Each of `sides` becomes its answer, conjugated filters; `matrix` is used up (Cholesky)."""
    size = len(matrix)
    load = 1e-12
    for n in range(size):
        load += LOAD * matrix[n, n].real / size
    for n in range(size):
        matrix[n, n] += load
    for column in range(size):
        row = matrix[column, :column]
        rest = matrix[column, column].real
        for k in range(column):
            rest -= row[k].real ** 2 + row[k].imag ** 2
        pivot = math.sqrt(max(rest, 1e-20))
        matrix[column, column] = pivot
        for n in range(column + 1, size):
            value = matrix[n, column]
            for k in range(column):
                value -= matrix[n, k] * row[k].conjugate()
            matrix[n, column] = value / pivot
    for side in sides:
        _substitute(matrix, side)


@compiled
def _substitute(lower: Complexes, side: Complexes) -> None:
    size = len(side)
    for n in range(size):
        value = side[n].conjugate()
        for k in range(n):
            value -= lower[n, k] * side[k]
        side[n] = value / lower[n, n].real
    for n in range(size - 1, -1, -1):
        value = side[n]
        for k in range(n + 1, size):
            value -= lower[k, n].conjugate() * side[k]
        side[n] = value / lower[n, n].real


@compiled
def _subtract(
    real: Floats, imag: Floats, taken: Complexes, left_real: Floats, left_imag: Floats
) -> None:
    channels, frames = real.shape
    taps = len(taken) // channels
    for n in range(len(taken)):
        channel, lag = n // taps, DELAY + n % taps
        a, b = np.float32(taken[n].real), np.float32(-taken[n].imag)
        re, im = real[channel], imag[channel]
        for t in range(lag, frames):
            left_real[t] -= a * re[t - lag] - b * im[t - lag]
            left_imag[t] -= a * im[t - lag] + b * re[t - lag]


@compiled
def _limit(real: Floats, imag: Floats, left: Floats) -> None:
    """What was predicted wrongly must not add sound."""
    for channel in range(len(real)):
        for t in range(real.shape[1]):
            before = real[channel, t] ** 2 + imag[channel, t] ** 2
            after = left[0, channel, t] ** 2 + left[1, channel, t] ** 2
            if after > before:
                left[:, channel, t] *= np.float32(math.sqrt(before / after))
