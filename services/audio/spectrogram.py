"""Spectrum over time and the levels of a sound of any length, in memory that does not grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from services.audio.decoding import Checkpoint, Form, Span, blocks, form_of
from services.audio.figures import decibels
from services.audio.opening import open_sound

Audio = npt.NDArray[np.float32]

MOST_FRAMES = 4096  # then neighbours are averaged and every second one is taken from there on
FIRST_STEP = 256  # samples from frame to frame
WINDOW_SECONDS = 0.043
LEVEL_SECONDS = 0.05  # stretches whose level is compared for the noise floor
QUIET_SHARE = 0.1  # the noise floor: a tenth of the stretches is quieter
HIGHEST = 24_000.0  # Hz, of the picture


@dataclass(frozen=True, slots=True)
class Look:
    """One sound as the picture needs it.

    power: (frames, rows), a full-scale sine is 1; row 0 is the lowest. seconds: its length.
    Levels in dB, loudness in LUFS.
    """

    power: npt.NDArray[np.float32]
    seconds: float
    noise_floor: float
    loudness: float
    peak: float


def mel(hertz: float) -> float:
    """Pitch as people hear it (O'Shaughnessy 1987); about linear below 700 Hz."""
    return 2595.0 * float(np.log10(1 + hertz / 700.0))


def row_edges(rows: int, top: float) -> npt.NDArray[np.float64]:
    """The frequencies in Hz between which each row lies, `rows` + 1 of them from 0 to `top`."""
    edges: npt.NDArray[np.float64] = 700 * (10 ** (np.linspace(0, mel(top), rows + 1) / 2595) - 1)
    return edges


def top_of(file: BinaryIO) -> float:
    """The highest frequency worth showing of a sound, Hz."""
    with open_sound(file) as sound:
        return min(form_of(sound).sample_rate / 2, HIGHEST)


def look(file: BinaryIO, span: Span, rows: int, top: float, checkpoint: Checkpoint) -> Look:
    """Go through a sound once. Raises `Fault` with what is wrong with it."""
    from services.engine.loudness import LoudnessMeter

    with open_sound(file) as sound:
        form = form_of(sound)
        meter, frames, levels = LoudnessMeter(*_both(form)), Frames(form, rows, top), Levels(form)
        for block in blocks(sound, form, span, checkpoint):
            meter.add(block)
            frames.add(block)
            levels.add(block)
    return Look(
        power=frames.finish(),
        seconds=frames.samples / form.sample_rate,
        noise_floor=decibels(levels.floor),
        loudness=decibels(meter.integrated),
        peak=decibels(levels.peak),
    )


def _both(form: Form) -> tuple[int, int]:
    return form.sample_rate, form.channels


class Frames:
    """Spectra at even distances that double whenever there are too many of them."""

    def __init__(self, form: Form, rows: int, top: float) -> None:
        self._window = np.hanning(1 << round(np.log2(form.sample_rate * WINDOW_SECONDS)))
        self._window = self._window.astype(np.float32)
        bins = row_edges(rows, top) * len(self._window) / form.sample_rate
        most = len(self._window) // 2 + 1
        self._low = np.minimum(bins[:-1].astype(np.intp), most - 1)
        self._high = np.minimum(np.maximum(np.ceil(bins[1:]).astype(np.intp), self._low + 1), most)
        self._is_beyond = bins[:-1] >= most
        self._power = np.zeros((MOST_FRAMES, rows), np.float32)
        self._count = 0
        self._step = FIRST_STEP
        self._tail = np.zeros(0, np.float32)  # samples from position `_from` on
        self._from = 0
        self.samples = 0

    def add(self, block: Audio) -> None:
        """Take the next block, (channels, samples)."""
        self.samples += block.shape[1]
        self._tail = np.concatenate((self._tail, block.mean(axis=0)))
        self._take()

    def finish(self) -> npt.NDArray[np.float32]:
        """All spectra, (frames, rows)."""
        self._tail = np.concatenate((self._tail, np.zeros(len(self._window), np.float32)))
        self._take()
        return self._power[: max(self._count, 1)]

    def _take(self) -> None:
        while True:
            at = self._count * self._step - self._from
            ready = (len(self._tail) - len(self._window) - at) // self._step + 1
            ready = min(ready, MOST_FRAMES - self._count, 512)
            if ready <= 0:
                break
            starts = at + self._step * np.arange(ready)
            self._power[self._count : self._count + ready] = self._spectra(starts)
            self._count += ready
            if self._count == MOST_FRAMES:
                self._thin_out()
        keep = min(max(self._count * self._step - self._from, 0), len(self._tail))
        self._tail = self._tail[keep:]
        self._from += keep

    def _spectra(self, starts: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
        size = len(self._window)
        views = np.lib.stride_tricks.sliding_window_view(self._tail, size)[starts]
        spectra = np.fft.rfft(views * self._window, axis=1)
        power = np.abs(spectra) ** 2 * (2 / self._window.sum()) ** 2
        sums = np.pad(np.cumsum(power, axis=1), ((0, 0), (1, 0)))
        rows = (sums[:, self._high] - sums[:, self._low]) / (self._high - self._low)
        rows[:, self._is_beyond] = 0
        kept: npt.NDArray[np.float32] = np.maximum(rows, 0).astype(np.float32)
        return kept

    def _thin_out(self) -> None:
        half = MOST_FRAMES // 2
        self._power[:half] = (self._power[0::2] + self._power[1::2]) / 2
        self._count = half
        self._step *= 2


class Levels:
    """The peak, and the level that a tenth of the sound stays below."""

    def __init__(self, form: Form) -> None:
        self._length = max(round(form.sample_rate * LEVEL_SECONDS), 1)
        self._tail = np.zeros((form.channels, 0), np.float32)
        self._counts = np.zeros(1201, np.int64)  # one for each tenth of a dB from -120 to 0
        self._peak = 0.0

    def add(self, block: Audio) -> None:
        """Take the next block, (channels, samples)."""
        self._peak = max(self._peak, float(np.abs(block).max(initial=0.0)))
        joined = np.concatenate((self._tail, block), axis=1)
        whole = joined.shape[1] // self._length * self._length
        self._tail = joined[:, whole:]
        pieces = joined[:, :whole].reshape(len(joined), -1, self._length)
        power = np.einsum("cnk,cnk->n", pieces, pieces) / (self._length * len(joined))
        tenths = 1200 + 100 * np.log10(np.maximum(power, 1e-12))
        np.add.at(self._counts, np.clip(tenths.astype(np.intp), 0, 1200), 1)

    @property
    def floor(self) -> float:
        """The noise floor in dB; -120 for a sound too short to have one."""
        reached = np.cumsum(self._counts)
        return float(np.searchsorted(reached, reached[-1] * QUIET_SHARE, side="right")) / 10 - 120

    @property
    def peak(self) -> float:
        """The highest sample in dB; minus infinity for silence."""
        return 20 * float(np.log10(self._peak)) if self._peak > 0 else -np.inf
