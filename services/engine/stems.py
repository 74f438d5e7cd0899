"""Takes music apart without any weights: voice, drums, bass and the rest."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.engine import sources
from services.engine.audio import Audio
from services.engine.crew import Crew
from services.engine.frames import Aligned, Analysis, Spectra, Synthesis, window_for
from services.engine.repair import repaired
from services.engine.rnnoise import Floats
from services.engine.wiener import filtered, placed

NAMES = ("vocals", "instrumental", "drums", "bass", "other")
FOUND = ("vocals", "drums", "bass")  # what is filtered out; the others are what remains
WINDOW = 4096 / 48_000  # seconds
OVERLAP = 4  # frames that cover each sample
TOP = 24_000.0  # Hz; what lies above is left to the rest
SPAN = 16.0  # seconds looked at together …
CONTEXT = 2.0  # … of which so much at each end is only looked at
SLAB = 128  # frames filtered at once
BLOCK = 4.0  # seconds taken in at once


class Separator:
    """A stream of music in, its stems out, `SPAN` seconds later at first.

    vocals + instrumental and vocals + drums + bass + other are the mix, to rounding. Spans begin
    at fixed places, so that the size of the blocks does not matter.
    """

    def __init__(self, sample_rate: int, channels: int, names: Sequence[str]) -> None:
        unknown = set(names) - set(NAMES)
        if unknown:
            raise ValueError(f"no such stems: {sorted(unknown)}")
        self._names, self._channels = tuple(names), channels
        self._window = window_for(sample_rate, WINDOW)
        self._hop = self._window // OVERLAP
        self._seconds = self._hop / sample_rate
        self._block = round(BLOCK * sample_rate)
        hertz = np.arange(self._window // 2 + 1) * (sample_rate / self._window)
        self._hertz = hertz[hertz <= TOP].astype(np.float32)
        self._span = round(SPAN / self._seconds)
        self._context = round(CONTEXT / self._seconds)
        # A span and the next one's new frames: at the end the last span is a full one too.
        room = 2 * self._span - 2 * self._context
        self._held: Spectra = np.zeros((channels, room, len(self._hertz)), np.complex64)
        self._count = self._done = 0
        self._analysis = Analysis(channels, self._window, self._hop)
        found = len(FOUND) * channels
        self._synthesis = Synthesis(found, self._window, self._hop)
        self._aligned = Aligned(self._window - self._hop)
        self._mix: list[Audio] = []
        self._crew = Crew()

    def push(self, block: Audio) -> npt.NDArray[np.float32]:
        """Take (channels, samples), give (names, channels, ready)."""
        parts = [np.zeros((len(self._names), self._channels, 0), np.float32)]
        for at in range(0, block.shape[1], self._block):
            part = repaired(block[:, at : at + self._block])
            self._aligned.take(part.shape[1])
            self._mix.append(part)
            parts += self._advance(part)
        return np.concatenate(parts, axis=2)

    def finish(self) -> npt.NDArray[np.float32]:
        """What is still held back: as many samples came out as went in."""
        parts = self._advance(np.zeros((self._channels, self._window), np.float32))
        parts.append(self._emit(self._count))
        self._crew.close()
        return np.concatenate(parts, axis=2)

    def _advance(self, block: Audio) -> list[npt.NDArray[np.float32]]:
        spectra = self._analysis.push(block)[:, :, : len(self._hertz)]
        ready = []
        while spectra.shape[1]:
            # The first span needs no more than its own frames.
            due = self._held.shape[1] if self._done else self._span
            fits = spectra[:, : due - self._count]
            self._held[:, self._count : self._count + fits.shape[1]] = fits
            self._count += fits.shape[1]
            spectra = spectra[:, fits.shape[1] :]
            if self._count == due:
                ready.append(self._emit(self._count - self._context))
                self._forget()
        return ready

    def _forget(self) -> None:
        """Drop what no later span looks at."""
        old = self._count - self._span
        self._held[:, : self._span] = self._held[:, old : self._count].copy()
        self._count, self._done = self._span, self._done - old

    def _emit(self, stop: int) -> npt.NDArray[np.float32]:
        """The stems of the held frames up to `stop`, judged by the last span."""
        first = max(0, self._count - self._span)
        spectra = self._held[:, first : self._count]
        shares = sources.divide(spectra, self._hertz, self._seconds, self._crew)
        places = placed(spectra, shares.masks, self._crew) if shares.stereo else None
        parts: list[Audio] = []
        for at in range(self._done - first, stop - first, SLAB):
            cut = slice(at, min(at + SLAB, stop - first))
            parts.append(self._heard(spectra[:, cut], shares.masks[:, cut], places))
        self._done = stop
        found = self._aligned.give(np.concatenate(parts, axis=1))
        return self._named(found.reshape(len(FOUND), self._channels, -1))

    def _heard(self, spectra: Spectra, masks: Floats, places: Floats | None) -> Audio:
        """(stems * channels, samples) of some frames."""
        if places is None:
            found = masks[: len(FOUND), np.newaxis] * spectra
        else:
            found = filtered(spectra, masks, places, len(FOUND), self._crew)
        return self._synthesis.push(found.reshape(-1, *spectra.shape[1:]))

    def _named(self, found: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """What was asked for, with the mix that belongs to the samples found."""
        samples = found.shape[2]
        mix = np.concatenate((*self._mix, np.zeros((self._channels, 0), np.float32)), axis=1)
        self._mix = [mix[:, samples:]]
        mix = mix[:, :samples]
        stems = dict(zip(FOUND, found, strict=True))
        stems["instrumental"] = mix - stems["vocals"]
        stems["other"] = mix - found.sum(axis=0)
        return np.stack([stems[name] for name in self._names])


def warm_up() -> None:
    """Compile everything ahead."""
    random = np.random.default_rng(0)
    for channels in (1, 2):
        separator = Separator(8_000, channels, NAMES)
        separator.push(random.normal(0, 0.1, (channels, 16_000)).astype(np.float32))
        separator.finish()
