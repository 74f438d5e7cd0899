"""Good files that were cut, bent or put together wrongly."""

import functools
import random

from services.problems import Code
from tests.hostile import bad
from tests.hostile.corpus import Good, cases
from tests.hostile.media import tone, written

SECONDS = 2.0
KINDS = {
    "wav": ("wav", "pcm_s16le"),
    "flac": ("flac", "flac"),
    "mp3": ("mp3", "mp3"),
    "ogg": ("ogg", "opus"),
    "m4a": ("ipod", "aac"),
    "mkv": ("matroska", "vorbis"),
    "aiff": ("aiff", "pcm_s16be"),
}
CUTS = (0.25, 0.5, 0.9)
NO_SOUND_LEFT = (Code.TRUNCATED, Code.UNREADABLE_AUDIO)
SEEDS = range(4)


@functools.cache
def whole(kind):
    """Two seconds of stereo."""
    # Short pages: one wrong bit costs an Ogg file the whole page.
    paging = {"page_duration": "100000"} if kind == "ogg" else {}
    return written(tone(SECONDS, channels=2), *KINDS[kind], muxer_options=paging)


def _cut(kind, share):
    data = whole(kind)
    return data[: round(len(data) * share)]


def _bent_behind(kind, seed):
    """Its head is whole: what follows has a wrong bit here and there."""
    data = whole(kind)
    head = len(data) // 8
    return data[:head] + bad.flipped(data[head:], seed, 0.0002)


def _hole(kind):
    data = bytearray(whole(kind))
    begin, end = len(data) * 2 // 5, len(data) // 2
    data[begin:end] = bytes(end - begin)
    return bytes(data)


def _shuffled(kind):
    data = whole(kind)
    parts = [data[at : at + 512] for at in range(4_096, len(data), 512)]
    random.Random(4).shuffle(parts)
    return data[:4_096] + b"".join(parts)


def _cuts():
    for kind in KINDS:
        for share in CUTS:
            # Bytes are not spread evenly over the time, and a codec keeps some back.
            good = Good(SECONDS * share, 2, within=0.3)
            verdict = Code.TRUNCATED if kind == "m4a" else good
            yield (
                f"{kind} cut at {share:.0%}",
                (lambda kind=kind, share=share: _cut(kind, share), verdict),
            )
        yield (
            f"{kind} cut after 40 bytes",
            (lambda kind=kind: whole(kind)[:40], Code.TRUNCATED),
        )


def _bends():
    readable = Good(SECONDS, 2, within=1.5)
    for kind in KINDS:
        for seed in SEEDS:
            # In an MP4 the last eighth is the index: with a wrong bit there little is left.
            verdict = (readable, *NO_SOUND_LEFT) if kind == "m4a" else readable
            yield (
                f"{kind} bent by {seed}",
                (lambda kind=kind, seed=seed: _bent_behind(kind, seed), verdict),
            )
        yield f"{kind} with a hole", (lambda kind=kind: _hole(kind), readable)


def broken():
    """The cases."""
    return cases(
        dict(_cuts())
        | dict(_bends())
        | {
            "flac in the wrong order": (lambda: _shuffled("flac"), Code.TRUNCATED),
            "mp3 in the wrong order": (lambda: _shuffled("mp3"), Good(SECONDS, 2, within=1.5)),
            "ogg in the wrong order": (lambda: _shuffled("ogg"), Good(1.0, 2, within=1.0)),
            "mp3 without its first kilobytes": (
                lambda: whole("mp3")[5_000:],
                Good(1.7, 2, within=0.3),
            ),
            "ogg without its head": (lambda: whole("ogg")[5_000:], Code.UNREADABLE_AUDIO),
            "a flac in an mp3": (
                lambda: whole("mp3")[:10_000] + whole("flac"),
                Good(1.0, 2, within=1.5),
            ),
            "a wav in a wav": (lambda: whole("wav") + whole("wav"), Good(SECONDS, 2, within=0.1)),
            "turned around": (lambda: whole("mp3")[::-1], Code.UNREADABLE_AUDIO),
            "two bytes swapped all over": (
                lambda: b"".join(
                    whole("flac")[at : at + 2][::-1] for at in range(0, len(whole("flac")), 2)
                ),
                Code.UNREADABLE_AUDIO,
            ),
        }
    )
