"""A stream at a fraction of its rate, for what only looks at the low frequencies."""

import numpy as np

from services.engine.resample import bank, resample
from services.engine.rnnoise import Floats

TARGET = 8_000  # Hz, the least rate that is left


class Decimator:
    """Keeps what lies below about 0.45 of the new rate."""

    def __init__(self, sample_rate: int) -> None:
        self._factor = max(1, sample_rate // TARGET)
        self.rate = sample_rate / self._factor
        self._filter = bank(1, self._factor)
        self._waiting = np.zeros(self._filter.shape[1] - 1, np.float32)

    def push(self, samples: Floats) -> Floats:
        """(samples,) in, about samples / factor out."""
        if self._factor == 1:
            return samples
        every = np.concatenate((self._waiting, samples))
        count = max(0, (len(every) - self._filter.shape[1]) // self._factor + 1)
        self._waiting = every[count * self._factor :]
        return resample(every, self._filter, self._factor, count)
