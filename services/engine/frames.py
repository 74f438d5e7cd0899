"""Short-time spectra of a stream of samples, and the way back."""

import numpy as np
import numpy.typing as npt
import scipy.fft

from services.engine.audio import Audio
from services.engine.jit import compiled

Spectra = npt.NDArray[np.complex64]
"""(channels, frames, bins)."""
Floats = npt.NDArray[np.float32]


def window_for(sample_rate: int, seconds: float) -> int:
    """A window length in samples near `seconds`, in fours, that is quick to transform."""
    quarter = int(scipy.fft.next_fast_len(round(seconds * sample_rate / 4), real=True))
    return max(16, 4 * quarter)


def root_hann(window: int) -> Floats:
    """Square root of the periodic Hann window, used on the way in and out."""
    return np.sin(np.pi * np.arange(window) / window).astype(np.float32)


class Analysis:
    """Cuts a stream into overlapping frames and gives their spectra.

    Frame t ends `hop` * (t + 1) samples into the stream; before the stream there is silence.
    """

    def __init__(self, channels: int, window: int, hop: int) -> None:
        self._hop = hop
        self._shape = root_hann(window)
        self._waiting: Audio = np.zeros((channels, window - hop), np.float32)

    def push(self, block: Audio) -> Spectra:
        """The spectra that `block`, (channels, samples), completes."""
        samples = np.concatenate((self._waiting, block), axis=1)
        window, hop = len(self._shape), self._hop
        count = max(0, (samples.shape[1] - window) // hop + 1)
        self._waiting = samples[:, count * hop :]
        if count == 0:
            return np.zeros((len(block), 0, window // 2 + 1), np.complex64)
        frames = np.empty((len(block), count, window), np.float32)
        _cut(samples, self._shape, hop, frames)
        return np.asarray(scipy.fft.rfft(frames, axis=2), np.complex64)


class Aligned:
    """Cuts a stream that comes `early` samples late back to the place and length of its source."""

    def __init__(self, early: int) -> None:
        self._early = early
        self._owed = 0

    def take(self, count: int) -> None:
        """So many samples went in."""
        self._owed += count

    def give(self, late: Audio) -> Audio:
        """`late`, (channels, samples), without what lies before the first sample or behind."""
        early = min(self._early, late.shape[1])
        self._early -= early
        late = late[:, early : early + self._owed]
        self._owed -= late.shape[1]
        return late


class Synthesis:
    """Adds overlapping frames up to a stream that lags `window` - `hop` samples behind."""

    def __init__(self, channels: int, window: int, hop: int) -> None:
        self._hop = hop
        # Squared root-Hann windows add up to window / (2 * hop).
        self._shape = root_hann(window) * np.float32(2 * hop / window)
        self._open: Audio = np.zeros((channels, window - hop), np.float32)

    def push(self, spectra: Spectra) -> Audio:
        """The samples that no later frame touches, `hop` for each frame."""
        channels, count, _ = spectra.shape
        window, hop = len(self._shape), self._hop
        frames = scipy.fft.irfft(spectra, window, axis=2)
        total = np.zeros((channels, count * hop + window - hop), np.float32)
        total[:, : window - hop] = self._open
        _add_up(frames, self._shape, hop, total)
        self._open = total[:, count * hop :].copy()
        return total[:, : count * hop]


@compiled
def _cut(samples: Audio, shape: Floats, hop: int, frames: Floats) -> None:
    """Put the frames of (channels, samples) under the window: (channels, frames, window)."""
    for channel in range(frames.shape[0]):
        for t in range(frames.shape[1]):
            source, frame = samples[channel, t * hop :], frames[channel, t]
            for n in range(len(shape)):
                frame[n] = source[n] * shape[n]


@compiled
def _add_up(frames: Floats, shape: Floats, hop: int, total: Audio) -> None:
    """Add frames under the window to (channels, samples), `hop` apart."""
    for channel in range(frames.shape[0]):
        for t in range(frames.shape[1]):
            target, frame = total[channel, t * hop :], frames[channel, t]
            for n in range(len(shape)):
                target[n] += frame[n] * shape[n]
