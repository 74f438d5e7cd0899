"""The second pass over a reverberant recording: takes the room away, block by block."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from services.engine.audio import Audio
from services.engine.frames import Aligned, Analysis, Spectra, Synthesis, window_for
from services.engine.late import LateSuppressor
from services.engine.repair import repaired
from services.engine.room import Room, RoomFinder
from services.engine.wpe import taps_for, without_late

WINDOW = 4_096 / 48_000  # seconds; shorter ones predict less and cost more
OVERLAP = 4  # frames that each sample is part of
BLOCK = 10.0  # seconds in which the room does not change; 8 lose 0.05 dB, more take memory
FADE = 2.0  # seconds that one block shares with the next
PIECE = 2.0  # seconds of samples turned into spectra at a time
# What a strength does after the prediction: share of the late sound taken, and the least gain.
STRENGTHS = {"soft": (0.5, -6.0), "normal": (1.0, -10.0), "strong": (2.0, -16.0)}


class Dereverberator:
    """Less reverberant audio, block by block; same total length, sample-aligned with the input.

    A dry recording passes through as it is.
    """

    def __init__(self, room: Room, strength: str, sample_rate: int, channels: int) -> None:
        """`strength`: one of `STRENGTHS`."""
        amount, floor_db = STRENGTHS[strength]
        self._channels = channels
        self._stage: _Stage | None = None
        if not room.is_dry:
            self._stage = _Stage(room.rt60, amount, floor_db, sample_rate, channels)

    def push(self, block: Audio) -> Audio:
        """Take (channels, samples); give what is ready, (channels, n) with n from 0 up."""
        sound = repaired(block)
        return sound if self._stage is None else self._stage.push(sound)

    def finish(self) -> Audio:
        """The rest: as many samples came out as went in."""
        if self._stage is None:
            return np.zeros((self._channels, 0), np.float32)
        return self._stage.finish()


class _Stage:
    """Prediction over long blocks of spectra that overlap, then the suppressor."""

    def __init__(
        self, rt60: float, amount: float, floor_db: float, rate: int, channels: int
    ) -> None:
        window = window_for(rate, WINDOW)
        hop = window // OVERLAP
        bins = window // 2 + 1
        self._window, self._piece = window, round(PIECE * rate)
        self._block, self._fade = round(BLOCK * rate / hop), round(FADE * rate / hop)
        self._analysis = Analysis(channels, window, hop)
        self._synthesis = Synthesis(channels, window, hop)
        self._aligned = Aligned(window - hop)
        self._taps = taps_for(bins, rate / window)
        self._late = LateSuppressor(rt60, amount, floor_db, bins, rate / window, hop / rate)
        self._held: list[Spectra] = []
        self._waiting = 0
        self._before: Spectra = np.zeros((channels, 0, bins), np.complex64)
        self._pool = ThreadPoolExecutor(2)

    def push(self, sound: Audio) -> Audio:
        self._aligned.take(sound.shape[1])
        starts = range(0, sound.shape[1], self._piece)
        parts = [self._advance(sound[:, n : n + self._piece]) for n in starts]
        return self._aligned.give(np.concatenate((*parts, sound[:, :0]), axis=1))

    def finish(self) -> Audio:
        channels = self._before.shape[0]
        last = self._advance(np.zeros((channels, 2 * self._window), np.float32))
        rest = self._late.push(self._faded(self._take()))
        self._pool.shutdown()
        return self._aligned.give(np.concatenate((last, self._synthesis.push(rest)), axis=1))

    def _advance(self, sound: Audio) -> Audio:
        spectra = self._analysis.push(sound)
        self._held.append(spectra)
        self._waiting += spectra.shape[1]
        ready = [sound[:, :0]]
        # What is left for the last block must be long enough to learn from.
        while self._waiting >= self._block + self._fade:
            ready.append(self._synthesis.push(self._late.push(self._next())))
        return np.concatenate(ready, axis=1)

    def _next(self) -> Spectra:
        """What the next block settles: all but its end, which it shares with the one after."""
        every, step = self._take(), self._block - self._fade
        self._held, self._waiting = [every[:, step:].copy()], self._waiting - step
        done = self._faded(every[:, : self._block])
        self._before = done[:, step:].copy()
        return done[:, :step]

    def _take(self) -> Spectra:
        """All that waits, once: the pieces would take as much memory again."""
        every = np.concatenate(self._held, axis=1)
        self._held = []
        return every

    def _faded(self, spectra: Spectra) -> Spectra:
        """A block without its late sound, faded in over what the block before made of its start."""
        found = without_late(spectra, self._taps, self._pool)
        shared = self._before.shape[1]
        weight = (np.arange(1, shared + 1, dtype=np.float32) / (shared + 1))[:, np.newaxis]
        found[:, :shared] = self._before + weight * (found[:, :shared] - self._before)
        return found


def warm_up() -> None:
    """Compile or load every kernel, so that the first recording is quick."""
    rate = 48_000
    sound = np.random.default_rng(1).normal(0, 0.01, (1, 3 * rate)).astype(np.float32)
    finder = RoomFinder(rate, 1)
    finder.add(sound)
    finder.finish()
    stage = Dereverberator(Room(0.5, 0.0, is_dry=False), "normal", rate, 1)
    stage.push(sound)
    stage.finish()
