"""RNNoise's speech estimate for several pieces of sound at once."""

from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import scipy.fft

from services.engine import bands
from services.engine.jit import compiled
from services.engine.network import Layers, Network, State, band_gains, layers_of, read_network
from services.engine.pitch import HEARD, LONGEST, periods
from services.engine.rnnoise import (
    BANDS,
    BINS,
    DELAY,
    FEATURES,
    FRAME,
    FULL_SCALE,
    Estimate,
    Floats,
    Library,
    aligned,
    open_library,
)
from services.engine.sums import ROWS

SLAB = 50  # frames that go through the network layer by layer; keeps the weights in the cache
# The high-pass in front of everything (denoise.c).
HIGH_PASS = ((-2.0, 1.0), (-1.99599, 0.99600))
Number = TypeVar("Number", bound=np.generic)


class Rnnoise:
    """The speech estimator: the library, and its network for many lanes where it can be read."""

    def __init__(self, library: Library, network: Network | None) -> None:
        self._library = library
        self._layers = None if network is None else layers_of(network)
        self._tables = bands.shares(), bands.cosines()
        self._window = bands.window()

    def speech(self, lanes: list[Floats]) -> list[Estimate]:
        """The estimate for each mono lane at 48 kHz, aligned with it and as long."""
        if self._layers is None:
            return [self._library.denoise(lane) for lane in lanes]
        batch = Batch(lanes, self._tables, self._window)
        state = State(_padded(len(lanes)), len(self._layers.recurrent))
        speech = np.empty((len(lanes), batch.frames * FRAME), np.float32)
        voice = np.empty((len(lanes), batch.frames), np.float32)
        for at in range(0, batch.frames, SLAB):
            end = min(at + SLAB, batch.frames)
            batch.analyse(at, end)
            part = speech[:, at * FRAME : end * FRAME]
            voice[:, at:end] = self._slab(self._layers, batch, state, part)
        return [aligned(speech[n], voice[n], len(lane)) for n, lane in enumerate(lanes)]

    def _slab(self, layers: Layers, batch: "Batch", state: State, speech: Floats) -> Floats:
        """Fill in the next frames of all lanes, (lanes, samples); gives their voice."""
        lanes, count, _ = batch.features.shape
        features = np.zeros((count, _padded(lanes), FEATURES), np.float32)
        features[:, :lanes] = batch.features.transpose(1, 0, 2)
        silent = np.ones(features.shape[:2], np.bool_)
        silent[:, :lanes] = batch.silent.T
        gains, voice = band_gains(layers, state, features, silent)
        batch.shape(np.ascontiguousarray(gains[:, :lanes].transpose(1, 0, 2)), speech)
        return voice[:, :lanes].T


class Batch:
    """Lanes before and behind the network; arrays are (lanes, frames, …).

    The spectra, (2, …), are those of the sound and of the sound one period before. They and
    `energy`, (lanes, 3, …), start with the last frame of the slab before: the library applies each
    gain one frame late.
    """

    def __init__(self, lanes: list[Floats], tables: tuple[Floats, Floats], window: Floats) -> None:
        count, longest = len(lanes), max(len(lane) for lane in lanes)
        self.frames = -(-(longest + DELAY) // FRAME)
        self._tables = tables
        # The library's transforms divide on the way in instead of on the way out.
        self._window = window / np.float32(2 * FRAME), window * np.float32(2 * FRAME)
        self._sound = np.zeros((count, HEARD - FRAME + self.frames * FRAME), np.float32)
        for row, lane in zip(self._sound, lanes, strict=True):
            row[HEARD - FRAME :][: len(lane)] = lane
            _high_pass(row[HEARD - FRAME :])
        self._memory = np.zeros((count, 2), np.float32)
        self._spectra = np.zeros((2, count, 1, BINS), np.complex64)
        self._energy = np.zeros((count, 3, 1, BANDS), np.float32)
        self.features = np.zeros((count, 0, FEATURES), np.float32)
        self.silent = np.zeros((count, 0), np.bool_)
        self._last_gains = np.zeros((count, BANDS), np.float32)
        self._tail = np.zeros((count, FRAME), np.float32)

    def analyse(self, at: int, end: int) -> None:
        """Features, spectra and energies of the frames from `at` up to `end`."""
        lanes, count = len(self._sound), end - at
        sound = self._sound[:, at * FRAME : (end - 1) * FRAME + HEARD]
        found = np.empty((lanes, count), np.int64)
        frames = np.empty((2, lanes, count, 2 * FRAME), np.float32)
        for lane in range(lanes):
            periods(sound[lane], self._memory[lane], found[lane])
            _cut(sound[lane], found[lane], self._window[0], frames[0, lane], frames[1, lane])
        spectra = scipy.fft.rfft(frames, axis=3)
        self._spectra = np.concatenate((self._spectra[:, :, -1:], spectra), axis=2)
        energy = np.empty((lanes, 3, count, BANDS), np.float32)
        self.features = np.empty((lanes, count, FEATURES), np.float32)
        self.features[:, :, -1] = 0.01 * (found - 300)
        self.silent = np.zeros((lanes, count), np.bool_)
        for lane in range(lanes):
            here = _plain(spectra[0, lane]), _plain(spectra[1, lane])
            bands.listen(here, self._tables, energy[lane], self.features[lane], self.silent[lane])
        self._energy = np.concatenate((self._energy[:, :, -1:], energy), axis=2)

    def shape(self, gains: Floats, speech: Floats) -> None:
        """The sound with these gains, (lanes, frames, BANDS), one frame late: (lanes, samples)."""
        for lane in range(len(gains)):
            bands.shape(
                (_plain(self._spectra[0, lane]), _plain(self._spectra[1, lane])),
                self._energy[lane],
                self._tables[0],
                gains[lane],
                self.silent[lane],
                self._last_gains[lane],
            )
        frames = scipy.fft.irfft(self._spectra[0, :, :-1], 2 * FRAME, axis=2)
        for lane in range(len(gains)):
            _add_up(frames[lane], self._window[1], self._tail[lane], speech[lane])


def _plain(spectra: npt.NDArray[np.complex64]) -> Floats:
    """Real and imaginary parts by turns."""
    return spectra.view(np.float32)


def _padded(count: int) -> int:
    return -(-count // ROWS) * ROWS


@compiled
def _high_pass(samples: Floats) -> None:
    """Bring samples to the scale of the library and take out what lies under a voice."""
    (b0, b1), (a0, a1) = HIGH_PASS
    first = second = np.float32(0)
    for n in range(len(samples)):
        x = np.float32(FULL_SCALE) * samples[n]
        y = x + first
        first = np.float32(second + (b0 * x - a0 * y))
        second = np.float32(b1 * x - a1 * y)
        samples[n] = y


@compiled
def _cut(
    sound: Floats, found: npt.NDArray[np.int64], window: Floats, now: Floats, past: Floats
) -> None:
    """Each frame with the one before it, and the same one period earlier, under the window."""
    for t in range(len(found)):
        start = t * FRAME + LONGEST
        one, other = sound[start:], sound[start - found[t] :]
        row, past_row = now[t], past[t]
        for n in range(len(window)):
            row[n] = one[n] * window[n]
        for n in range(len(window)):
            past_row[n] = other[n] * window[n]


@compiled
def _add_up(frames: Floats, window: Floats, tail: Floats, speech: Floats) -> None:
    """Overlapping frames as sound; `tail` is what is left of the last one."""
    rise, fall = window[:FRAME], window[FRAME:]
    for t in range(len(frames)):
        head, end, row = frames[t, :FRAME], frames[t, FRAME:], speech[t * FRAME : (t + 1) * FRAME]
        for n in range(FRAME):
            row[n] = tail[n] + head[n] * rise[n]
        for n in range(FRAME):
            tail[n] = end[n] * fall[n]


@cache
def open_rnnoise() -> Rnnoise:
    """RNNoise with everything this installation offers; opened once, it never changes."""
    library = open_library()
    return Rnnoise(library, read_network(library))
