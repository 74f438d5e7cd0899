"""Finds what both channels have alike: a lead voice and a bass mostly sit in the middle."""

import numpy as np

from services.engine.crew import Crew
from services.engine.frames import Spectra
from services.engine.jit import compiled
from services.engine.rnnoise import Floats

EXPONENT = 3.0  # how sharply the similarity decides; 2 lets more of the sides through
PLACES = np.arange(-6, 7) / 8  # from left, -1, to right, 1, where a lead voice may be
NARROWER = 8.0  # exponent when places are compared
FAVOUR = 1.5  # how far another place must surpass the middle


def central(spectra: Spectra, crew: Crew, place: float = 0.0) -> Floats:
    """The share of what sits at `place`, 0 to 1, (frames, bins), of (2, frames, bins).

    Similarity of the channels over three bins (C. Avendano, WASPAA 2003): 1 where all comes from
    there, 0 where only one side of it sounds or the channels are unrelated.
    """
    share = np.empty(spectra.shape[1:], np.float32)
    left, right = _gains(place)
    crew.share(_similarity, spectra.shape[1], spectra[0], spectra[1], left, right, share)
    return share


def lead_place(spectra: Spectra, weight: Floats) -> float:
    """Where most of the weighted energy comes from: the middle, unless elsewhere is far more."""
    power = np.sum(spectra.real**2 + spectra.imag**2, axis=0) + np.float32(1e-9)
    scores = []
    for place in PLACES:
        left, right = _gains(place)
        toward = left * spectra[0] + right * spectra[1]
        similar = 2 * (toward.real**2 + toward.imag**2) / power - 1
        scores.append(float(np.sum(weight * power * np.maximum(similar, 0) ** NARROWER)))
    best = int(np.argmax(scores))
    return float(PLACES[best]) if scores[best] > FAVOUR * scores[len(PLACES) // 2] else 0.0


def _gains(place: float) -> tuple[np.float32, np.float32]:
    angle = (place + 1) * np.pi / 4
    return np.float32(np.cos(angle)), np.float32(np.sin(angle))


@compiled
def _similarity(
    start: int,
    stop: int,
    left: Spectra,
    right: Spectra,
    left_gain: np.float32,
    right_gain: np.float32,
    share: Floats,
) -> None:
    last = left.shape[1] - 1
    for t in range(start, stop):
        for f in range(last + 1):
            both, toward = np.float32(1e-12), np.float32(0)
            for g in range(max(f - 1, 0), min(f + 1, last) + 1):
                a, b = left[t, g], right[t, g]
                both += a.real * a.real + a.imag * a.imag + b.real * b.real + b.imag * b.imag
                real = left_gain * a.real + right_gain * b.real
                imaginary = left_gain * a.imag + right_gain * b.imag
                toward += real * real + imaginary * imaginary
            similar = np.float32(2) * toward / both - np.float32(1)
            share[t, f] = min(max(similar, np.float32(0)), np.float32(1)) ** np.float32(EXPONENT)
