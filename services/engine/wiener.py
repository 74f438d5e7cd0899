"""One pass of a multichannel Wiener filter: sources are told apart by where they sit.

Local Gaussian model (N. Duong, E. Vincent, R. Gribonval, IEEE Trans. Audio Speech Lang. Process.
18(7), 2010), its powers from masks and one spatial covariance for each source and bin.
"""

import numpy as np
import numpy.typing as npt

from services.engine.crew import Crew
from services.engine.frames import Spectra
from services.engine.jit import compiled
from services.engine.rnnoise import Floats

DIFFUSE = 0.01  # of each source comes from everywhere: keeps equal channels solvable


def placed(spectra: Spectra, masks: Floats, crew: Crew) -> Floats:
    """Where the sources sit: (sources, 4, bins) for `filtered`.

    spectra: (2, frames, bins); masks: (sources, frames, bins), 0 to 1.
    """
    places = np.empty((len(masks), 4, masks.shape[2]), np.float32)
    crew.share(_covariances, masks.shape[2], spectra[0], spectra[1], masks, places)
    return places


def filtered(spectra: Spectra, masks: Floats, places: Floats, count: int, crew: Crew) -> Spectra:
    """The first `count` sources, (count, 2, frames, bins), of a mix (2, frames, bins)."""
    sources = np.empty((count, *spectra.shape), np.complex64)
    crew.share(_filter, masks.shape[1], spectra[0], spectra[1], masks, places, sources)
    return sources


@compiled
def _covariances(
    start: int, stop: int, left: Spectra, right: Spectra, masks: Floats, places: Floats
) -> None:
    """Left, right, and cross power (real, imaginary) of each source, divided by its power."""
    width = stop - start
    for s in range(len(masks)):
        total = np.zeros((4, width), np.float64)
        for t in range(left.shape[0]):
            for f in range(width):
                gain = masks[s, t, start + f] * masks[s, t, start + f]
                a, b = left[t, start + f], right[t, start + f]
                cross = a * b.conjugate()
                total[0, f] += gain * (a.real * a.real + a.imag * a.imag)
                total[1, f] += gain * (b.real * b.real + b.imag * b.imag)
                total[2, f] += gain * cross.real
                total[3, f] += gain * cross.imag
        for f in range(width):
            power = 0.5 * (total[0, f] + total[1, f]) + 1e-20
            for k in range(4):
                places[s, k, start + f] = total[k, f] / power
            places[s, 0, start + f] += DIFFUSE
            places[s, 1, start + f] += DIFFUSE


@compiled
def _filter(
    start: int,
    stop: int,
    left: Spectra,
    right: Spectra,
    masks: Floats,
    places: Floats,
    sources: npt.NDArray[np.complex64],
) -> None:
    for t in range(start, stop):
        for f in range(left.shape[1]):
            a, b = left[t, f], right[t, f]
            # The power of the mix would stand on both sides of the ratio: masks are enough.
            first = second = np.float32(1e-6)
            cross = np.complex64(0)
            for s in range(len(masks)):
                own = masks[s, t, f] * masks[s, t, f]
                first += own * places[s, 0, f]
                second += own * places[s, 1, f]
                cross += own * np.complex64(complex(places[s, 2, f], places[s, 3, f]))
            scale = first * second - (cross.real * cross.real + cross.imag * cross.imag)
            scale = np.float32(1) / max(scale, np.float32(1e-6) * first * second)
            white_a = (second * a - cross * b) * scale
            white_b = (first * b - cross.conjugate() * a) * scale
            for s in range(len(sources)):
                own = masks[s, t, f] * masks[s, t, f]
                shared = np.complex64(complex(places[s, 2, f], places[s, 3, f]))
                sources[s, 0, t, f] = own * (places[s, 0, f] * white_a + shared * white_b)
                sources[s, 1, t, f] = own * (
                    shared.conjugate() * white_a + places[s, 1, f] * white_b
                )
