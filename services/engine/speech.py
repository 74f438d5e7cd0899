"""The speech estimate of a long recording, piece by piece side by side."""

import numpy as np

from services.engine.lanes import Rnnoise
from services.engine.resample import resampled
from services.engine.rnnoise import RATE, VOICES, Estimate, Floats

LANES = 4  # pieces whose speech is estimated side by side: one more row of them gains nothing
# Seconds of result in each lane: long ones spend less on what leads to them, but a short sound
# is estimated sooner in several.
LEAST_BODY, MOST_BODY = 6, 12
LEAD = 1  # seconds of sound before it, for the network to settle
AFTER = 1  # seconds behind it, for the resampler
LOUD = 0.08  # RMS the network likes best, for the level that a tenth of the frames exceed
LOUDEST = 200.0


def estimate(
    rnnoise: Rnnoise, sound: Floats, body: slice, sample_rate: int, gain: float
) -> Estimate:
    """The speech in `sound[body]`, where `sound` starts and ends with context.

    The body starts after 0 or LEAD seconds; cuts lie at whole seconds, which are whole numbers
    of samples at every rate.
    """
    lanes, sizes = [], []
    seconds = -(-(body.stop - body.start) // (LANES * sample_rate))
    length = min(max(seconds, LEAST_BODY), MOST_BODY) * sample_rate
    for start in range(body.start, body.stop, length):
        stop = min(start + length, body.stop)
        first = max(start - LEAD * sample_rate, 0)
        piece = sound[first : stop + sample_rate // 10] * np.float32(gain)
        lanes.append(resampled(piece, sample_rate, RATE))
        sizes.append((start - first, stop - start))
    parts, voices = [], []
    for found, (before, size) in zip(rnnoise.speech(lanes), sizes, strict=True):
        part = resampled(found.sound, RATE, sample_rate)[before : before + size]
        parts.append(_fit(part, size))
        voices.append(
            found.voice[before * VOICES // sample_rate :][: -(-size * VOICES // sample_rate)]
        )
    return Estimate(np.concatenate(parts) / np.float32(gain), np.concatenate(voices))


def _fit(part: Floats, size: int) -> Floats:
    """Resampling there and back may lose the last sample."""
    return np.pad(part, (0, size - len(part))) if len(part) < size else part


def gain_for(loud_db: float, peak: float) -> float:
    """What brings a recording to the level the network was trained at."""
    level = 10 ** (loud_db / 20)
    wanted = min(max(LOUD / (level + 1e-9), 0.05), LOUDEST)
    return wanted / max(1.0, peak * wanted)
