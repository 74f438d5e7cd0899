"""CLEAN: two sweeps over a sound, measure and then work; a third where loudness has a target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from services.audio.figures import decibels
from services.audio.levelling import Level, level_for, levelled
from services.audio.line import Line
from services.audio.overlap import ahead
from services.audio.parts import Parts, open_parts
from services.audio.progress import Report, Stage
from services.audio.scratch import Scratch
from services.audio.steps import chain
from services.audio.sweeping import Request, Source, source_of, survey, worked
from services.problems import Code, fault
from services.recipes import CLEAN, Operation, Preset

if TYPE_CHECKING:
    from services.audio.steps import Findings
    from services.engine.enhance import Enhancer

DONE = {
    Operation.DENOISE: (Operation.DENOISE,),
    Operation.ENHANCE: (Operation.DENOISE,),
    Operation.DEECHO: (Operation.DEECHO,),
    Operation.DEREVERB: (Operation.DEREVERB,),
}
"""What is done to the sound itself for each operation."""

GENTLER = {"soft": "soft", "normal": "soft", "strong": "normal"}
ROOM_IS_NEWS = ("clean", "steady_noise", "changing_noise")  # else noise is what one hears first

Audio = npt.NDArray[np.float32]


def clean(
    file: BinaryIO, outputs: Sequence[BinaryIO], args: Mapping[str, Any], report: Report
) -> dict[str, Any]:
    """Write the asked-for parts of a cleaned sound, one file each.

    Raises `Fault` with what is wrong with the sound, `BAD_RANGE` when the span has no samples.
    """
    source = source_of(file, args)
    request = source.request
    if request.operation not in DONE:
        raise fault(Code.NOT_OFFERED, operation=request.operation)
    findings = survey(source, _wanted(request), Stage(report, 0.0, 0.1))
    with open_parts(request.parts, outputs, source.form, source.writing) as parts:
        done = _work(source, findings, parts, report)
    lengths = {part: {"seconds": seconds} for part, seconds in parts.seconds.items()}
    return {"parts": lengths, **done}


def _work(source: Source, findings: Findings, parts: Parts, report: Report) -> dict[str, Any]:
    request = source.request
    steps, reason = chain(_strengths(request, findings), request.preset, findings)
    note = _note(request, findings, reason)
    if request.operation is Operation.ENHANCE:
        cleaned = worked(source, steps, Stage(report, 0.1, 0.8))
        return {"note": note, "figures": _enhance(source, cleaned, findings, parts, report)}
    originals = Line() if parts.needs_original else None
    gain = findings.fitting
    for block in worked(source, steps, Stage(report, 0.1, 1.0), originals):
        louder = gain * block
        original = louder if originals is None else gain * originals.take(block.shape[1])
        parts.write(original, {CLEAN: louder})
    return {"note": note, "figures": {}}


def _wanted(request: Request) -> tuple[Operation, ...]:
    """What may be done: where auto enhances, it takes a voice out of its room as well."""
    is_auto = request.operation is Operation.ENHANCE and request.preset == Preset.AUTO
    more = (Operation.DEREVERB,) if is_auto else ()
    return (*more, *DONE[request.operation])


def _strengths(request: Request, findings: Findings) -> dict[Operation, str]:
    """What is really done, and how far."""
    strengths = dict.fromkeys(_wanted(request), request.strength)
    if request.operation is Operation.ENHANCE and Operation.DEREVERB in strengths:
        strengths[Operation.DEREVERB] = GENTLER[request.strength]
        if not findings.measured.room.has_voice:
            del strengths[Operation.DEREVERB]
    return strengths


def _note(request: Request, findings: Findings, reason: str) -> str:
    """What the person should know about a room, or else the reason of the denoiser."""
    if request.preset != Preset.AUTO or not findings.measured.room.has_voice:
        return reason
    if request.operation is Operation.ENHANCE:
        return "room"
    is_denoised = request.operation is Operation.DENOISE
    return "room_left" if is_denoised and reason in ROOM_IS_NEWS else reason


def _enhance(
    source: Source, cleaned: Iterator[Audio], findings: Findings, parts: Parts, report: Report
) -> dict[str, float]:
    from services.engine import enhance
    from services.engine.loudness import LoudnessMeter

    request, form, measured = source.request, source.form, findings.measured
    meter = LoudnessMeter(form.sample_rate, form.channels)
    with Scratch(form.channels) as scratch:
        enhancer = enhance.Enhancer(
            request.preset, request.strength, form.sample_rate, form.channels, measured
        )
        for block in _enhanced(cleaned, enhancer):
            meter.add(block)
            scratch.write(block)
        music = enhance.is_music(request.preset, measured)
        wanted = enhance.target(request.preset, music=music)
        checkpoint = Stage(report, 0.8, 0.9).checkpoint
        level = level_for(scratch, form, meter, wanted, enhance.SAFETY_DB, checkpoint)
        return _write(source, scratch, level, parts, Stage(report, 0.9, 1.0))


def _enhanced(cleaned: Iterator[Audio], enhancer: Enhancer) -> Iterator[Audio]:
    for block in cleaned:
        yield enhancer.push(block)
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
        original = originals.take_from(supply, block.shape[1]) if is_needed else block
        parts.write(original, {CLEAN: block})
        written += block.shape[1]
        stage(written / max(scratch.samples, 1))
    return {
        "loudness_lufs": decibels(meter.integrated),
        "peak_db": decibels(meter.true_peak_db),
        "gain_db": decibels(level.gain_db),
    }
