"""From float32 to whole numbers, so that two parts of one sound still add up to it."""

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int32]


class Quantiser:
    """Rounds to 16 or 24 bits, with triangular dither at 16 bits.

    Samples that lie on the grid already stay what they are: what nobody changed comes out bit
    for bit as it went in, and silence stays silence. The dither is the same each time.
    """

    def __init__(self, bits: int) -> None:
        self._scale = 2.0 ** (bits - 1)
        self._is_dithered = bits <= 16
        self._random = np.random.default_rng(0)

    def whole(self, sound: Audio) -> Whole:
        """(channels, samples) of full scale 1.0 as integers of this depth."""
        scaled = sound * np.float32(self._scale)
        rounded = np.rint(scaled)
        if self._is_dithered:
            loose = scaled != rounded
            if loose.any():
                noise = self._random.random(sound.shape, np.float32)
                noise -= self._random.random(sound.shape, np.float32)
                scaled += noise
                np.copyto(rounded, np.rint(scaled), where=loose)
        return self._clipped(rounded)

    def difference(self, sound: Audio, part: Whole) -> Whole:
        """What is left of a sound when an already whole part of it is taken away, exactly."""
        rounded = np.rint(sound * np.float32(self._scale)).astype(np.int32)
        return self._clipped(rounded - part)

    def sound(self, whole: Whole) -> Audio:
        """Integers as float32 again."""
        return whole.astype(np.float32) / np.float32(self._scale)

    def _clipped(self, values: npt.NDArray[np.float32] | Whole) -> Whole:
        return np.clip(values, -self._scale, self._scale - 1).astype(np.int32)
