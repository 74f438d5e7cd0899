"""What several tasks read from their arguments."""

from collections.abc import Mapping
from typing import Any

from services.audio.decoding import Span
from services.audio.encoding import Writing
from services.audio.opening import Sound
from services.limits import LONGEST_SECONDS
from services.recipes import Format


def span_of(args: Mapping[str, Any]) -> Span:
    """Which seconds a task is about."""
    return Span(args.get("start") or 0.0, args.get("end"))


def writing_of(args: Mapping[str, Any], sound: Sound, cover: bytes | None = None) -> Writing:
    """How a task's results are written; tags are the source's own unless it says others."""
    return Writing(
        format=Format(args["format"]),
        depth=sound.depth,
        bit_rate=args.get("bit_rate"),
        is_voice=bool(args.get("voice")),
        tags=args.get("tags", sound.tags),
        cover=cover,
    )


def about_seconds(sound: Sound, span: Span) -> float:
    """How long the work is as far as the header knows; for progress only, never 0."""
    end = sound.seconds or LONGEST_SECONDS
    return max(min(end, span.end or end) - span.start, 0.1)
