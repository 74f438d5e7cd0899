"""From many channels to two, so that nothing said in the middle or behind is lost."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]

HALF_POWER = math.sqrt(0.5)

# Left and right share of each loudspeaker, ITU-R BS.775-3; the bass channel is left out as there.
SHARES = {
    "FL": (1.0, 0.0),
    "FR": (0.0, 1.0),
    "FC": (HALF_POWER, HALF_POWER),
    "LFE": (0.0, 0.0),
    "LFE2": (0.0, 0.0),
    "BL": (HALF_POWER, 0.0),
    "BR": (0.0, HALF_POWER),
    "SL": (HALF_POWER, 0.0),
    "SR": (0.0, HALF_POWER),
    "BC": (0.5, 0.5),
    "FLC": (HALF_POWER, 0.0),
    "FRC": (0.0, HALF_POWER),
    "DL": (1.0, 0.0),
    "DR": (0.0, 1.0),
}


def to_two(sound: Audio, speakers: Sequence[str]) -> Audio:
    """(channels, samples) as (2, samples); never louder than full scale if the source was not.

    speakers: libav's names of the channels; unknown ones go left and right in turns.
    """
    weights: Audio = np.array(
        [SHARES.get(name, ((1.0, 0.0), (0.0, 1.0))[n % 2]) for n, name in enumerate(speakers)],
        np.float32,
    ).T
    loudest = float(weights.sum(axis=1).max())
    mixed: Audio = np.matmul(weights / np.float32(max(loudest, 1.0)), sound, dtype=np.float32)
    return mixed
