"""Mains hum: found by its harmonics, fitted, and taken away."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.fft
import scipy.ndimage

from services.engine.audio import Audio
from services.engine.frames import root_hann
from services.engine.jit import compiled
from services.engine.rnnoise import Floats

Levels = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Phasors = npt.NDArray[np.complex128]

SEGMENT = 3.0  # seconds in one spectrum
MAINS = np.concatenate((np.arange(49.7, 50.3, 0.01), np.arange(59.7, 60.3, 0.01)))
TOP = 2_400.0  # Hz, the highest harmonic taken
SCORED = 15  # harmonics that decide …
LOW, LOW_WEIGHT = 5, 0.6  # … or the lowest of them, if they stand out more clearly
PROMINENT_DB = 6.0  # mean prominence of hum
HARMONIC_DB = 4.0  # prominence of a harmonic worth fitting
STEADY_DB = 4.0  # most that a harmonic of hum moves from segment to segment
FIT = 1.0  # seconds in one fit
FITS = 9  # fits whose median counts


@dataclass(frozen=True, slots=True)
class Hum:
    """A fundamental in Hz and the numbers of the harmonics that stand out."""

    fundamental: float
    harmonics: tuple[int, ...]


class HumFinder:
    """Looks for hum in a stream of low rate, in constant memory."""

    def __init__(self, rate: float) -> None:
        self._length = round(SEGMENT * rate)
        self._size = scipy.fft.next_fast_len(2 * self._length, real=True)
        self._step = rate / self._size
        self._shape = (root_hann(self._length) ** 2).astype(np.float32)
        self._waiting = np.zeros(0, np.float32)
        bins = int(TOP / self._step) + 2
        self._sum = np.zeros(min(bins, self._size // 2 + 1))
        self._squares = np.zeros_like(self._sum)
        self._count = 0

    def push(self, samples: Floats) -> None:
        """Take the next (samples,)."""
        self._waiting = np.concatenate((self._waiting, samples))
        while len(self._waiting) >= self._length:
            self._look(self._waiting[: self._length])
            self._waiting = self._waiting[self._length // 2 :]

    def _look(self, segment: Floats) -> None:
        spectrum = scipy.fft.rfft(segment * self._shape, self._size)[: len(self._sum)]
        power = spectrum.real**2 + spectrum.imag**2
        if power.sum() <= 0:
            return
        level = 10 * np.log10(power + 1e-12)
        self._sum += level
        self._squares += level**2
        self._count += 1

    def finish(self) -> Hum | None:
        """The hum that was there all the time, if any."""
        if self._count == 0:
            return None
        level = self._sum / self._count
        around = 2 * int(8 / self._step) + 1
        prominence = level - scipy.ndimage.median_filter(level, around, mode="nearest")
        spread = np.sqrt(np.maximum(self._squares / self._count - level**2, 0))
        scores = [self._score(prominence, mains) for mains in MAINS]
        best = int(np.argmax(scores))
        if scores[best] < PROMINENT_DB:
            return None
        return self._harmonics(level, prominence, spread, float(MAINS[best]))

    def _score(self, prominence: Levels, mains: float) -> float:
        clipped = np.clip(prominence[self._places(mains)[:SCORED]], 0, 20)
        # Faint hum shows in its lowest harmonics only.
        return float(max(clipped.mean(), LOW_WEIGHT * clipped[:LOW].mean()))

    def _places(self, mains: float) -> Places:
        numbers = np.arange(1, int(TOP / mains) + 1)
        places = np.round(mains * numbers / self._step).astype(int)
        return np.asarray(places[places < len(self._sum)])

    def _harmonics(
        self, level: Levels, prominence: Levels, spread: Levels, mains: float
    ) -> Hum | None:
        places = self._places(mains)
        # A held bass note comes and goes; hum stays as loud as it is.
        stands = (prominence[places] > HARMONIC_DB) & (spread[places] < STEADY_DB)
        if np.count_nonzero(stands) < 2:
            return None
        numbers = np.flatnonzero(stands)
        places, numbers = places[numbers], numbers + 1
        places = np.clip(places, 1, len(level) - 2)
        return Hum(_refined(level, places, numbers) * self._step, tuple(numbers.tolist()))


def _refined(level: Levels, places: Places, numbers: Places) -> float:
    """The fundamental in bins: parabolas through the peaks, weighted as least squares asks."""
    for _ in range(2):
        places = places + (level[places + 1] > level[places]) * 1
        places = places - (level[places - 1] > level[places]) * 1
        places = np.clip(places, 1, len(level) - 2)
    before, peak, after = level[places - 1], level[places], level[places + 1]
    curve = before - 2 * peak + after
    shift = np.where(curve < 0, (before - after) / 2 / np.where(curve < 0, curve, -1), 0)
    found = places + np.clip(shift, -0.5, 0.5)
    ratio = found / numbers
    near = np.abs(ratio - np.median(ratio)) * numbers < 1
    return float((found * numbers)[near].sum() / (numbers**2)[near].sum())


class HumCanceller:
    """Subtracts the harmonics as they were in the median of the seconds around."""

    def __init__(self, hum: Hum, sample_rate: int, channels: int) -> None:
        self._hop = max(1, round(FIT / 2 * sample_rate))
        angles = 2 * np.pi * hum.fundamental * np.array(hum.harmonics) / sample_rate
        self._turns = np.exp(1j * angles[angles < 0.95 * np.pi])
        self._shape = (root_hann(2 * self._hop) ** 2).astype(np.float32)
        self._incoming: Audio = np.zeros((channels, self._hop), np.float32)
        self._waiting: Audio = np.zeros((channels, 0), np.float32)
        self._fits: list[Phasors] = []
        self._overlap = np.zeros((channels, self._hop), np.float32)
        self._at = 0
        self._done = 0
        self._early = self._hop

    def push(self, block: Audio) -> Audio:
        """Take a block; give what has enough sound after it, (channels, samples)."""
        self._incoming = np.concatenate((self._incoming, block), axis=1)
        self._waiting = np.concatenate((self._waiting, block), axis=1)
        ready: list[Audio] = []
        while self._incoming.shape[1] >= 2 * self._hop:
            self._fit(self._incoming[:, : 2 * self._hop])
            self._incoming = self._incoming[:, self._hop :]
            if len(self._fits) > FITS // 2 + self._done:
                ready.append(self._subtract())
        return np.concatenate((*ready, block[:, :0]), axis=1)

    def finish(self) -> Audio:
        """The rest of the sound."""
        left = self._waiting.shape[1]
        # Fits that reach beyond the end would see silence and understate the hum.
        if not self._fits:
            return self._waiting
        ready: list[Audio] = []
        while sum(part.shape[1] for part in ready) < left:
            ready.append(self._subtract())
        return np.concatenate((*ready, self._waiting[:, :0]), axis=1)[:, :left]

    def _fit(self, frame: Audio) -> None:
        """The complex amplitude of each harmonic, its phase counted from the start."""
        found = np.stack([_project(row * self._shape, self._turns) for row in frame])
        level = 2 / self._shape.sum()
        self._fits.append(found * level * self._turns ** -(self._at % (1 << 52)))
        self._at += self._hop

    def _subtract(self) -> Audio:
        """The next `hop` samples without hum; the fit `_done` spans the frame in the middle."""
        last = min(self._done, len(self._fits) - 1)
        near = self._fits[max(last - FITS // 2, 0) : last + FITS // 2 + 1]
        stack = np.stack(near)
        middle = np.median(stack.real, axis=0) + 1j * np.median(stack.imag, axis=0)
        start = self._turns ** (self._done * self._hop)
        hum = np.stack([_sound(row * start, self._turns, 2 * self._hop) for row in middle])
        hum = hum * self._shape
        now = self._overlap + hum[:, : self._hop]
        self._overlap = hum[:, self._hop :]
        self._done += 1
        return self._give(now)

    def _give(self, hum: Audio) -> Audio:
        early = min(self._early, self._hop)
        self._early -= early
        hum = hum[:, early:]
        sound = self._waiting[:, : hum.shape[1]]
        self._waiting = self._waiting[:, hum.shape[1] :]
        return np.asarray(sound - hum[:, : sound.shape[1]], np.float32)


@compiled
def _project(samples: Floats, turns: Phasors) -> Phasors:
    """The sum of samples times the conjugate of each turning phasor."""
    result = np.zeros(len(turns), np.complex128)
    for k in range(len(turns)):
        turn_r, turn_i = turns[k].real, -turns[k].imag
        r, i, total_r, total_i = 1.0, 0.0, 0.0, 0.0
        for n in range(len(samples)):
            total_r += r * samples[n]
            total_i += i * samples[n]
            r, i = r * turn_r - i * turn_i, r * turn_i + i * turn_r
        result[k] = complex(total_r, total_i)
    return result


@compiled
def _sound(
    amplitudes: Phasors,
    turns: Phasors,
    count: int,
) -> Floats:
    """The real part of all phasors together, (count,)."""
    result = np.zeros(count, np.float32)
    for k in range(len(turns)):
        turn_r, turn_i = turns[k].real, turns[k].imag
        r, i = amplitudes[k].real, amplitudes[k].imag
        for n in range(count):
            result[n] += r
            r, i = r * turn_r - i * turn_i, r * turn_i + i * turn_r
    return result
