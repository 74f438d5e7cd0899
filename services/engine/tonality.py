"""How much a stream sounds like music: tones that stay where they are."""

import numpy as np
import scipy.fft
import scipy.ndimage

from services.engine.frames import root_hann
from services.engine.rnnoise import Floats

FRAME = 0.128  # seconds
LATER = 2  # half frames after which a tone is looked for again
BAND = (150.0, 3_000.0)  # Hz
AROUND = 120.0  # Hz over which the spectrum is flattened
# Measured on generated sound: speech, with or without noise, stays under 0.2; pieces with
# tones lie above 0.34. What stays for the whole recording is left out where there is hum: then
# speech stays under 0.2 again and most music lies above 0.36.
SPEECH, MUSIC = 0.22, 0.32
HUM_SPEECH, HUM_MUSIC = 0.22, 0.36


class Tonality:
    """Compares the fine structure of each spectrum with the one 0.13 s later."""

    def __init__(self, rate: float) -> None:
        self._length = 2 * round(FRAME * rate / 2)
        self._shape = (root_hann(self._length) ** 2).astype(np.float32)
        step = rate / self._length
        self._band = slice(int(BAND[0] / step), int(min(BAND[1], 0.45 * rate) / step))
        self._around = 2 * int(AROUND / step / 2) + 1
        self._waiting = np.zeros(0, np.float32)
        self._before = np.zeros((0, self._band.stop - self._band.start), np.float32)
        # For each bin the sums of both spectra, of their squares and of their product.
        self._sums = np.zeros((5, self._before.shape[1]))
        self._count = 0

    def push(self, samples: Floats) -> None:
        """Take the next (samples,)."""
        self._waiting = np.concatenate((self._waiting, samples))
        hop = self._length // 2
        count = (len(self._waiting) - self._length) // hop + 1
        if count <= 0:
            return
        frames = np.lib.stride_tricks.sliding_window_view(self._waiting, self._length)
        fine = self._fine(frames[: (count - 1) * hop + 1 : hop])
        self._waiting = self._waiting[count * hop :]
        every = np.concatenate((self._before, fine))
        self._before = every[-LATER:]
        sounds = np.any(every != 0, axis=1)
        both = sounds[:-LATER] & sounds[LATER:]
        now, later = every[:-LATER][both], every[LATER:][both]
        self._count += len(now)
        products = (now, later, now * now, later * later, now * later)
        self._sums += [product.sum(axis=0, dtype=np.float64) for product in products]

    def musicness(self, hum: bool) -> float:
        """0 for speech and noise to 1 for music; `hum`: there are tones that never end."""
        if self._count == 0:
            return 0.0
        now, later, own, others, both = self._sums
        low, high = SPEECH, MUSIC
        if hum:
            low, high = HUM_SPEECH, HUM_MUSIC
            own = own - now * now / self._count
            others = others - later * later / self._count
            both = both - now * later / self._count
        likeness = both.sum() / np.sqrt(own.sum() * others.sum() + 1e-9)
        return float(np.clip((likeness - low) / (high - low), 0, 1))

    def _fine(self, frames: Floats) -> Floats:
        """Spectra in dB without their slope; zero where there is no sound."""
        spectra = scipy.fft.rfft(frames * self._shape, axis=1)[:, self._band]
        power = spectra.real**2 + spectra.imag**2
        level = 10 * np.log10(power + 1e-9)
        fine = level - scipy.ndimage.uniform_filter1d(level, self._around, axis=1)
        fine[power.mean(axis=1) < 1e-8] = 0
        fine = np.clip(fine, -10, 20)
        return np.asarray(fine - fine.mean(axis=1, keepdims=True), np.float32)
