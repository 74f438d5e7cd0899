"""Finds what comes again: an accompaniment repeats, a voice does not.

REPET-SIM (Z. Rafii and B. Pardo, ISMIR 2012): each frame is compared with its most similar ones.
"""

import numpy as np
import numpy.typing as npt

from services.engine.crew import Crew
from services.engine.jit import compiled
from services.engine.medians import TILE, sort_columns
from services.engine.rnnoise import Floats

ALIKE = 12  # frames each one is compared with
APART = 0.43  # seconds within which frames are alike in any case
BANDS = 60  # parts of the spectrum whose energies make frames alike


def fresh(amplitude: Floats, seconds: float, crew: Crew) -> Floats:
    """The share that does not come again, 0 to 1; (frames, bins), a frame every `seconds`."""
    share = np.ones_like(amplitude)
    near = 2 * round(APART / seconds) + 1
    alike = min(ALIKE, len(amplitude) - near)
    if alike > 1:
        places = _similar(amplitude, near // 2, alike)
        crew.share(_fresh, len(amplitude), amplitude, places, share)
    return share


def _similar(amplitude: Floats, near: int, alike: int) -> npt.NDArray[np.int64]:
    """(frames, alike): the places of the most similar frames."""
    edges = np.unique(np.geomspace(1, amplitude.shape[1] - 1, BANDS).astype(int))
    bands = np.add.reduceat(amplitude, edges, axis=1)
    bands = np.log1p(bands / (bands.mean() + 1e-9))
    bands /= np.linalg.norm(bands, axis=1, keepdims=True) + 1e-9
    unlike = -(bands @ bands.T)
    apart = np.abs(np.subtract.outer(np.arange(len(bands)), np.arange(len(bands))))
    unlike[(apart > 0) & (apart <= near)] = 1
    return np.argpartition(unlike, alike, axis=1)[:, :alike].astype(np.int64)


@compiled
def _fresh(
    start: int, stop: int, amplitude: Floats, places: npt.NDArray[np.int64], share: Floats
) -> None:
    """One less the squared part of each bin that the median of its likes explains."""
    bins, alike = amplitude.shape[1], places.shape[1]
    near = np.empty((alike, min(TILE, bins)), np.float32)
    for t in range(start, stop):
        for first in range(0, bins, TILE):
            count = min(TILE, bins - first)
            for k in range(alike):
                near[k, :count] = amplitude[places[t, k], first : first + count]
            sort_columns(near[:, :count])
            for f in range(count):
                again = np.float32(0.5) * (near[(alike - 1) // 2, f] + near[alike // 2, f])
                part = again / (amplitude[t, first + f] + np.float32(1e-9))
                share[t, first + f] = np.float32(1) - min(part * part, np.float32(1))
