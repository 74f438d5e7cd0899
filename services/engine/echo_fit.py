"""How strong the repeats at known delays are: a fit to what cannot be foretold of the sound.

The taps make what remains least likely to be foretold: Gauss-Newton steps of the prediction
error method for a model with poles and zeros (L. Ljung, System Identification, 1999), each
frame counting inversely to its power, so that pauses filled by a repeat alone tell most.
"""

from typing import NamedTuple

import numpy as np
import scipy.linalg

from services.engine.echo_equations import Matrix, equations
from services.engine.echo_taps import Taps, removed
from services.engine.rnnoise import Floats

ORDER = 32  # of the prediction that flattens the spectrum
FRAME = 0.02  # seconds of one weight
FLOOR = 1e-3  # of the mean power, what a frame counts as at least
RIDGES = (1e-4, 1e-3, 1e-2, 1e-1, 1)  # of the mean of the diagonal, the more the shorter the step
SETTLED = 1e-3  # nepers by which a last step makes the sound less likely to be foretold
PATIENCE = 3  # steps from nothing that may gain little before the good ones
HEARD = 3.0  # times the floor from which a frame counts for the gain
LOUDER_DB = 0.5


class Gain(NamedTuple):
    """What taps do to a sound: mean dB by which frames fall, and the share that gets louder."""

    decibels: float
    louder: float


def fitted(flat: Floats, taps: Taps, sample_rate: float, rounds: int, floor: float = FLOOR) -> Taps:
    """Better taps for a sound that went through `flattened`.

    floor: the share of the mean power that a frame counts as at least; the smaller it is, the
    more the pauses tell, and the better the taps at the start must be.
    """
    frame = round(FRAME * sample_rate)
    least = floor * float(frame_powers(flat, frame).mean()) if len(flat) >= frame else 0.0
    trial = _tried(flat, taps, frame, least)
    for done in range(rounds):
        better = _step(flat, trial, frame, least)
        if better is None:
            break
        settled = done >= PATIENCE and trial.cost - better.cost < SETTLED
        trial = better
        if settled:
            break
    return trial.taps


class _Trial(NamedTuple):
    taps: Taps
    clean: Floats
    weights: Floats  # of the frames
    cost: float  # the mean log power of the frames


def _tried(flat: Floats, taps: Taps, frame: int, least: float) -> _Trial:
    clean = removed(flat, taps)
    floored = frame_powers(clean, frame) + np.float32(least + 1e-20)
    return _Trial(taps, clean, floored.min() / floored, float(np.log(floored).mean()))


def _step(flat: Floats, trial: _Trial, frame: int, least: float) -> _Trial | None:
    """The first step that makes it better, each more careful than the one before."""
    matrix, right = _equations(flat, trial, frame)
    scale = np.trace(matrix) / len(matrix) + 1e-20
    for ridge in RIDGES:
        damped = matrix + ridge * scale * np.eye(len(matrix))
        pull = RIDGES[0] * scale * trial.taps.values
        change = scipy.linalg.solve(damped, right - pull, assume_a="pos")
        taps = trial.taps.with_values(trial.taps.values + change)
        if taps.is_stable:
            better = _tried(flat, taps, frame, least)
            if better.cost < trial.cost:
                return better
    return None


def _equations(flat: Floats, trial: _Trial, frame: int) -> tuple[Matrix, Matrix]:
    """How the clean sound changes with each tap.

    By what was heard or is clean, gone through the same recursion and later by the tap's place.
    """
    taps, reach = trial.taps, trial.taps.reach
    repeats, count = taps.forward.shape
    only_back = Taps(taps.lags, np.zeros_like(taps.forward), taps.back)
    sources = np.zeros((2 * repeats, reach + len(flat)), np.float32)
    sources[:repeats, reach:] = removed(flat, only_back)
    sources[repeats:, reach:] = removed(trial.clean, only_back)
    wanted = np.concatenate((np.zeros(reach, np.float32), trial.clean))
    lags = np.tile(taps.lags, 2)
    return equations(sources, lags, wanted, trial.weights, frame, count, reach)


def gain(flat: Floats, clean: Floats, sample_rate: float) -> Gain:
    """What was taken from a flattened sound to make it clean."""
    frame = round(FRAME * sample_rate)
    before, after = frame_powers(flat, frame), frame_powers(clean, frame)
    floor = FLOOR * (before.mean() if len(before) else 0) + 1e-20
    fall = 10 * np.log10((before + floor) / (after + floor))[before > HEARD * floor]
    if len(fall) == 0:
        return Gain(0.0, 1.0)
    return Gain(float(fall.mean()), float(np.mean(fall < -LOUDER_DB)))


def frame_powers(sound: Floats, frame: int) -> Floats:
    """Mean squares of the whole frames of (samples,)."""
    frames = sound[: len(sound) // frame * frame].reshape(-1, frame)
    return np.asarray(np.einsum("ij,ij->i", frames, frames) / np.float32(frame), np.float32)


def flattened(sound: Floats) -> Floats:
    """What a short prediction cannot foretell of (samples,)."""
    padded = np.pad(sound, (ORDER, 0))
    own = np.array(
        [padded[ORDER - k :][: len(sound)] @ sound for k in range(ORDER + 1)], np.float64
    )
    own[0] = own[0] * 1.001 + 1e-12
    ahead = scipy.linalg.solve_toeplitz(own[:-1], own[1:])
    whitener = np.concatenate(([1], -ahead)).astype(np.float32)
    return np.convolve(sound, whitener)[: len(sound)].astype(np.float32)
