"""A waiting line of samples: in as they come, out as many as are asked for."""

from collections import deque
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]


class Line:
    """First in, first out."""

    def __init__(self) -> None:
        self._blocks: deque[Audio] = deque()
        self.samples = 0  # waiting

    def push(self, block: Audio) -> None:
        """Append a block, (channels, samples)."""
        self._blocks.append(block)
        self.samples += block.shape[1]

    def take(self, samples: int) -> Audio:
        """The oldest ones; as many as there are if that is less."""
        parts: list[Audio] = []
        missing = min(samples, self.samples)
        self.samples -= missing
        while missing > 0:
            block = self._blocks.popleft()
            if block.shape[1] > missing:
                self._blocks.appendleft(block[:, missing:])
                block = block[:, :missing]
            parts.append(block)
            missing -= block.shape[1]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def take_from(self, source: Iterator[Audio], samples: int) -> Audio:
        """As `take`, after drawing from `source` until there are enough."""
        while self.samples < samples:
            block = next(source, None)
            if block is None:
                break
            self.push(block)
        return self.take(samples)
