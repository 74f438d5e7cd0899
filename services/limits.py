"""Ceilings: the type, the product's own numbers, and the decisions that compare."""

import math
from dataclasses import dataclass

from services.problems import Code, Problem

UNLIMITED = math.inf


@dataclass(frozen=True, slots=True)
class Limits:
    """What a place can take; `math.inf` means no limit.

    bytes: of one file. message_bytes: of all files of one message together.
    voice: whether a voice recording is answered by a voice message, which stands by itself.
    """

    bytes: float = UNLIMITED
    seconds: float = UNLIMITED
    files_per_message: int = 10
    message_bytes: float = UNLIMITED
    voice: bool = False
    watches: bool = False  # every message of a chosen chat can be heard
    keeps_copies: bool = False  # what was given stays there, whatever becomes of our files
    seconds_between_edits: float = 1.0  # of one message, as a courtesy to the platform
    pictures: bool = True  # whether a picture of the change is shown there
    video: bool = False  # whether a film is given back as a film
    others: bool = False  # whether there is room for buttons that lead further
    bare_albums: bool = False  # several files of one message come without words and buttons
    bare: bool = False  # so does every file: the words are read elsewhere
    albums: bool = False  # several files sent at once come back at once
    replies: frozenset[str] = frozenset({"here"})  # where answers can go: here, thread, private
    whispers: bool = False  # what answers a command is read by its person alone
    asks: bool = True  # whether those who look after the place can be asked something there
    progress: bool = True  # whether anybody sees there how far work is; else only its end is told
    repeats: bool = False  # whoever is told something twice knows that it is the same


# What the decoder can be asked to do at all, whoever asks (ENGINE.md section 7).
MAX_CHANNELS = 16
SAMPLE_RATES = range(4_000, 384_001)  # Hz
SHORTEST_SECONDS = 0.05
LONGEST_SECONDS = 24 * 3600.0


def tightest(*limits: Limits) -> Limits:
    """The limits that satisfy all of these."""
    return Limits(
        bytes=min(limit.bytes for limit in limits),
        seconds=min(limit.seconds for limit in limits),
        files_per_message=min(limit.files_per_message for limit in limits),
        message_bytes=min(limit.message_bytes for limit in limits),
        voice=all(limit.voice for limit in limits),
        watches=all(limit.watches for limit in limits),
        keeps_copies=any(limit.keeps_copies for limit in limits),
        seconds_between_edits=max(limit.seconds_between_edits for limit in limits),
        pictures=all(limit.pictures for limit in limits),
        video=all(limit.video for limit in limits),
        others=all(limit.others for limit in limits),
        bare_albums=any(limit.bare_albums for limit in limits),
        bare=any(limit.bare for limit in limits),
        albums=all(limit.albums for limit in limits),
        replies=frozenset.intersection(*(limit.replies for limit in limits)),
        asks=all(limit.asks for limit in limits),
        progress=all(limit.progress for limit in limits),
        repeats=all(limit.repeats for limit in limits),
    )


def check(size: int, seconds: float, limits: Limits) -> Problem | None:
    """The problem with sound of this size and length, or None."""
    if size > limits.bytes:
        return Problem(Code.TOO_LARGE, {"size": size, "limit": limits.bytes})
    if seconds > limits.seconds:
        return Problem(Code.TOO_LONG, {"seconds": seconds, "limit": limits.seconds})
    if seconds < SHORTEST_SECONDS:
        return Problem(Code.TOO_SHORT, {"seconds": seconds})
    return None
