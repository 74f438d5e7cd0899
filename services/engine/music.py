"""Turns down steady noise under music without touching its tones."""

import math

import numpy as np
import scipy.ndimage

from services.engine.audio import Audio, guide_of
from services.engine.frames import Aligned, Analysis, Spectra, Synthesis, window_for
from services.engine.jit import compiled
from services.engine.rnnoise import Floats

WINDOW = 0.0853  # seconds
OVERLAP = 4  # frames that cover each sample
MEMORY = 0.12  # seconds of smoothing before the minimum
STEPS = 10  # parts of the minimum's window …
STEP = 1.0  # … of this many seconds each
BIAS = 2.2  # what the minimum lies below the mean of the noise
NEIGHBOURS = 61  # bins across which noise is smooth and tones are not
PERCENTILE = 30
OVER = 1.15
SILENT = 1e-9  # mean power of a bin below which a frame is digital silence


class MusicSuppressor:
    """A Wiener gain against the least power of ten seconds, never more than the bins around.

    The guide decides for all channels; the minimum looks `STEP` seconds ahead.
    """

    def __init__(
        self, sample_rate: int, channels: int, floor_db: float, guide: int | None = None
    ) -> None:
        self._guide = guide
        window = window_for(sample_rate, WINDOW)
        self._hop = window // OVERLAP
        if window % OVERLAP:
            self._hop = window // 2
        seconds = self._hop / sample_rate
        self._step = max(1, round(STEP / seconds))
        self._memory = np.float32(math.exp(-seconds / MEMORY))
        self._floor = np.float32(10 ** (floor_db / 20))
        bins = window // 2 + 1
        self._analysis = Analysis(channels, window, self._hop)
        self._synthesis = Synthesis(channels, window, self._hop)
        self._held: Spectra = np.zeros((channels, 0, bins), np.complex64)
        self._smooth = np.full(bins, -1, np.float32)
        self._minima: list[Floats] = []
        self._before = np.zeros((1, bins), np.float32)
        self._known: Floats | None = None
        self._window = window
        self._aligned = Aligned(window - self._hop)
        self._rate = sample_rate

    def push(self, sound: Audio) -> Audio:
        """Take (channels, samples), give as many channels cleaned."""
        self._aligned.take(sound.shape[1])
        step = 4 * self._rate
        parts = [self._advance(sound[:, n : n + step]) for n in range(0, sound.shape[1], step)]
        return self._aligned.give(np.concatenate((*parts, sound[:, :0]), axis=1))

    def finish(self) -> Audio:
        """What is still held back."""
        last = self._advance(np.zeros((len(self._held), 2 * self._window), np.float32))
        rest = self._clean(self._held)
        return self._aligned.give(np.concatenate((last, rest), axis=1))

    def _advance(self, sound: Audio) -> Audio:
        self._held = np.concatenate((self._held, self._analysis.push(sound)), axis=1)
        ready = [np.zeros((len(self._held), 0), np.float32)]
        while self._held.shape[1] >= self._step:
            ready.append(self._clean(self._held[:, : self._step]))
            self._held = self._held[:, self._step :]
        return np.concatenate(ready, axis=1)

    def _clean(self, spectra: Spectra) -> Audio:
        if spectra.shape[1] == 0:
            return np.zeros((len(spectra), 0), np.float32)
        guide = guide_of(spectra, self._guide)
        power = np.asarray(guide.real**2 + guide.imag**2, np.float32)
        least = np.full(power.shape[1], np.inf, np.float32)
        _least(power, self._smooth, self._memory, least)
        if np.isfinite(least[0]):
            self._minima = [*self._minima[-(STEPS - 1) :], least]
        noise = self._noise(power.shape[1])
        known = noise if self._known is None else np.minimum(self._known, noise)
        gain = np.empty_like(power)
        _wiener(power, self._before, known, noise, self._floor, gain)
        self._before, self._known = power[-1:], noise
        return self._synthesis.push(spectra * gain)

    def _noise(self, bins: int) -> Floats:
        if not self._minima:
            return np.zeros(bins, np.float32)
        least = np.min(self._minima, axis=0) * np.float32(BIAS)
        around = scipy.ndimage.percentile_filter(least, PERCENTILE, NEIGHBOURS) * OVER
        return np.asarray(np.minimum(least, around), np.float32)


@compiled
def _least(power: Floats, smooth: Floats, memory: np.float32, least: Floats) -> None:
    """Follow the smoothed power; frames of digital silence do not count."""
    for t in range(len(power)):
        if power[t].mean() < SILENT:
            continue
        for f in range(power.shape[1]):
            if smooth[f] < 0:
                smooth[f] = power[t, f]
            smooth[f] = memory * smooth[f] + (np.float32(1) - memory) * power[t, f]
            least[f] = min(least[f], smooth[f])


@compiled
def _wiener(
    power: Floats, before: Floats, known: Floats, noise: Floats, floor: np.float32, gain: Floats
) -> None:
    """The gain for the mean power of a frame and the one before it.

    The noise rises from `known` to `noise`: where much is learned at once, nobody hears a step.
    """
    one = np.float32(1)
    for t in range(len(power)):
        last = power[t - 1] if t > 0 else before[0]
        share = np.float32((t + 1) / len(power))
        for f in range(power.shape[1]):
            mean = np.float32(0.5) * (power[t, f] + last[f])
            here = known[f] + share * (noise[f] - known[f])
            prior = max(mean / (here + np.float32(1e-20)) - one, np.float32(0))
            prior = min(prior, np.float32(1e8))
            gain[t, f] = max(prior / (one + prior), floor)
