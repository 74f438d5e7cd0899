"""Matrix products for the network, one thread each.

BLAS brings a thread pool of its own, which fights with the threads of this engine, and is slow
for a handful of rows: for eight of them this kernel takes half of its time.
"""

import numpy as np

from services.engine.jit import compiled
from services.engine.rnnoise import Floats

# Rows and columns worked on together: twelve sums and what they are made of fit the sixteen
# registers of AVX2, where four by four spill and take 1.6 times as long.
ROWS, COLUMNS = 2, 6


def multiply(x: Floats, matrix: Floats) -> Floats:
    """`x` @ `matrix`.T for x (…, inputs) and matrix (outputs, inputs)."""
    rows = np.ascontiguousarray(x).reshape(-1, x.shape[-1])
    count = len(rows)
    rows = np.pad(rows, ((0, -count % ROWS), (0, 0)))
    result = np.empty((len(rows), len(matrix)), np.float32)
    multiply_into(rows, matrix, result)
    return result[:count].reshape(*x.shape[:-1], len(matrix))


@compiled
def multiply_into(x: Floats, matrix: Floats, result: Floats) -> None:
    """As `multiply`, into what is there already; rows in twos."""
    inputs = x.shape[1]
    whole = len(matrix) - len(matrix) % COLUMNS
    for n in range(0, whole, COLUMNS):
        w0, w1, w2 = matrix[n], matrix[n + 1], matrix[n + 2]
        w3, w4, w5 = matrix[n + 3], matrix[n + 4], matrix[n + 5]
        for m in range(0, len(x), ROWS):
            x0, x1 = x[m], x[m + 1]
            s00 = s01 = s02 = s03 = s04 = s05 = np.float32(0)
            s10 = s11 = s12 = s13 = s14 = s15 = np.float32(0)
            for k in range(inputs):
                s00 += x0[k] * w0[k]
                s10 += x1[k] * w0[k]
                s01 += x0[k] * w1[k]
                s11 += x1[k] * w1[k]
                s02 += x0[k] * w2[k]
                s12 += x1[k] * w2[k]
                s03 += x0[k] * w3[k]
                s13 += x1[k] * w3[k]
                s04 += x0[k] * w4[k]
                s14 += x1[k] * w4[k]
                s05 += x0[k] * w5[k]
                s15 += x1[k] * w5[k]
            _store(result[m], n, (s00, s01, s02, s03, s04, s05))
            _store(result[m + 1], n, (s10, s11, s12, s13, s14, s15))
    for n in range(whole, len(matrix)):
        for m in range(len(x)):
            row, column, total = x[m], matrix[n], np.float32(0)
            for k in range(inputs):
                total += row[k] * column[k]
            result[m, n] = total


@compiled
def _store(
    row: Floats,
    n: int,
    sums: tuple[np.float32, np.float32, np.float32, np.float32, np.float32, np.float32],
) -> None:
    row[n], row[n + 1], row[n + 2] = sums[0], sums[1], sums[2]
    row[n + 3], row[n + 4], row[n + 5] = sums[3], sums[4], sums[5]
