"""What works on a sound between its decoder and its encoder: finders listen, steps change."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from services.audio.decoding import BLOCK_SECONDS, Form
from services.recipes import Operation

if TYPE_CHECKING:
    from services.engine.echo import Echoes
    from services.engine.survey import Measurements

Audio = npt.NDArray[np.float32]

ORDER = (Operation.DEECHO, Operation.DEREVERB, Operation.DENOISE)
"""Where several are asked for: a repeat is found best in what was heard, noise last."""

CREST = 6.0  # a talker's peaks over the RMS of the loud frames; rarely more

# The engine is compiled code that takes long to import: only a child that works waits for it.


class Step(Protocol):
    """Takes a sound in blocks and gives as many samples, later."""

    def push(self, block: Audio) -> Audio:
        """Take (channels, samples), give what is ready."""

    def finish(self) -> Audio:
        """The rest."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the first sweep found; None where nobody asked."""

    measured: Measurements
    echoes: Echoes | None
    lossy: bool  # whether it went through a codec that leaves no copy exact

    @property
    def fitting(self) -> np.float32:
        """What brings a sound beyond full scale under it: recorders that write floats make such.

        One damaged sample is no loud sound, so the peak counts as far as the level bears it out.
        """
        likely = CREST * 10 ** (self.measured.loud_db / 20)
        return np.float32(1 / max(min(self.measured.peak, likely), 1.0))


class Finders:
    """The first sweep, for all steps at once."""

    def __init__(self, operations: Sequence[Operation], form: Form, *, lossy: bool) -> None:
        from services.engine.survey import ROOM, Survey

        rate, channels = form.sample_rate, form.channels
        is_asked = Operation.DEREVERB in operations
        self._survey = Survey(rate, channels, math.inf if is_asked else ROOM)
        self._lossy, self._echo = lossy, None
        if Operation.DEECHO in operations:
            from services.engine.echo import EchoFinder

            self._echo = EchoFinder(rate, channels)

    def add(self, block: Audio) -> None:
        """Take the next (channels, samples)."""
        self._survey.add(block)
        if self._echo is not None:
            self._echo.add(block)

    def finish(self) -> Findings:
        """What was found in all blocks."""
        echoes = None if self._echo is None else self._echo.finish()
        return Findings(self._survey.finish(), echoes, self._lossy)


class Chain:
    """Steps one after the other; as long as what it was given, to the sample.

    Sound whose channels are all the same is worked on once.
    """

    def __init__(self, steps: Sequence[Step], worked_on: int, form: Form) -> None:
        self._steps, self._worked_on, self._form = steps, worked_on, form
        self._owed = 0

    def push(self, block: Audio) -> Iterator[Audio]:
        """Take (channels, samples), give what is ready in blocks of a few seconds."""
        self._owed += block.shape[1]
        sound = block[: self._worked_on]
        for step in self._steps:
            sound = step.push(sound)
        yield from self._out(sound)

    def finish(self) -> Iterator[Audio]:
        """The rest."""
        sound = np.zeros((self._worked_on, 0), np.float32)
        for step in self._steps:
            sound = np.concatenate((step.push(sound), step.finish()), axis=1)
        # Whatever a step may have swallowed at the very end becomes silence: lengths agree.
        yield from self._out(np.pad(sound, ((0, 0), (0, self._owed - sound.shape[1]))))

    def _out(self, sound: Audio) -> Iterator[Audio]:
        self._owed -= sound.shape[1]
        # The engine gives minutes at once: in pieces they cost later steps less memory.
        length = round(BLOCK_SECONDS * self._form.sample_rate)
        for at in range(0, sound.shape[1], length):
            piece = sound[:, at : at + length]
            is_whole = len(piece) == self._form.channels
            yield piece if is_whole else np.repeat(piece, self._form.channels, axis=0)


def chain(strengths: Mapping[Operation, str], preset: str, findings: Findings) -> tuple[Chain, str]:
    """The steps for these operations, and why they work as they do: a word of the notes.

    strengths: the operations, each with how far it may go.
    """
    measured = findings.measured
    form = Form(measured.sample_rate, measured.channels)
    if measured.dual_mono:
        echoes = None if findings.echoes is None else findings.echoes.of_one()
        findings = replace(findings, measured=measured.of_one(), echoes=echoes)
    made = [MAKERS[each](preset, strengths[each], findings) for each in ORDER if each in strengths]
    note = made[-1][1] if made else ""
    return Chain([step for step, _note in made], findings.measured.channels, form), note


def _denoise(preset: str, strength: str, findings: Findings) -> tuple[Step, str]:
    from services.engine import denoise

    plan = denoise.plan(preset, strength, findings.measured)
    return denoise.Denoiser(plan, findings.measured), plan.reason


def _deecho(_preset: str, strength: str, findings: Findings) -> tuple[Step, str]:
    from services.engine.echo import EchoRemover

    measured, echoes = findings.measured, findings.echoes
    assert echoes is not None
    if findings.lossy and strength == "normal":
        # No repeat is an exact copy any more: what is left is turned down as well.
        strength = "strong"
    step = EchoRemover(echoes, strength, measured.sample_rate, measured.channels)
    return step, "" if echoes.found else "no_echo"


def _dereverb(_preset: str, strength: str, findings: Findings) -> tuple[Step, str]:
    from services.engine.dereverb import Dereverberator

    measured = findings.measured
    step = Dereverberator(measured.room, strength, measured.sample_rate, measured.channels)
    return step, "dry" if measured.room.is_dry else ""


MAKERS: Mapping[Operation, Callable[[str, str, Findings], tuple[Step, str]]] = {
    Operation.DENOISE: _denoise,
    Operation.DEECHO: _deecho,
    Operation.DEREVERB: _dereverb,
}
