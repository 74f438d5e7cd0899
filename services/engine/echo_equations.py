"""Sums of products of a sound's past, frame by frame: the equations of a long prediction."""

import numpy as np
import numpy.typing as npt

from services.engine.jit import compiled
from services.engine.rnnoise import Floats

Matrix = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def equations(
    sources: Floats,
    lags: Places,
    wanted: Floats,
    weights: Floats,
    frame: int,
    count: int,
    first: int,
) -> tuple[Matrix, Matrix]:
    """The matrix and the right-hand side of the least squares for `wanted`.

    sources: (n, samples), each gives `count` columns, in fours: itself later by its lag
        and 0 … count - 1.
    weights: one for each frame of `frame` samples; frame 0 begins at sample `first`.
    """
    size = len(sources) * count
    matrix, right = np.zeros((size, size)), np.zeros(size)
    _add(sources, lags, wanted[first:], weights, frame, first, matrix, right)
    return np.triu(matrix) + np.triu(matrix, 1).T, right


@compiled
def _add(
    sources: Floats,
    lags: Places,
    wanted: Floats,
    weights: Floats,
    frame: int,
    first: int,
    matrix: Matrix,
    right: Matrix,
) -> None:
    count = len(right) // len(sources)
    part = np.zeros((count, count), np.float32)
    row = np.zeros(count, np.float32)
    for f in range(len(weights)):
        start = first + f * frame
        for i in range(len(sources)):
            mine = start - lags[i]
            _dots(sources[i], mine, wanted[f * frame : (f + 1) * frame], row)
            for k in range(count):
                right[i * count + k] += weights[f] * row[k]
            for j in range(i, len(sources)):
                _products(sources[i], mine, sources[j], start - lags[j], frame, part)
                block = matrix[i * count : (i + 1) * count, j * count : (j + 1) * count]
                for k in range(count):
                    for m in range(count):
                        block[k, m] += weights[f] * part[k, m]


@compiled
def _products(a: Floats, at: int, b: Floats, bt: int, frame: int, part: Floats) -> None:
    """part[k, m] = sum of a[at - k + t] * b[bt - m + t] over the frame.

    Only the first row and column are summed; one step down a diagonal changes the ends alone.
    """
    count, last = len(part), frame - 1
    row = np.empty(count, np.float32)
    _dots(a, at, b[bt : bt + frame], row)
    part[:, 0] = row
    _dots(b, bt, a[at : at + frame], part[0])
    for k in range(1, count):
        for m in range(1, count):
            entering = a[at - k] * b[bt - m]
            leaving = a[at - k + 1 + last] * b[bt - m + 1 + last]
            part[k, m] = part[k - 1, m - 1] + entering - leaving


@compiled
def _dots(a: Floats, at: int, b: Floats, result: Floats) -> None:
    """result[k] = sum of a[at - k + t] * b[t]; four at once read `b` once."""
    count = len(b)
    for k in range(0, len(result), 4):
        a0 = a[at - k : at - k + count]
        a1 = a[at - k - 1 : at - k - 1 + count]
        a2 = a[at - k - 2 : at - k - 2 + count]
        a3 = a[at - k - 3 : at - k - 3 + count]
        s0 = s1 = s2 = s3 = np.float32(0)
        for t in range(count):
            s0 += a0[t] * b[t]
            s1 += a1[t] * b[t]
            s2 += a2[t] * b[t]
            s3 += a3[t] * b[t]
        result[k], result[k + 1], result[k + 2], result[k + 3] = s0, s1, s2, s3
