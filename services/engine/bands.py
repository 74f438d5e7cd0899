"""RNNoise's bands: their energies, the features made of them, and their gains (denoise.c)."""

import math

import numpy as np
import numpy.typing as npt

from services.engine.jit import compiled
from services.engine.rnnoise import BANDS, FRAME, Floats

# Bins of 50 Hz.
EDGES = np.array(
    (
        *(0, 2, 4, 6, 8, 10, 12, 15, 18, 21, 24, 28, 32, 36, 41, 47, 53),
        *(60, 68, 77, 87, 98, 110, 124, 140, 157, 176, 198, 223, 251, 282, 317, 356, 400),
    )
)
TOP = 400  # bins that are ever heard again
SILENT = 0.04  # energy of a frame that is not shown to the network
Spectra = npt.NDArray[np.float32]
"""(frames, 2 * BINS), real and imaginary parts by turns."""


def shares() -> Floats:
    """(TOP,): how much of each bin belongs to the band above it, the rest to the one below."""
    widths = np.diff(EDGES)
    return np.concatenate([np.arange(width) / width for width in widths]).astype(np.float32)


def cosines() -> Floats:
    """(BANDS, BANDS): the transform from bands to features."""
    angles = (np.arange(BANDS)[:, np.newaxis] + 0.5) * np.arange(BANDS) * math.pi / BANDS
    table = np.cos(angles) * math.sqrt(2 / 22)
    table[:, 0] *= math.sqrt(0.5)
    return table.astype(np.float32)


def window() -> Floats:
    """The window of the library, (2 * FRAME,)."""
    rise = np.sin(np.pi / 2 * np.sin(np.pi / 2 * (np.arange(FRAME) + 0.5) / FRAME) ** 2)
    return np.concatenate((rise, rise[::-1])).astype(np.float32)


@compiled
def listen(
    spectra: tuple[Spectra, Spectra],
    tables: tuple[Floats, Floats],
    energy: Floats,
    features: Floats,
    silent: npt.NDArray[np.bool_],
) -> None:
    """Energies and features of frames, and which of them are silent: their features are 0.

    spectra: of the frames and of the sound a period before each; tables: `shares`, `cosines`.
    energy: (3, frames, BANDS), of the sound, of the same a period ago, and how much both agree.
    features: (frames, FEATURES), the last of each set before.
    """
    (sound, pitch), (share, table) = spectra, tables
    work = np.empty((2, TOP), np.float32)
    for t in range(len(sound)):
        now, past, both = energy[0, t], energy[1, t], energy[2, t]
        _energies(sound[t], sound[t], share, work, now)
        _energies(pitch[t], pitch[t], share, work, past)
        _energies(sound[t], pitch[t], share, work, both)
        for b in range(BANDS):
            both[b] /= np.sqrt(np.float32(0.001) + now[b] * past[b])
        if now.sum() < np.float32(SILENT):
            features[t] = 0
            silent[t] = True
            continue
        _transform(_levels(now, work[0]), table, features[t, :BANDS])
        _transform(both, table, features[t, BANDS:])
        features[t, 0] -= np.float32(12)
        features[t, 1] -= np.float32(4)


@compiled
def _energies(x: Floats, y: Floats, share: Floats, work: Floats, energy: Floats) -> None:
    """The product of two spectra in each band; neighbouring bands share their bins."""
    products, upper = work[0], work[1]
    for n in range(TOP):
        products[n] = x[2 * n] * y[2 * n] + x[2 * n + 1] * y[2 * n + 1]
    for n in range(TOP):
        upper[n] = share[n] * products[n]
    carried = np.float32(0)
    for b in range(BANDS + 1):
        every, above = np.float32(0), np.float32(0)
        for n in range(EDGES[b], EDGES[b + 1]):
            every += products[n]
            above += upper[n]
        if b > 0:
            energy[b - 1] = carried + every - above
            carried = above
        else:
            carried = every
    # The outermost bands are narrower than the rest.
    energy[0] *= np.float32(2 / 3)
    energy[BANDS - 1] = (energy[BANDS - 1] + carried) * np.float32(2 / 3)


@compiled
def _levels(energy: Floats, work: Floats) -> Floats:
    """Logarithms of the energies, none far below the loudest or its neighbour."""
    levels = work[:BANDS]
    highest = follow = np.float32(-2)
    for b in range(BANDS):
        level = np.log10(np.float32(0.01) + energy[b])
        level = max(highest - np.float32(7), follow - np.float32(1.5), level)
        highest, follow = max(highest, level), max(follow - np.float32(1.5), level)
        levels[b] = level
    return levels


@compiled
def _transform(bands: Floats, table: Floats, result: Floats) -> None:
    result[:BANDS] = 0
    for b in range(BANDS):
        band, row = bands[b], table[b]
        for n in range(BANDS):
            result[n] += band * row[n]


@compiled
def shape(
    spectra: tuple[Spectra, Spectra],
    energy: Floats,
    share: Floats,
    gains: Floats,
    silent: npt.NDArray[np.bool_],
    last: Floats,
) -> None:
    """Bring out the harmonics of the sound and apply the gains, in place.

    energy: (3, frames + 1, BANDS), as `listen` gives them; gains: (frames, BANDS), 0..1. last:
    (BANDS,), the gains that a frame may fall from, before and after.
    """
    sound, pitch = spectra
    work = np.empty((5, TOP), np.float32)
    for t in range(len(gains)):
        if silent[t]:
            continue
        x, rows = sound[t], work[2]
        _harmonic_shares(energy[:, t], gains[t], rows[:BANDS])
        _spread(rows, share, work[3])
        for n in range(TOP):
            x[2 * n] += work[3, n] * pitch[t, 2 * n]
            x[2 * n + 1] += work[3, n] * pitch[t, 2 * n + 1]
        _energies(x, x, share, work, rows[:BANDS])
        for b in range(BANDS):
            rows[b] = np.sqrt(energy[0, t, b] / (np.float32(1e-8) + rows[b]))
        _spread(rows, share, work[3])
        _hold(gains[t], energy[0, t], energy[0, t + 1], last)
        _spread(gains[t], share, work[4])
        for n in range(TOP):
            x[2 * n] *= work[3, n] * work[4, n]
            x[2 * n + 1] *= work[3, n] * work[4, n]
        x[2 * TOP :] = 0


@compiled
def _harmonic_shares(energy: Floats, gains: Floats, result: Floats) -> None:
    """How much of the sound a period ago is added in each band."""
    one = np.float32(1)
    for b in range(BANDS):
        now, past, both = energy[0, b], energy[1, b], energy[2, b]
        square, gain = both * both, gains[b] * gains[b]
        wanted = square * (one - gain) / (np.float32(0.001) + gain * (one - square))
        wanted = one if both > gains[b] else min(one, max(np.float32(0), wanted))
        result[b] = np.sqrt(wanted) * np.sqrt(now / (np.float32(1e-8) + past))


@compiled
def _hold(gains: Floats, now: Floats, after: Floats, last: Floats) -> None:
    """Let no gain fall faster than 0.6 per frame, which is a reverberation of 135 ms."""
    for b in range(BANDS):
        gains[b] = max(gains[b], np.float32(0.6) * last[b])
        ratio = (now[b] + np.float32(1e-3)) / (after[b] + np.float32(1e-3))
        last[b] = min(np.float32(1), gains[b] * ratio)


@compiled
def _spread(bands: Floats, share: Floats, bins: Floats) -> None:
    """A number for each band as one for each bin, by straight lines."""
    for n in range(EDGES[1]):
        bins[n] = bands[0]
    for b in range(1, BANDS):
        low, step = bands[b - 1], bands[b] - bands[b - 1]
        for n in range(EDGES[b], EDGES[b + 1]):
            bins[n] = low + share[n] * step
    for n in range(EDGES[BANDS], TOP):
        bins[n] = bands[BANDS - 1]
