"""CLEAN: two sweeps over a sound, measure and then work; a third where loudness has a target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from services.audio.arguments import about_seconds, span_of, writing_of
from services.audio.decoding import BLOCK_SECONDS, WHOLE, Form, Span, blocks, form_of
from services.audio.figures import decibels
from services.audio.levelling import Level, level_for, levelled
from services.audio.line import Line
from services.audio.opening import open_sound
from services.audio.overlap import ahead
from services.audio.parts import Parts, open_parts
from services.audio.progress import Report, Stage
from services.audio.scratch import Scratch
from services.limits import LONGEST_SECONDS
from services.problems import Code, fault
from services.recipes import RESIDUAL, Operation

if TYPE_CHECKING:
    from services.engine.denoise import Denoiser
    from services.engine.enhance import Enhancer
    from services.engine.survey import Measurements

CREST = 6.0  # a talker's peaks over the RMS of the loud frames; rarely more

# The engine is compiled code that takes long to import: only a child that cleans waits for it.

Audio = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Request:
    """What the task's arguments say."""

    operation: Operation
    preset: str
    strength: str
    span: Span
    parts: tuple[str, ...]
    max_seconds: float


@dataclass(frozen=True, slots=True)
class Source:
    """A file to go through several times; always from its start, since libav's seeks differ."""

    file: BinaryIO
    form: Form
    seconds: float  # about; for the progress only
    request: Request

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


def request_of(args: Mapping[str, Any]) -> Request:
    """The arguments of a task, with what is usual where they are silent."""
    return Request(
        operation=Operation(args["operation"]),
        preset=args.get("preset", "auto"),
        strength=args.get("strength", "normal"),
        span=span_of(args),
        parts=tuple(args["parts"]),
        max_seconds=args.get("max_seconds", LONGEST_SECONDS),
    )


def clean(
    file: BinaryIO, outputs: Sequence[BinaryIO], args: Mapping[str, Any], report: Report
) -> dict[str, Any]:
    """Write the asked-for parts of a cleaned sound, one file each.

    Raises `Fault` with what is wrong with the sound, `BAD_RANGE` when the span has no samples.
    """
    request = request_of(args)
    if request.operation not in (Operation.DENOISE, Operation.ENHANCE):
        raise fault(Code.NOT_OFFERED, request.operation)
    with open_sound(file, request.max_seconds) as sound:
        source = Source(file, form_of(sound), about_seconds(sound, request.span), request)
        writing = writing_of(args, sound)
        if RESIDUAL in request.parts and not sound.is_lossless:
            # What a lossy decoder gives lies on no grid: 16 bits would cost the exact sum.
            writing = replace(writing, depth=24)
    measured = _survey(source, Stage(report, 0.0, 0.1))
    with open_parts(request.parts, outputs, source.form, writing) as parts:
        done = _work(source, measured, parts, report)
    lengths = {part: {"seconds": seconds} for part, seconds in parts.seconds.items()}
    return {"parts": lengths, **done}


def _survey(source: Source, stage: Stage) -> Measurements:
    from services.engine.survey import Survey

    survey = Survey(source.form.sample_rate, source.form.channels)
    is_empty = True
    for block in source.blocks(stage):
        survey.add(block)
        is_empty = False
    if is_empty:
        has_span = source.request.span != WHOLE
        raise fault(Code.BAD_RANGE if has_span else Code.TRUNCATED, "no sample came out")
    return survey.finish()


def _work(source: Source, measured: Measurements, parts: Parts, report: Report) -> dict[str, Any]:
    from services.engine import denoise

    request = source.request
    plan = denoise.plan(request.preset, request.strength, measured)
    denoiser = denoise.Denoiser(plan, measured)
    if request.operation is Operation.ENHANCE:
        figures = _enhance(source, denoiser, measured, parts, report)
        return {"note": plan.reason, "figures": figures}
    originals = Line() if parts.needs_original else None
    gain = _fitting(measured)
    for cleaned in _denoised(source, denoiser, Stage(report, 0.1, 1.0), originals):
        original = cleaned if originals is None else originals.take(cleaned.shape[1])
        parts.write(gain * original, gain * cleaned)
    return {"note": plan.reason, "figures": {}}


def _fitting(measured: Measurements) -> np.float32:
    """What brings a sound beyond full scale under it: recorders that write floats make such.

    One damaged sample is no loud sound, so the peak counts as far as the level bears it out.
    """
    likely = CREST * 10 ** (measured.loud_db / 20)
    return np.float32(1 / max(min(measured.peak, likely), 1.0))


def _denoised(
    source: Source, denoiser: Denoiser, stage: Stage, originals: Line | None = None
) -> Iterator[Audio]:
    """The denoised sound in blocks, as long as the original, which is put into `originals`."""
    owed = 0
    for block in source.blocks(stage):
        owed += block.shape[1]
        if originals is not None:
            originals.push(block)
        # The engine gives minutes at once: in pieces they cost later steps less memory.
        for piece in pieces(denoiser.push(block), source.form):
            owed -= piece.shape[1]
            yield piece
    rest = denoiser.finish()
    # Whatever an engine may have swallowed at the very end becomes silence: lengths agree.
    yield from pieces(np.pad(rest, ((0, 0), (0, owed - rest.shape[1]))), source.form)


def pieces(sound: Audio, form: Form) -> Iterator[Audio]:
    """The same sound in blocks of five seconds at most."""
    length = round(BLOCK_SECONDS * form.sample_rate)
    for at in range(0, sound.shape[1], length):
        yield sound[:, at : at + length]


def _enhance(
    source: Source, denoiser: Denoiser, measured: Measurements, parts: Parts, report: Report
) -> dict[str, float]:
    from services.engine import enhance
    from services.engine.loudness import LoudnessMeter

    request, form = source.request, source.form
    meter = LoudnessMeter(form.sample_rate, form.channels)
    with Scratch(form.channels) as scratch:
        enhancer = enhance.Enhancer(
            request.preset, request.strength, form.sample_rate, form.channels, measured
        )
        for block in _enhanced(source, denoiser, enhancer, Stage(report, 0.1, 0.8)):
            meter.add(block)
            scratch.write(block)
        music = enhance.is_music(request.preset, measured)
        wanted = enhance.target(request.preset, music=music)
        checkpoint = Stage(report, 0.8, 0.9).checkpoint
        level = level_for(scratch, form, meter, wanted, enhance.SAFETY_DB, checkpoint)
        return _write(source, scratch, level, parts, Stage(report, 0.9, 1.0))


def _enhanced(
    source: Source, denoiser: Denoiser, enhancer: Enhancer, stage: Stage
) -> Iterator[Audio]:
    for cleaned in _denoised(source, denoiser, stage):
        yield enhancer.push(cleaned)
    yield enhancer.finish()


def _write(
    source: Source, scratch: Scratch, level: Level, parts: Parts, stage: Stage
) -> dict[str, float]:
    """The last sweep; gives the loudness and peak that were reached."""
    from services.engine.loudness import LoudnessMeter

    form = source.form
    meter = LoudnessMeter(form.sample_rate, form.channels)
    originals, supply, written = Line(), source.blocks(stage), 0
    for block in ahead(levelled(scratch, form, level)):
        if not block.shape[1]:
            continue
        meter.add(block)
        is_needed = parts.needs_original
        parts.write(originals.take_from(supply, block.shape[1]) if is_needed else block, block)
        written += block.shape[1]
        stage(written / max(scratch.samples, 1))
    return {
        "loudness_lufs": decibels(meter.integrated),
        "peak_db": decibels(meter.true_peak_db),
        "gain_db": decibels(level.gain_db),
    }
