"""The speech estimate of a long recording, piece by piece side by side."""

import numpy as np

from services.engine.lanes import Rnnoise
from services.engine.resample import resampled
from services.engine.rnnoise import RATE, Floats

BODY = 6  # seconds of result in each lane
LEAD = 1  # seconds of sound before it, for the network to settle
AFTER = 1  # seconds behind it, for the resampler
LOUD = 0.08  # RMS the network likes best, for the level that a tenth of the frames exceed
LOUDEST = 200.0


def estimate(rnnoise: Rnnoise, sound: Floats, lead: int, sample_rate: int, gain: float) -> Floats:
    """The speech in `sound[lead:]`, where `sound` starts and ends with context.

    `lead` is 0 or LEAD seconds of samples; cuts lie at whole seconds, which are whole numbers of
    samples at every rate.
    """
    lanes, sizes = [], []
    for start in range(lead, len(sound), BODY * sample_rate):
        stop = min(start + BODY * sample_rate, len(sound))
        first = max(start - LEAD * sample_rate, 0)
        piece = sound[first : stop + sample_rate // 10] * np.float32(gain)
        lanes.append(resampled(piece, sample_rate, RATE))
        sizes.append((start - first, stop - start))
    parts = [
        resampled(speech, RATE, sample_rate)[before : before + size]
        for speech, (before, size) in zip(rnnoise.speech(lanes), sizes, strict=True)
    ]
    whole = [_fit(part, size) for part, (_, size) in zip(parts, sizes, strict=True)]
    return np.concatenate(whole) / np.float32(gain)


def _fit(part: Floats, size: int) -> Floats:
    """Resampling there and back may lose the last sample."""
    return np.pad(part, (0, size - len(part))) if len(part) < size else part


def gain_for(loud_db: float, peak: float) -> float:
    """What brings a recording to the level the network was trained at."""
    level = 10 ** (loud_db / 20)
    wanted = min(max(LOUD / (level + 1e-9), 0.05), LOUDEST)
    return wanted / max(1.0, peak * wanted)
