"""Follows the pitch of the loudest voice and says which bins its harmonics take."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.engine.jit import compiled
from services.engine.rnnoise import Floats

LOWEST, HIGHEST = 85.0, 620.0  # Hz of the pitch
STEPS = 36  # candidates in an octave
TOP = 3_500.0  # Hz up to which harmonics are counted
REACH = 5  # steps the pitch may move from frame to frame, at …
SLOPE = 0.01  # … this cost for each; anything further costs:
JUMP = 0.25
UNSURE, SURE = 0.15, 0.3  # salience
WIDTH = 1.3  # bins on each side of a harmonic, or …
BEND = 0.012  # … this part of its frequency, whichever is more


@dataclass(frozen=True, slots=True)
class Melody:
    """Frame by frame: pitch in Hz and how sure it is, 0 to 1; both (frames,)."""

    pitch: Floats
    sure: Floats

    def comb(self, hertz: Floats) -> Floats:
        """(frames, bins): 1 on the harmonics of the pitch, 0 between them."""
        pitch = self.pitch[:, np.newaxis]
        harmonic = np.maximum(np.round(hertz / pitch), np.float32(1))
        width = np.maximum(WIDTH * hertz[1], BEND * hertz).astype(np.float32)
        return np.asarray(np.exp(-(((hertz - harmonic * pitch) / width) ** 2)), np.float32)


def follow(amplitude: Floats, hertz: Floats) -> Melody:
    """The melody in amplitudes (frames, bins) at `hertz` (bins,).

    Salience as in SWIPE (A. Camacho and J. Harris, J. Acoust. Soc. Am. 124(3), 2008): square
    roots of amplitudes against cosines with a peak on each harmonic; the path by Viterbi.
    """
    count = int(np.searchsorted(hertz, TOP))
    candidates = LOWEST * 2 ** (np.arange(int(STEPS * np.log2(HIGHEST / LOWEST)) + 1) / STEPS)
    loud = np.sqrt(amplitude[:, :count])
    norm = np.sqrt((loud**2).sum(axis=1, keepdims=True))
    loud /= norm + 1e-6 * loud.max(initial=0) + 1e-12
    salience = (loud @ _kernels(candidates, hertz[:count]).T).astype(np.float32)
    path = np.zeros(len(salience), np.int64)
    if len(path):
        _viterbi(salience, path)
    sure = np.clip((salience[np.arange(len(path)), path] - UNSURE) / (SURE - UNSURE), 0, 1)
    smooth = np.convolve(np.pad(sure, 2), np.full(5, 0.2), "valid")
    return Melody(candidates[path].astype(np.float32), smooth.astype(np.float32))


def _kernels(candidates: npt.NDArray[np.float64], hertz: Floats) -> Floats:
    """(candidates, bins)"""
    order = hertz / candidates[:, np.newaxis]
    kernels = np.cos(2 * np.pi * order) * np.select([order < 0.25, order < 0.75], [0, 0.5], 1)
    kernels /= np.sqrt(np.maximum(order, 0.25))
    kernels /= np.linalg.norm(np.maximum(kernels, 0), axis=1, keepdims=True)
    return np.asarray(kernels, np.float32)


@compiled
def _viterbi(salience: Floats, path: npt.NDArray[np.int64]) -> None:
    """The most salient path; small steps cost by their size, jumps all the same."""
    frames, count = salience.shape
    before = np.zeros((frames, count), np.int64)
    value, fresh = salience[0].copy(), np.empty(count, np.float32)
    for t in range(1, frames):
        summit = int(np.argmax(value))
        for k in range(count):
            best, origin = value[summit] - np.float32(JUMP), summit
            for j in range(max(0, k - REACH), min(count, k + REACH + 1)):
                moved = value[j] - np.float32(SLOPE) * np.float32(abs(j - k))
                if moved > best:
                    best, origin = moved, j
            fresh[k] = salience[t, k] + best
            before[t, k] = origin
        value[:] = fresh - fresh.max()
    path[-1] = np.argmax(value)
    for t in range(frames - 1, 0, -1):
        path[t - 1] = before[t, path[t]]
