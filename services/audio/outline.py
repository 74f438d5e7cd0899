"""OUTLINE: how loud a voice message is over its time, as chats draw it."""

import base64
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

from services.audio.decoding import Span, blocks, form_of
from services.audio.opening import open_sound
from services.audio.progress import Report, Stage
from services.limits import LONGEST_SECONDS

SLOT = 0.1  # seconds of one value at the least
MOST = 256  # values


def outline(file: BinaryIO, args: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """One byte for each stretch of the sound, its peak against the loudest; base64.

    Raises `Fault` with what is wrong with the sound.
    """
    limit = args.get("max_seconds", LONGEST_SECONDS)
    checkpoint = Stage(report, 0.0, 1.0).checkpoint
    peaks: list[float] = []
    with open_sound(file, limit) as sound:
        form = form_of(sound)
        slot = max(1, round(form.sample_rate * SLOT))
        rest = np.zeros(0, np.float32)
        for block in blocks(sound, form, Span(0.0, None), checkpoint, limit):
            rest = np.concatenate((rest, np.abs(block).max(axis=0)))
            whole = len(rest) // slot * slot
            peaks += rest[:whole].reshape(-1, slot).max(axis=1).tolist()
            rest = rest[whole:]
    if len(rest):
        peaks.append(float(rest.max()))
    return {"outline": base64.b64encode(drawn(peaks)).decode()}


def drawn(peaks: list[float]) -> bytes:
    """At most `MOST` bytes, 255 for the loudest."""
    if not peaks:
        return b"\0"
    values = np.array(
        [max(part) for part in np.array_split(np.array(peaks), min(len(peaks), MOST))]
    )
    return bytes(np.round(255 * values / max(values.max(), 1e-4)).astype(np.uint8))
