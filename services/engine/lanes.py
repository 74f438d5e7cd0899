"""RNNoise's speech estimate for several pieces of sound at once."""

import ctypes
from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import scipy.fft

from services.engine.jit import compiled
from services.engine.network import Network, State, band_gains, read_network
from services.engine.products import ROWS, multiply
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

SLAB = 50  # frames that go through the network layer by layer; keeps the weights in the cache
# The high-pass in front of everything, and the band edges in bins of 50 Hz (denoise.c).
HIGH_PASS = ((-2.0, 1.0), (-1.99599, 0.99600))
EDGES = (
    *(0, 2, 4, 6, 8, 10, 12, 15, 18, 21, 24, 28, 32, 36, 41, 47, 53),
    *(60, 68, 77, 87, 98, 110, 124, 140, 157, 176, 198, 223, 251, 282, 317, 356, 400),
)
Number = TypeVar("Number", bound=np.generic)
NEEDED = ("rnn_biquad", "rnn_compute_frame_features", "rnn_pitch_filter")


class Rnnoise:
    """The speech estimator: the library, and its network for many lanes where it can be read."""

    def __init__(self, library: Library, network: Network | None) -> None:
        self._library = library
        self._network = network if _has(library, NEEDED) else None
        self._spread = _band_spread()
        self._shape = _vorbis_window()

    def speech(self, lanes: list[Floats]) -> list[Estimate]:
        """The estimate for each mono lane at 48 kHz, aligned with it and as long."""
        if self._network is None:
            return [self._library.denoise(lane) for lane in lanes]
        batch = _Batch(self._library, lanes)
        state = State(_padded(len(lanes)), len(self._network.layers))
        parts = [self._slab(batch, state, at) for at in range(0, batch.frames, SLAB)]
        batch.close()
        speech, voice = (np.concatenate(kind, axis=1) for kind in zip(*parts, strict=True))
        return [aligned(speech[n], voice[n], len(lane)) for n, lane in enumerate(lanes)]

    def _slab(self, batch: "_Batch", state: State, at: int) -> tuple[Floats, Floats]:
        """The next frames of all lanes, (lanes, samples), and their voice, (lanes, frames)."""
        assert self._network is not None
        batch.analyse(at, min(SLAB, batch.frames - at))
        lanes, count, _ = batch.features.shape
        features = np.zeros((count, _padded(lanes), FEATURES), np.float32)
        features[:, :lanes] = batch.features.transpose(1, 0, 2)
        silent = np.ones(features.shape[:2], np.bool_)
        silent[:, :lanes] = batch.silent.T
        gains, voice = band_gains(self._network, state, features, silent)
        gains = np.ascontiguousarray(gains[:, :lanes].transpose(1, 0, 2))
        batch.filter_pitch(gains)
        _hold_gains(gains, batch.silent, batch.energy, batch.last_gains)
        smooth = multiply(gains, self._spread)
        smooth[batch.silent] = 1
        frames = scipy.fft.irfft(batch.sound[:, :-1] * smooth, 2 * FRAME, axis=2)
        frames *= self._shape
        overlap = np.concatenate((batch.tail[:, np.newaxis], frames[:, :-1, FRAME:]), axis=1)
        batch.tail = frames[:, -1, FRAME:]
        speech = np.asarray(frames[:, :, :FRAME] + overlap, np.float32)
        return speech.reshape(len(gains), -1), voice[:, :lanes].T


class _Batch:
    """Lanes on their way through the library; arrays are (lanes, frames, …).

    `sound`, `pitch` and the three of `energy` start with the last frame of the slab before:
    the library applies each gain one frame late.
    """

    def __init__(self, library: Library, lanes: list[Floats]) -> None:
        self._handle = library.handle
        longest = max(len(lane) for lane in lanes)
        self.frames = -(-(longest + DELAY) // FRAME)
        self._input = np.zeros((len(lanes), self.frames * FRAME), np.float32)
        for row, lane in zip(self._input, lanes, strict=True):
            row[: len(lane)] = lane * np.float32(FULL_SCALE)
            _high_pass(self._handle, row)
        self._states = [self._handle.rnnoise_create(None) for _ in lanes]
        count = len(lanes)
        self.sound = np.zeros((count, 1, BINS), np.complex64)
        self.pitch = np.zeros((count, 1, BINS), np.complex64)
        self.energy = np.zeros((3, count, 1, BANDS), np.float32)
        self.features = np.zeros((count, 0, FEATURES), np.float32)
        self.silent = np.zeros((count, 0), np.bool_)
        self.last_gains = np.zeros((count, BANDS), np.float32)
        self.tail = np.zeros((count, FRAME), np.float32)

    def analyse(self, at: int, count: int) -> None:
        """Features, spectra and pitch of `count` frames from frame `at` on."""
        lanes = len(self._states)
        self.sound = _after(self.sound, count, axis=1)
        self.pitch = _after(self.pitch, count, axis=1)
        self.energy = _after(self.energy, count, axis=2)
        self.features = np.zeros((lanes, count, FEATURES), np.float32)
        self.silent = np.zeros((lanes, count), np.bool_)
        compute = self._handle.rnn_compute_frame_features
        for lane, state in enumerate(self._states):
            places = self._places(lane, at, first=1)
            for n in range(count):
                x, p, ex, ep, exp, features, sound = (start + n * step for start, step in places)
                self.silent[lane, n] = compute(state, x, p, ex, ep, exp, features, sound) != 0

    def filter_pitch(self, gains: Floats) -> None:
        """Emphasise the harmonics of the delayed frames, in place."""
        run, size = self._handle.rnn_pitch_filter, gains.strides[1]
        for lane in range(len(gains)):
            places = self._places(lane, 0, first=0)[:5]
            start = gains[lane].ctypes.data
            for n in np.flatnonzero(~self.silent[lane]).tolist():
                x, p, ex, ep, exp = (address + n * step for address, step in places)
                run(x, p, ex, ep, exp, start + n * size)

    def close(self) -> None:
        """Give the library's states back."""
        for state in self._states:
            self._handle.rnnoise_destroy(state)

    def _places(self, lane: int, at: int, first: int) -> list[tuple[int, int]]:
        """Address and bytes per frame of all arrays a call works on."""
        arrays: list[npt.NDArray[np.generic]] = []
        arrays += [self.sound[lane, first:], self.pitch[lane, first:]]
        arrays += [kind[lane, first:] for kind in self.energy]
        arrays += [self.features[lane], self._input[lane, at * FRAME :].reshape(-1, FRAME)]
        return [(array.ctypes.data, array.strides[0]) for array in arrays]


def _after(array: npt.NDArray[Number], count: int, axis: int) -> npt.NDArray[Number]:
    """The last frame of `array` with room for `count` more behind it."""
    shape = list(array.shape)
    shape[axis] = count
    last = np.take(array, [-1], axis=axis)
    return np.concatenate((last, np.zeros(shape, array.dtype)), axis=axis)


def _padded(count: int) -> int:
    return -(-count // ROWS) * ROWS


def _has(library: Library, names: tuple[str, ...]) -> bool:
    return all(hasattr(library.handle, name) for name in names)


def _high_pass(handle: ctypes.CDLL, samples: Floats) -> None:
    numbers = np.array(HIGH_PASS, np.float32)
    memory = np.zeros(2, np.float32)
    source = samples.copy()
    handle.rnn_biquad(
        samples.ctypes.data,
        memory.ctypes.data,
        source.ctypes.data,
        numbers[0].ctypes.data,
        numbers[1].ctypes.data,
        len(samples),
    )


def _band_spread() -> Floats:
    """(481, 32): how a gain for each band becomes one for each bin, by straight lines."""
    bins = np.arange(BINS)
    rows = np.eye(BANDS)
    spread = np.array([np.interp(bins, EDGES[1:-1], row) for row in rows])
    spread[:, EDGES[-1] :] = 0
    return np.ascontiguousarray(spread.T, np.float32)


def _vorbis_window() -> Floats:
    """The library's window, with the scale of its transforms (kiss_fft divides going forward)."""
    rise = np.sin(np.pi / 2 * np.sin(np.pi / 2 * (np.arange(FRAME) + 0.5) / FRAME) ** 2)
    return (np.concatenate((rise, rise[::-1])) * 2 * FRAME).astype(np.float32)


@compiled
def _hold_gains(gains: Floats, silent: npt.NDArray[np.bool_], energy: Floats, last: Floats) -> None:
    """Let no gain fall faster than 0.6 per frame, which is a reverberation of 135 ms."""
    lanes, frames, bands = gains.shape
    for lane in range(lanes):
        for t in range(frames):
            if silent[lane, t]:
                continue
            for b in range(bands):
                held = max(gains[lane, t, b], np.float32(0.6) * last[lane, b])
                before, now = energy[0, lane, t, b], energy[0, lane, t + 1, b]
                ratio = (before + np.float32(1e-3)) / (now + np.float32(1e-3))
                gains[lane, t, b] = held
                last[lane, b] = min(np.float32(1.0), held * ratio)


@cache
def open_rnnoise() -> Rnnoise:
    """RNNoise with everything this installation offers; opened once, it never changes."""
    library = open_library()
    handle, pointer = library.handle, ctypes.c_void_p
    if _has(library, NEEDED):
        handle.rnn_biquad.argtypes = (*(pointer,) * 5, ctypes.c_int)
        handle.rnn_biquad.restype = None
        handle.rnn_compute_frame_features.argtypes = (pointer,) * 8
        handle.rnn_compute_frame_features.restype = ctypes.c_int
        handle.rnn_pitch_filter.argtypes = (pointer,) * 6
        handle.rnn_pitch_filter.restype = None
    return Rnnoise(library, read_network(library))
