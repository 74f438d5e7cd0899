"""INSPECT: what a file is, by decoding it – never by its name, and not by its header alone."""

import math
from typing import Any, BinaryIO

from services.audio.decoding import Checkpoint, frames
from services.audio.opening import Sound, open_sound
from services.limits import LONGEST_SECONDS, SHORTEST_SECONDS
from services.problems import Code, fault


def measure(
    file: BinaryIO, max_seconds: float, checkpoint: Checkpoint, enough: float = math.inf
) -> dict[str, Any]:
    """Length, form and kind of the first audio stream.

    max_seconds: of the file; decoding stops there. enough: seconds after which its head is
    believed about the rest. Raises `Fault` with what is wrong with the file.
    """
    limit = min(max_seconds, LONGEST_SECONDS)
    with open_sound(file, limit) as sound:
        # Before decoding: a file that changes midway comes out as it began.
        form = {"sample_rate": sound.sample_rate, "channels": sound.channels}
        return {
            "seconds": _seconds(sound, limit, checkpoint, enough),
            **form,
            "container": sound.name,
            "codec": sound.codec,
            "has_video": sound.has_video,
            "bit_rate": sound.stream.bit_rate or sound.container.bit_rate or 0,
            "tags": sound.tags,
        }


def _seconds(sound: Sound, limit: float, checkpoint: Checkpoint, enough: float) -> float:
    counts: dict[int, int] = {}
    for frame, kept in frames(sound, checkpoint, limit):
        counts[frame.sample_rate] = counts.get(frame.sample_rate, 0) + kept
        if sum(samples / rate for rate, samples in counts.items()) > enough:
            return max(enough, sound.seconds or 0.0)
    seconds = sum(samples / rate for rate, samples in counts.items())
    if not counts:
        raise fault(
            Code.TRUNCATED if sound.begins_well else Code.UNREADABLE_AUDIO, "no sample came out"
        )
    if seconds < SHORTEST_SECONDS:
        raise fault(Code.TOO_SHORT, seconds=seconds)
    return seconds
