"""Brings a finished sound to its preset's loudness, by one gain and a limiter, and checks it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from services.audio.decoding import BLOCK_SECONDS, Form
from services.audio.scratch import Scratch

if TYPE_CHECKING:
    from services.engine.loudness import LoudnessMeter, LoudnessTarget

Audio = npt.NDArray[np.float32]

NEAR = 0.2  # LU from the target that nobody hears (EBU R 128 allows 0.5)
MOST_GAIN = 40.0  # dB either way: beyond it there is no voice to lift
ROUNDS = 4  # measuring sweeps at most
LEAST_WORTH = 0.25  # LU per dB of gain; a sound that is limited more than that is beyond help


@dataclass(frozen=True, slots=True)
class Level:
    """What is done to the whole file."""

    gain_db: float
    ceiling_db: float


def level_for(
    scratch: Scratch,
    form: Form,
    meter: LoudnessMeter,
    wanted: LoudnessTarget | None,
    safety_db: float,
    checkpoint: Callable[[], None],
) -> Level:
    """The gain that brings what lies in `scratch` to `wanted`, after the limiter.

    meter: has heard all of it. Where the limiter will take something away, the result is
    measured and the gain corrected, because a limiter's loss cannot be computed beforehand.
    """
    if wanted is None:
        return Level(0.0, safety_db)
    if math.isinf(meter.integrated):
        return Level(0.0, wanted.ceiling_db)
    free = wanted.ceiling_db - meter.true_peak_db  # up to here the limiter has nothing to do
    before = (free, meter.integrated + free)
    gain = _bounded(wanted.lufs - meter.integrated)
    for _ in range(ROUNDS):
        level = Level(gain, wanted.ceiling_db)
        if gain <= free:
            return level
        reached = _loudness(scratch, form, level, checkpoint)
        if abs(wanted.lufs - reached) <= NEAR:
            return level
        # A decibel of gain is worth less than a decibel of loudness by now: measure how much.
        worth = min(max((reached - before[1]) / max(gain - before[0], 0.1), LEAST_WORTH), 1.0)
        before = (gain, reached)
        gain = _bounded(gain + (wanted.lufs - reached) / worth)
    return Level(gain, wanted.ceiling_db)


def levelled(scratch: Scratch, form: Form, level: Level) -> Iterator[Audio]:
    """Everything in `scratch` after gain and limiter, as many samples as lie there."""
    from services.engine.limiter import Limiter

    limiter = Limiter(form.sample_rate, form.channels, level.ceiling_db)
    gain = np.float32(10 ** (level.gain_db / 20))
    for block in scratch.blocks(round(BLOCK_SECONDS * form.sample_rate)):
        yield limiter.push(block * gain)
    yield limiter.finish()


def _loudness(scratch: Scratch, form: Form, level: Level, checkpoint: Callable[[], None]) -> float:
    from services.engine.loudness import LoudnessMeter

    meter = LoudnessMeter(form.sample_rate, form.channels)
    for block in levelled(scratch, form, level):
        checkpoint()
        meter.add(block)
    return meter.integrated


def _bounded(gain: float) -> float:
    return min(max(gain, -MOST_GAIN), MOST_GAIN)
