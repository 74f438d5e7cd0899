"""What must be put right before anything is computed."""

import numpy as np

from services.engine.audio import Audio

LOUDEST = 8.0  # full scale is 1; more than this is damage


def repaired(block: Audio) -> Audio:
    """Without NaN and infinity (they become silence), and no louder than `LOUDEST`."""
    finite = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
    return np.asarray(np.clip(finite, -LOUDEST, LOUDEST), np.float32)
