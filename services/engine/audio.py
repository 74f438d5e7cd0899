"""The one type every step of the engine takes and gives."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]
"""(channels, samples), full scale 1.0."""
Number = TypeVar("Number", bound=np.generic)


def guide_of(sound: npt.NDArray[Number], channel: int | None) -> npt.NDArray[Number]:
    """What stands for all channels of (channels, …): one of them, or None for their mean."""
    if channel is None and len(sound) > 1:
        return np.asarray(sound.mean(axis=0), sound.dtype)
    guide: npt.NDArray[Number] = sound[channel or 0]
    return guide
