"""Medians: running ones along rows, and of many columns at a time."""

import numpy as np

from services.engine.crew import Crew
from services.engine.jit import compiled
from services.engine.rnnoise import Floats

TILE = 256  # columns sorted at once: they stay in the processor's nearest cache


@compiled
def sort_columns(values: Floats) -> None:
    """Sort each column of (rows, columns) in place.

    Odd-even transposition: more comparisons than needed, but without any branch, so that the
    processor makes several at once; for a dozen rows that is faster than sorting one by one.
    """
    rows = len(values)
    for turn in range(rows):
        for k in range(turn % 2, rows - 1, 2):
            low, high = values[k], values[k + 1]
            for f in range(len(low)):
                a, b = low[f], high[f]
                low[f] = a if a < b else b
                high[f] = b if a < b else a


def frame_medians(values: Floats, width: int, crew: Crew) -> Floats:
    """Medians of `width` frames around each one; (frames, bins) in and out."""
    columns = np.ascontiguousarray(values.T)
    medians = np.empty_like(columns)
    crew.share(row_medians, len(columns), columns, width, medians)
    return np.ascontiguousarray(medians.T)


def bin_medians(values: Floats, width: int, crew: Crew) -> Floats:
    """Medians of `width` bins around each one; (frames, bins) in and out."""
    medians = np.empty_like(values)
    crew.share(row_medians, len(values), values, width, medians)
    return medians


@compiled
def row_medians(start: int, stop: int, values: Floats, width: int, medians: Floats) -> None:
    """Running medians of odd `width` along rows `start` to `stop`; the ends are repeated."""
    half, count = width // 2, values.shape[1]
    near = np.empty(width, np.float32)
    for t in range(start, stop):
        row = values[t]
        for k in range(width):
            near[k] = row[min(max(k - half, 0), count - 1)]
        near.sort()
        medians[t, 0] = near[half]
        for f in range(1, count):
            gone, come = row[max(f - 1 - half, 0)], row[min(f + half, count - 1)]
            k = np.searchsorted(near, gone)
            while k < width - 1 and near[k + 1] < come:
                near[k] = near[k + 1]
                k += 1
            while k > 0 and near[k - 1] > come:
                near[k] = near[k - 1]
                k -= 1
            near[k] = come
            medians[t, f] = near[half]
