"""One file gone through several times: to listen first, then to work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from services.audio.arguments import about_seconds, span_of, writing_of
from services.audio.covers import cover_of
from services.audio.decoding import WHOLE, Form, Span, blocks, form_of
from services.audio.encoding import Writing
from services.audio.line import Line
from services.audio.opening import open_sound
from services.audio.overlap import ahead
from services.audio.progress import Stage
from services.audio.steps import Chain, Finders, Findings
from services.limits import LONGEST_SECONDS
from services.problems import Code, fault
from services.recipes import RESIDUAL, Operation

Audio = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Request:
    """What the task's arguments say."""

    operation: Operation
    preset: str
    strength: str
    span: Span
    parts: tuple[str, ...]
    cleanup: tuple[Operation, ...]
    max_seconds: float


@dataclass(frozen=True, slots=True)
class Source:
    """A file to go through several times; always from its start, since libav's seeks differ."""

    file: BinaryIO
    form: Form
    seconds: float  # about; for the progress only
    request: Request
    writing: Writing  # how its results are written
    lossy: bool  # whether it went through a codec that leaves no copy exact

    def blocks(self, stage: Stage) -> Iterator[Audio]:
        """The wanted span, decoded in another thread."""
        request = self.request
        samples = 0
        with open_sound(self.file, request.max_seconds) as sound:
            decoded = blocks(sound, self.form, request.span, stage.checkpoint, request.max_seconds)
            for block in ahead(decoded):
                yield block
                samples += block.shape[1]
                stage(samples / self.form.sample_rate / self.seconds)


def source_of(file: BinaryIO, args: Mapping[str, Any]) -> Source:
    """An open file with what is asked of it. Raises `Fault` with what is wrong with the sound."""
    request = _request_of(args)
    with open_sound(file, request.max_seconds) as sound:
        writing = writing_of(args, sound, cover_of(sound))
        adds_up = RESIDUAL in request.parts or request.operation is Operation.STEMS
        if adds_up and not sound.is_lossless:
            # What a lossy decoder gives lies on no grid: 16 bits would cost the exact sum.
            writing = replace(writing, depth=24)
        about, lossy = about_seconds(sound, request.span), not sound.is_lossless
        return Source(file, form_of(sound), about, request, writing, lossy)


def _request_of(args: Mapping[str, Any]) -> Request:
    """The arguments of a task, with what is usual where they are silent."""
    return Request(
        operation=Operation(args["operation"]),
        preset=args.get("preset", "auto"),
        strength=args.get("strength", "normal"),
        span=span_of(args),
        parts=tuple(args["parts"]),
        cleanup=tuple(Operation(each) for each in args.get("cleanup", ())),
        max_seconds=args.get("max_seconds", LONGEST_SECONDS),
    )


def survey(source: Source, operations: Sequence[Operation], stage: Stage) -> Findings:
    """The first sweep. Raises `Fault` where there is no sample."""
    finders = Finders(operations, source.form, lossy=source.lossy)
    is_empty = True
    for block in source.blocks(stage):
        finders.add(block)
        is_empty = False
    if is_empty:
        has_span = source.request.span != WHOLE
        raise fault(Code.BAD_RANGE if has_span else Code.TRUNCATED, "no sample came out")
    return finders.finish()


def worked(
    source: Source, steps: Chain, stage: Stage, originals: Line | None = None
) -> Iterator[Audio]:
    """The second sweep: the sound after the steps, as long as the original.

    originals: gets what was heard, so that both can be had side by side.
    """
    for block in source.blocks(stage):
        if originals is not None:
            originals.push(block)
        yield from steps.push(block)
    yield from steps.finish()
