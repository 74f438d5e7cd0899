"""How reverberant a recording is: how fast its sound falls when it stops.

In a room no band can fall faster than the room lets it. So the steepest falls of a recording
show the room (after J. Wen et al., Proc. EUSIPCO, 2008), and a voice outside a room falls at once.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from services.engine.audio import Audio, guide_of
from services.engine.decimate import Decimator
from services.engine.frames import Analysis, window_for
from services.engine.repair import repaired
from services.engine.rnnoise import Floats

FRAME = 0.032  # seconds
OVERLAP = 4
EDGES = tuple(np.geomspace(300, 3_600, 11).tolist())  # Hz
LAGS = (0.016, 0.048, 0.080, 0.112, 0.144, 0.176, 0.208, 0.240)  # seconds of fall looked at
SLAB = 2.0  # seconds counted at a time
LOUD_DB = 12.0  # a fall starts no more than this under the loudest
FADE_DB = 3.0  # what the loudest forgets in each slab
STEEP = 0.95  # share of falls that are less steep than what counts
LOWEST_DB, TOP_DB = -100.0, 60.0  # of the histograms, in steps of 0.5 dB
SCALE = 2
SILENT_DB = -90.0
# Measured on generated voices, noises, music and rooms. A voice outside a room falls by 30 to
# 60 dB within 0.05 s, or into the noise (16 dB and more at 5 dB); in rooms it falls by 7 to 16,
# and after 0.08 s by less than 0.7 of its height over the noise. Tones of music fall by less than
# 3 dB in 0.016 s, a voice in any room by more than 4.5. Noise without a voice falls by 4 to 6 dB.
DRY_DB, DEEP, TONES_DB, NOISE_DB = 16.0, 0.85, 3.7, 6.0
VOICE_DB = 4.25  # mixes with a singer stay under 3.8, voices in rooms above 4.7
SLOPE = 42.6  # dB: less than 60, as only the steepest falls count
CLEAR = 0.8  # of the height over the noise: falls up to here are not bent by it
LATE_SLOPE, LATE_ZERO = 1.5, 10.0  # from the fall after 0.048 s to the direct/late ratio
RT60S = (0.15, 3.0)  # seconds, what is believed


@dataclass(frozen=True, slots=True)
class Room:
    """What is known of the room. `rt60`: seconds to fall by 60 dB, at the middle frequencies.

    `direct_late_db`: direct sound and 32 ms of reflections over all that comes later, roughly.
    `has_voice`: whether what rings in it falls as a voice does, and not as tones of music do.
    """

    rt60: float
    direct_late_db: float
    is_dry: bool
    has_voice: bool = False


class RoomFinder:
    """Takes a recording block by block and says which room it was made in."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._low = Decimator(sample_rate)
        rate = self._low.rate
        window = window_for(round(rate), FRAME)
        hop = window // OVERLAP
        self._analysis = Analysis(1, window, hop)
        bins = [min(round(hertz * window / rate), window // 2) for hertz in EDGES]
        self._bands = list(pairwise(bins))
        self._lags = [max(1, round(lag * rate / hop)) for lag in LAGS]
        self._slab = round(SLAB * rate / hop)
        self._seconds = hop / rate
        self._levels: Floats = np.zeros((0, len(self._bands)), np.float32)
        self._loudest = np.full(len(self._bands), LOWEST_DB, np.float32)
        steps = round((TOP_DB - LOWEST_DB) * SCALE)
        self._falls = np.zeros((len(self._lags), len(self._bands), steps), np.int64)
        self._starts = np.zeros((len(self._bands), steps), np.int64)
        self._all = np.zeros((len(self._bands), steps), np.int64)

    def add(self, block: Audio) -> None:
        """Take the next (channels, samples)."""
        heard = np.asarray(guide_of(repaired(block), None), np.float32)
        spectra = self._analysis.push(self._low.push(heard)[np.newaxis])[0]
        power = spectra.real**2 + spectra.imag**2
        sums = [power[:, low : max(high, low + 1)].sum(axis=1) for low, high in self._bands]
        levels = 10 * np.log10(np.stack(sums, axis=1) + np.float32(1e-12))
        self._levels = np.concatenate((self._levels, levels))
        while len(self._levels) >= self._slab + self._lags[-1]:
            self._count(self._slab)

    def finish(self) -> Room:
        """What was found over all blocks; dry where nothing speaks for a room."""
        self._count(len(self._levels) - self._lags[-1])
        falls = np.median(_percentiles(self._falls, STEEP), axis=1)
        depth = np.median(_percentiles(self._starts, 0.5) - _percentiles(self._all, 0.1))
        clear = max(4, int(np.count_nonzero(falls < CLEAR * depth)))
        seconds = np.array(self._lags) * self._seconds
        rt60 = float(np.clip(SLOPE / _slope(seconds[1:clear], falls[1:clear]), *RT60S))
        direct_late = LATE_SLOPE * (float(falls[1]) - LATE_ZERO)
        is_dry = _is_dry(falls, float(depth))
        return Room(rt60, direct_late, is_dry, not is_dry and bool(falls[0] > VOICE_DB))

    def _count(self, size: int) -> None:
        """Count the falls that start in the first `size` frames, and forget those."""
        if size <= 0:
            return
        levels = self._levels[:size]
        top = np.percentile(levels, 98, axis=0)
        self._loudest = np.maximum(top, self._loudest - FADE_DB).astype(np.float32)
        sounds = levels > SILENT_DB
        loud = sounds & (levels > self._loudest - LOUD_DB)
        _tally(self._all, levels, sounds)
        _tally(self._starts, levels, loud)
        for lag, histogram in zip(self._lags, self._falls, strict=True):
            _tally(histogram, levels - self._levels[lag : lag + size], loud)
        self._levels = self._levels[size:]


def _slope(seconds: npt.NDArray[np.float64], falls: npt.NDArray[np.float64]) -> float:
    """The straight line nearest to the falls, at least 1 dB per second."""
    time = seconds - seconds.mean()
    return max(float(time @ falls / (time @ time)), 1.0)


def _is_dry(falls: npt.NDArray[np.float64], depth: float) -> bool:
    no_voice = falls[0] < TONES_DB or falls[1] < NOISE_DB
    at_once, soon = falls[1] > DRY_DB, falls[2] > DEEP * depth
    return bool(no_voice or at_once or soon)


def _tally(histogram: npt.NDArray[np.int64], values: Floats, chosen: npt.NDArray[np.bool_]) -> None:
    """Count (frames, bands) where `chosen` in (bands, steps)."""
    places = np.clip((values - LOWEST_DB) * SCALE, 0, histogram.shape[1] - 1).astype(np.int64)
    for band in range(len(histogram)):
        there = places[chosen[:, band], band]
        histogram[band] += np.bincount(there, minlength=histogram.shape[1])


def _percentiles(histograms: npt.NDArray[np.int64], share: float) -> npt.NDArray[np.float64]:
    """The value that `share` of what was counted lies under; the last axis goes."""
    reached = np.cumsum(histograms, axis=-1) >= share * histograms.sum(axis=-1, keepdims=True)
    return np.asarray(LOWEST_DB + (np.argmax(reached, axis=-1) + 0.5) / SCALE, np.float64)
