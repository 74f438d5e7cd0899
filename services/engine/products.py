"""Matrix products for the network, one thread each.

BLAS brings a thread pool of its own, which fights with the threads of this engine and is slow
for a handful of rows; this kernel took half of its time there.
"""

import numpy as np

from services.engine.jit import compiled
from services.engine.rnnoise import Floats

TILE = 4  # rows and columns worked on together: sixteen sums fit the registers


def multiply(x: Floats, matrix: Floats) -> Floats:
    """`x` @ `matrix`.T for x (…, inputs) and matrix (outputs, inputs), outputs in fours."""
    rows = np.ascontiguousarray(x).reshape(-1, x.shape[-1])
    count = len(rows)
    rows = np.pad(rows, ((0, -count % TILE), (0, 0)))
    result = np.empty((len(rows), len(matrix)), np.float32)
    multiply_into(rows, matrix, result)
    return result[:count].reshape(*x.shape[:-1], len(matrix))


@compiled
def multiply_into(x: Floats, matrix: Floats, result: Floats) -> None:
    """As `multiply`, into what is there already; rows in fours too."""
    inputs = x.shape[1]
    for n in range(0, len(matrix), TILE):
        w0, w1, w2, w3 = matrix[n], matrix[n + 1], matrix[n + 2], matrix[n + 3]
        for m in range(0, len(x), TILE):
            x0, x1, x2, x3 = x[m], x[m + 1], x[m + 2], x[m + 3]
            s00 = s01 = s02 = s03 = np.float32(0)
            s10 = s11 = s12 = s13 = np.float32(0)
            s20 = s21 = s22 = s23 = np.float32(0)
            s30 = s31 = s32 = s33 = np.float32(0)
            for k in range(inputs):
                s00 += x0[k] * w0[k]
                s01 += x0[k] * w1[k]
                s02 += x0[k] * w2[k]
                s03 += x0[k] * w3[k]
                s10 += x1[k] * w0[k]
                s11 += x1[k] * w1[k]
                s12 += x1[k] * w2[k]
                s13 += x1[k] * w3[k]
                s20 += x2[k] * w0[k]
                s21 += x2[k] * w1[k]
                s22 += x2[k] * w2[k]
                s23 += x2[k] * w3[k]
                s30 += x3[k] * w0[k]
                s31 += x3[k] * w1[k]
                s32 += x3[k] * w2[k]
                s33 += x3[k] * w3[k]
            _store(result[m], n, s00, s01, s02, s03)
            _store(result[m + 1], n, s10, s11, s12, s13)
            _store(result[m + 2], n, s20, s21, s22, s23)
            _store(result[m + 3], n, s30, s31, s32, s33)


@compiled
def _store(row: Floats, n: int, a: np.float32, b: np.float32, c: np.float32, d: np.float32) -> None:
    row[n], row[n + 1], row[n + 2], row[n + 3] = a, b, c, d
