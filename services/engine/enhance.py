"""Voice treatment after the noise is gone: equaliser, dynamics and de-esser of each preset."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from services.engine import tone
from services.engine.audio import Audio
from services.engine.biquads import (
    HIGHEST,
    Biquad,
    Cascade,
    high_pass,
    high_shelf,
    low_pass,
    low_shelf,
    peak,
)
from services.engine.dynamics import Compressor, DeEsser, Dynamics
from services.engine.limiter import Limiter
from services.engine.loudness import LoudnessMeter, LoudnessTarget
from services.engine.plan import MUSIC

SAFETY_DB = -1.0
"""dBTP that sound without a loudness target is kept under."""

HOLD = 12.0  # seconds that are heard before the treatment is set, and then treated as well
AMOUNTS = {"soft": 0.6, "normal": 1.0, "strong": 1.4}
NARROW = 18_000  # Hz of sample rate up to which a file comes from a telephone or a headset

TARGETS = {
    "podcast": LoudnessTarget(-16.0, -1.5),
    "video": LoudnessTarget(-14.0, -1.0),
    "call": LoudnessTarget(-16.0, -1.5),
    "voiceover": LoudnessTarget(-18.0, -2.0),
    "auto": LoudnessTarget(-16.0, -1.5),
}


class Heard(Protocol):
    """The one thing of the survey's measurements that matters here."""

    @property
    def musicness(self) -> float:
        """0 for speech to 1 for music."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """One preset: its filters at a rate and an amount up to 1.4, dynamics, most de-essing in dB."""

    filters: Callable[[int, float], list[Biquad]]
    compressor: Compressor | None = None
    de_ess_db: float = 0.0


def target(preset: str, *, music: bool = False) -> LoudnessTarget | None:
    """What the whole file is brought to; None keeps its level, under `SAFETY_DB`."""
    return None if music else TARGETS.get(preset)


def is_music(preset: str, measured: Heard | None) -> bool:
    """Whether `auto` takes the file for music, by the measure that the denoiser goes by."""
    return preset == "auto" and measured is not None and measured.musicness >= MUSIC


def warm_up() -> None:
    """Compile, or load from disk, what the treatment, the meter and the limiter run on."""
    rate = 8_000
    sound = np.sin(np.arange(rate, dtype=np.float32))[None]
    treatment = TREATMENTS["podcast"]
    enhancer = Enhancer("podcast", "normal", rate, 1, None)
    enhancer.push(sound)
    enhancer.finish()
    DeEsser(treatment.de_ess_db, ESS_DB, 48_000, 1, 0.5).push(sound)
    LoudnessMeter(rate, 1).add(sound)
    limiter = Limiter(rate, 1, SAFETY_DB)
    limiter.push(sound)
    limiter.finish()


class Enhancer:
    """Treats the voice as its preset asks.

    `push` and `finish` together give as many samples as they were given, at the same places.
    Nothing comes out until `HOLD` seconds are heard, because thresholds are set against the
    level of the speech. Music, and unknown presets, pass unchanged.
    """

    def __init__(
        self, preset: str, strength: str, sample_rate: int, channels: int, measured: Heard | None
    ) -> None:
        """measured: the survey's findings, with which `auto` knows music; None is speech."""
        leave = is_music(preset, measured)
        self._treatment = None if leave else TREATMENTS.get(preset)
        self._amount = AMOUNTS[strength]
        self._sample_rate = sample_rate
        self._channels = channels
        self._held: list[Audio] = []
        self._waiting = round(HOLD * sample_rate)
        self._steps: list[Cascade | Dynamics | DeEsser] | None = None

    def push(self, block: Audio) -> Audio:
        """Take a block and give what is ready, (channels, samples)."""
        if self._treatment is None:
            return block
        if self._steps is not None:
            return self._treat(block)
        self._held.append(block)
        self._waiting -= block.shape[1]
        # A fixed stretch is heard, so that the result does not depend on the size of blocks.
        return self._nothing() if self._waiting > 0 else self._begin(self._treatment)

    def finish(self) -> Audio:
        """What is still held back; the end of a file shorter than `HOLD`."""
        if self._treatment is None or self._steps is not None:
            return self._nothing()
        return self._begin(self._treatment)

    def _begin(self, treatment: Treatment) -> Audio:
        held = np.concatenate((self._nothing(), *self._held), axis=1)
        self._held = []
        heard = tone.listen(held[:, : round(HOLD * self._sample_rate)], self._sample_rate)
        self._steps = self._plan(treatment, heard)
        return self._treat(held)

    def _plan(self, treatment: Treatment, heard: tone.Tone) -> list[Cascade | Dynamics | DeEsser]:
        rate, channels = self._sample_rate, self._channels
        if treatment is TREATMENTS["auto"]:
            filters = tone.missing(heard, rate, self._amount)
        else:
            filters = treatment.filters(rate, self._amount)
        steps: list[Cascade | Dynamics | DeEsser] = [Cascade(filters, channels)]
        if treatment.compressor is not None:
            ratio = 1 + (treatment.compressor.ratio - 1) * self._amount
            settings = replace(treatment.compressor, ratio=ratio)
            steps.append(Dynamics(settings, rate, level=heard.level, heard=heard.seconds))
        if treatment.de_ess_db > 0:
            most = treatment.de_ess_db * self._amount
            steps.append(DeEsser(most, ESS_DB, rate, channels, heard.level))
        return steps

    def _treat(self, block: Audio) -> Audio:
        for step in self._steps or ():
            block = step.push(block)
        return block

    def _nothing(self) -> Audio:
        return np.zeros((self._channels, 0), np.float32)


ESS_DB = -11.0  # the band of the s-sounds against the speech; healthy voices stay under it


def _podcast(rate: int, amount: float) -> list[Biquad]:
    return [
        high_pass(rate, 80, 0.6),
        peak(rate, 180, 2.0 * amount, 0.8),
        *_within(rate, 10_000, lambda: high_shelf(rate, 9_000, 1.0 * amount)),
    ]


def _video(rate: int, amount: float) -> list[Biquad]:
    return [
        high_pass(rate, 90, 0.6),
        peak(rate, 300, -1.0 * amount, 0.9),
        *_within(rate, 4_200, lambda: peak(rate, 4_200, 1.5 * amount, 0.8)),
    ]


def _call(rate: int, amount: float) -> list[Biquad]:
    return [
        high_pass(rate, 120, 0.6),
        *_within(rate, 2_900, lambda: peak(rate, 2_900, 2.5 * amount, 0.8)),
        *(_within(rate, 7_200, lambda: low_pass(rate, 7_200)) if rate <= NARROW else ()),
    ]


def _voiceover(rate: int, amount: float) -> list[Biquad]:
    return [
        high_pass(rate, 70, 0.6),
        low_shelf(rate, 200, 1.5 * amount),
        *_within(rate, 5_000, lambda: peak(rate, 5_000, 1.5 * amount, 0.8)),
    ]


def _within(rate: int, hertz: float, make: Callable[[], Biquad]) -> list[Biquad]:
    return [make()] if hertz < HIGHEST * rate else []


def _none(_rate: int, _amount: float) -> list[Biquad]:
    return []


TREATMENTS = {
    "auto": Treatment(_none),
    "podcast": Treatment(_podcast, Compressor(3.0, 3.5, 0.020, 0.300), 6.0),
    "video": Treatment(_video, Compressor(3.5, 6.0, 0.008, 0.150), 4.0),
    "call": Treatment(_call, Compressor(3.0, 4.5, 0.020, 0.250, 9.0, 3.0)),
    "voiceover": Treatment(_voiceover, Compressor(2.0, 2.0, 0.030, 0.300), 6.0),
}
