"""How loud a sound is to people, and how high it peaks between its samples."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.engine.audio import Audio
from services.engine.biquads import Biquad, Cascade
from services.engine.jit import compiled

ABSOLUTE_GATE = -70.0  # LUFS, ITU-R BS.1770-4
RELATIVE_GATE = -10.0  # LU under the loudness of what passes the absolute gate
OFFSET = -0.691  # so that 997 Hz at 0 dBFS in one channel reads -3.01 LUFS
STEP = 0.05  # LU per bin; only the place of the gate is rounded to it
BINS = round(90 / STEP)  # up to +20 LUFS

HALF_TAPS = 12
"""Samples to each side that an interpolated value is made from."""


def k_weighting(sample_rate: int) -> list[Biquad]:
    """The two filters of BS.1770-4 at any rate.

    Their analogue form is the one of libebur128; at 48 kHz the figures of the standard come out.
    """
    gain, q = 3.999843853973347, 0.7071752369554196
    k = math.tan(math.pi * min(1681.974450955533 / sample_rate, 0.49))
    high = 10 ** (gain / 20)
    middle = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    a1, a2 = 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0
    shelf = Biquad(
        (high + middle * k / q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - middle * k / q + k * k) / a0,
        a1,
        a2,
    )
    q = 0.5003270373238773
    k = math.tan(math.pi * 38.13547087602444 / sample_rate)
    a0 = 1 + k / q + k * k
    rumble = Biquad(1.0, -2.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)
    return [shelf, rumble]


@dataclass(frozen=True, slots=True)
class LoudnessTarget:
    """What a preset is brought to."""

    lufs: float
    ceiling_db: float


class LoudnessMeter:
    """Integrated loudness (ITU-R BS.1770-4) and true peak of a sound of any length.

    Memory does not grow with the sound: the loudness of its 400 ms blocks goes into a
    histogram. Every channel weighs the same, as left, right and centre do.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._weighting = Cascade(k_weighting(sample_rate), channels)
        self._quarter = round(sample_rate / 10)
        self._partial = np.zeros(2, np.float64)  # energy and samples of the unfinished quarter
        self._recent: list[float] = []
        self._counts = np.zeros(BINS, np.int64)
        self._energies = np.zeros(BINS, np.float64)
        self._peaks = PeakEnvelope(sample_rate, channels)
        self._peak = 0.0

    def add(self, block: Audio) -> None:
        """Take the next block, (channels, samples)."""
        weighted = self._weighting.push(block)
        for energy in _quarters(weighted, self._quarter, self._partial):
            self._recent = [*self._recent[-3:], float(energy)]
            if len(self._recent) == 4:
                self._count(sum(self._recent) / 4)
        peaks = self._peaks.push(block, above=self._peak)
        self._peak = max(self._peak, float(peaks.max(initial=0.0)))

    @property
    def integrated(self) -> float:
        """LUFS; minus infinity for silence and for less than 0.4 s."""
        if not self._counts.any():
            return -math.inf
        gate = _loudness(self._energies.sum() / self._counts.sum()) + RELATIVE_GATE
        first = max(math.ceil((gate - ABSOLUTE_GATE) / STEP), 0)
        return _loudness(self._energies[first:].sum() / self._counts[first:].sum())

    @property
    def true_peak_db(self) -> float:
        """dBTP; minus infinity for silence."""
        # Closing the envelope would end it, and a meter may be read at any time.
        last = self._peaks.rest(above=self._peak)
        peak = max(self._peak, float(last.max(initial=0.0)))
        return 20 * math.log10(peak) if peak > 0 else -math.inf

    def _count(self, energy: float) -> None:
        loudness = _loudness(energy)
        if loudness <= ABSOLUTE_GATE:
            return
        at = min(int((loudness - ABSOLUTE_GATE) / STEP), BINS - 1)
        self._counts[at] += 1
        self._energies[at] += energy


class PeakEnvelope:
    """The highest value of all channels at and around each sample, between the samples too.

    Four times as many points as samples (BS.1770-4 annex 2), fewer at rates from 96 kHz.
    The result comes `HALF_TAPS` samples late; `finish` gives the rest.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._taps = interpolator(4 if sample_rate < 96_000 else 2 if sample_rate < 192_000 else 1)
        self._bound = float(np.abs(self._taps).sum(axis=1).max(initial=1.0))
        self._tail: Audio = np.zeros((channels, 2 * HALF_TAPS), np.float32)
        self._early = HALF_TAPS

    def push(self, block: Audio, above: float = 0.0) -> npt.NDArray[np.float32]:
        """One value per sample that now has its neighbours.

        above: where the values are of no interest below a level, the points between the
        samples are left out wherever they cannot reach it.
        """
        joined = np.concatenate((self._tail, block), axis=1)
        self._tail = joined[:, -2 * HALF_TAPS :].copy()
        values = _envelope(joined, self._taps, np.float32(self._bound), np.float32(above))
        skipped = min(self._early, len(values))
        self._early -= skipped
        return values[skipped:]

    def rest(self, above: float = 0.0) -> npt.NDArray[np.float32]:
        """The values of the last samples as if silence followed; changes nothing."""
        silence = np.zeros((len(self._tail), HALF_TAPS), np.float32)
        joined = np.concatenate((self._tail, silence), axis=1)
        values = _envelope(joined, self._taps, np.float32(self._bound), np.float32(above))
        return values[self._early :]


def interpolator(factor: int) -> npt.NDArray[np.float32]:
    """(factor - 1, 2 HALF_TAPS) weights of the points between two samples, windowed sinc."""
    shifts = np.arange(1, factor)[:, None] / factor
    distance = np.arange(1 - HALF_TAPS, HALF_TAPS + 1)[None, :] - shifts
    window = np.i0(8.0 * np.sqrt(1 - (distance / HALF_TAPS) ** 2)) / np.i0(8.0)
    taps = np.sinc(distance) * window
    weights: npt.NDArray[np.float32] = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
    return weights


def _loudness(energy: float) -> float:
    return OFFSET + 10 * math.log10(energy) if energy > 0 else -math.inf


@compiled
def _quarters(
    block: Audio, length: int, partial: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Mean energy, summed over channels, of each finished 100 ms."""
    channels, samples = block.shape
    filled = int(partial[1])
    result = np.empty((filled + samples) // length)
    at = 0
    for k in range(len(result) + 1):
        end = min(at + length - filled, samples)
        energy = 0.0
        for channel in range(channels):
            for n in range(at, end):
                energy += np.float64(block[channel, n]) * block[channel, n]
        partial[0] += energy
        filled += end - at
        at = end
        if k < len(result):
            result[k] = partial[0] / length
            partial[0], filled = 0.0, 0
    partial[1] = filled
    return result


STRIDE = 32


@compiled
def _envelope(
    joined: Audio, taps: npt.NDArray[np.float32], bound: np.float32, above: np.float32
) -> npt.NDArray[np.float32]:
    """Values for joined[:, HALF_TAPS:-HALF_TAPS].

    A value between samples n and n + 1 counts for both. Stretches whose samples are so small
    that no point between them can reach `above` are not interpolated.
    """
    channels, length = joined.shape
    samples = length - 2 * HALF_TAPS
    values = np.zeros(max(samples, 0), np.float32)
    for channel in range(channels):
        x = joined[channel]
        for start in range(0, samples, STRIDE):
            end = min(start + STRIDE, samples)
            highest = np.float32(0.0)
            for n in range(start, end + 2 * HALF_TAPS):
                highest = max(highest, abs(x[n]))
            for n in range(start, end):
                values[n] = max(values[n], abs(x[n + HALF_TAPS]))
            if highest * bound <= above:
                continue
            # From the point before the first sample to the point after the last one.
            for n in range(start - 1, end):
                _between(x, n, taps, values)
    return values


@compiled
def _between(
    x: npt.NDArray[np.float32],
    n: int,
    taps: npt.NDArray[np.float32],
    values: npt.NDArray[np.float32],
) -> None:
    first = n + 1
    if first < 0 or first + 2 * HALF_TAPS > len(x):
        return
    highest = np.float32(0.0)
    for p in range(taps.shape[0]):
        total = np.float32(0.0)
        for j in range(2 * HALF_TAPS):
            total += taps[p, j] * x[first + j]
        highest = max(highest, abs(total))
    if n >= 0:
        values[n] = max(values[n], highest)
    if n + 1 < len(values):
        values[n + 1] = max(values[n + 1], highest)
