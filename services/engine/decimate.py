"""A stream at a fraction of its rate, for what only looks at the low frequencies."""

import numpy as np
import scipy.signal

from services.engine.rnnoise import Floats

TARGET = 8_000  # Hz, the least rate that is left
REACH = 10  # taps on each side, in samples of the result


class Decimator:
    """Keeps what lies below about 0.4 of the new rate."""

    def __init__(self, sample_rate: int) -> None:
        self._factor = max(1, sample_rate // TARGET)
        self.rate = sample_rate / self._factor
        count = 2 * REACH * self._factor + 1
        self._taps = scipy.signal.firwin(count, 0.9 / self._factor).astype(np.float32)
        self._waiting = np.zeros(count - 1, np.float32)

    def push(self, samples: Floats) -> Floats:
        """(samples,) in, about samples / factor out."""
        if self._factor == 1:
            return samples
        every = np.concatenate((self._waiting, samples))
        count = (len(every) - len(self._taps)) // self._factor + 1
        if count <= 0:
            self._waiting = every
            return every[:0]
        used = every[: (count - 1) * self._factor + len(self._taps)]
        first = len(self._taps) - 1
        # The first outputs of upfirdn see silence before the block; those that see it whole
        # start a whole number of steps later because the filter's length - 1 is one.
        filtered = scipy.signal.upfirdn(self._taps, used, down=self._factor)
        start = first // self._factor
        self._waiting = every[count * self._factor :]
        return np.asarray(filtered[start : start + count], np.float32)
