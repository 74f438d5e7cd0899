"""What must be put right before anything is computed."""

import numpy as np
import numpy.typing as npt

from services.engine.audio import Audio
from services.engine.jit import compiled

Floats = npt.NDArray[np.float32]
LOUDEST = 8.0  # full scale is 1; more than this is damage


def repaired(block: Audio) -> Audio:
    """Without NaN and infinity (they become silence), and no louder than `LOUDEST`."""
    block = np.ascontiguousarray(block, np.float32)
    result = np.empty_like(block)
    _repair(block.reshape(-1), result.reshape(-1))
    return result


@compiled
def _repair(samples: Floats, result: Floats) -> None:
    most, largest = np.float32(LOUDEST), np.finfo(np.float32).max
    for n in range(len(samples)):
        x = samples[n]
        # False for infinity and for NaN.
        x = x if abs(x) <= largest else np.float32(0)
        result[n] = max(-most, min(most, x))
