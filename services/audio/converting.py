"""CONVERT: the same sound in another format, at another bit rate, or a piece of it."""

from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

from services.audio.arguments import about_seconds, span_of, writing_of
from services.audio.covers import cover_of
from services.audio.decoding import blocks, form_of
from services.audio.encoding import Encoder
from services.audio.opening import open_sound
from services.audio.overlap import ahead
from services.audio.progress import Report, Stage
from services.limits import LONGEST_SECONDS
from services.problems import Code, fault


def convert(
    file: BinaryIO, output: BinaryIO, args: Mapping[str, Any], report: Report
) -> dict[str, Any]:
    """Write the sound, or its span, in the asked-for format.

    Raises `Fault` with what is wrong with the sound, `BAD_RANGE` when the span has no samples.
    """
    stage = Stage(report, 0.0, 1.0)
    limit = args.get("max_seconds", LONGEST_SECONDS)
    with open_sound(file, limit) as sound:
        cover = cover_of(sound) if args.get("cover", True) else None
    with open_sound(file, limit) as sound:
        form, span = form_of(sound), span_of(args)
        about, peak = about_seconds(sound, span), 0.0
        with Encoder(output, form, writing_of(args, sound, cover)) as encoder:
            for block in ahead(blocks(sound, form, span, stage.checkpoint, limit)):
                encoder.push(block)
                peak = max(peak, float(np.abs(block).max(initial=0.0)))
                stage(encoder.seconds / about)
            if not encoder.seconds:
                raise fault(Code.BAD_RANGE, "no sample came out")
    return {"seconds": encoder.seconds, "format": args["format"], "peak": peak}
