"""Every piece of work a child process can be given, by name."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

from services.audio.converting import convert
from services.audio.inspecting import measure
from services.audio.progress import Report
from services.limits import LONGEST_SECONDS

Task = Callable[[Sequence[BinaryIO], Sequence[BinaryIO], Mapping[str, Any], Report], dict[str, Any]]
"""Takes open inputs, open outputs, arguments and where to report; gives plain values.

Raises `Fault` with what is wrong with the sound and `Cancelled` when asked to stop.
"""

Files = Sequence[BinaryIO]
Args = Mapping[str, Any]

# What is heavy is imported by the task that needs it: a child that only inspects stays small.


def _inspect(inputs: Files, _outputs: Files, args: Args, report: Report) -> dict[str, Any]:
    limit = args.get("max_seconds", LONGEST_SECONDS)
    return measure(inputs[0], limit, lambda: report(0.0), args.get("enough", math.inf))


def _clean(inputs: Files, outputs: Files, args: Args, report: Report) -> dict[str, Any]:
    from services.audio.cleaning import clean

    return clean(inputs[0], outputs, args, report)


def _stems(inputs: Files, outputs: Files, args: Args, report: Report) -> dict[str, Any]:
    from services.audio.separating import Quick, separate

    return separate(Quick(), inputs[0], outputs, args, report)


def _model_stems(inputs: Files, outputs: Files, args: Args, report: Report) -> dict[str, Any]:
    from services.audio.models.backends import tier
    from services.audio.separating import separate

    model = tier(args["backend"], args["told"], args["parts"])
    return separate(model, inputs[0], outputs, args, report)


def _models(_inputs: Files, _outputs: Files, args: Args, report: Report) -> dict[str, Any]:
    from services.audio.models.backends import probe

    return probe(args["backend"], report)


def _convert(inputs: Files, outputs: Files, args: Args, report: Report) -> dict[str, Any]:
    return convert(inputs[0], outputs[0], args, report)


def _outline(inputs: Files, _outputs: Files, args: Args, report: Report) -> dict[str, Any]:
    from services.audio.outline import outline

    return outline(inputs[0], args, report)


def _draw(inputs: Files, outputs: Files, args: Args, report: Report) -> dict[str, Any]:
    from services.audio.drawing import draw

    return draw(inputs[0], inputs[1], outputs[0], args, report)


def _remux(inputs: Files, outputs: Files, args: Args, report: Report) -> dict[str, Any]:
    from services.audio.remuxing import remux

    return remux(inputs[0], inputs[1], outputs[0], args, report)


def _warm(_inputs: Files, _outputs: Files, _args: Args, _report: Report) -> dict[str, Any]:
    from services.audio import cleaning, drawing
    from services.engine import denoise, enhance

    denoise.warm_up()
    enhance.warm_up()
    return {"ready": [cleaning.__name__, drawing.__name__]}


def _warm_rest(_inputs: Files, _outputs: Files, _args: Args, _report: Report) -> dict[str, Any]:
    from services.engine import dereverb, echo, stems

    for part in (echo, dereverb, stems):
        part.warm_up()
    return {}


TASKS: Mapping[str, Task] = {
    "inspect": _inspect,
    "clean": _clean,
    "stems": _stems,
    "model-stems": _model_stems,
    "models": _models,
    "convert": _convert,
    "draw": _draw,
    "remux": _remux,
    "outline": _outline,
    "warm": _warm,
    "warm-rest": _warm_rest,
}
