"""Makes a track small enough for its chat: another format, then pieces, then a link."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePath
from typing import Any
from weakref import WeakValueDictionary

from services import fitting
from services.model import Job, Track, Way
from services.ports import Files, SoundTask, Workers
from services.recipes import MIME, Format

FIT_TIMEOUT = timedelta(minutes=30)


class Shrinking:
    """The ladder of DECISIONS.md 4.

    has_links: whether people can reach our own server.
    """

    def __init__(self, files: Files, workers: Workers, *, has_links: bool) -> None:
        self._files = files
        self._workers = workers
        self._last = Way.LINK if has_links else Way.NONE
        self._making: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def fit(self, job: Job, track: Track, budget: float) -> tuple[Track, ...]:
        """The track in a form of at most `budget` bytes a file; may be repeated."""
        assert job.clip is not None
        whole = next((one for one in job.tracks if one.whole == track.whole), track)
        # Of a film, only the sound is made smaller.
        is_film = whole.format not in set(Format)
        wanted, channels = Format.M4A if is_film else Format(whole.format), job.clip.channels
        asked = job.recipe.bitrate
        for made, rate in fitting.smaller(wanted, whole.seconds, channels, budget, asked):
            if not _may_become(job, whole, made):
                continue
            fitted = await self._convert(job, whole, made, {"bit_rate": rate})
            if fitted.bytes <= budget:
                return (fitted,)
        cut = fitting.pieces(whole.seconds, channels, budget)
        if cut is not None and _is_first_choice(job, whole):
            return await self._cut(job, whole, *cut)
        return (replace(whole, way=self._last),)

    async def _cut(
        self, job: Job, whole: Track, made: Format, rate: int, pieces: int
    ) -> tuple[Track, ...]:
        each = whole.seconds / pieces
        cut = []
        for n in range(pieces):
            end = None if n == pieces - 1 else (n + 1) * each
            args = {"bit_rate": rate, "start": n * each, "end": end}
            piece = await self._convert(job, whole, made, args, f"{n + 1}of{pieces}")
            name = f"{PurePath(whole.name).stem}.{n + 1}of{pieces}.{made}"
            cut.append(replace(piece, name=name, piece=n + 1, pieces=pieces))
        return tuple(cut)

    async def _convert(
        self, job: Job, track: Track, made: Format, args: dict[str, Any], piece: str = "whole"
    ) -> Track:
        # A chat with less room must not change what lies there for another.
        key = f"{job.id}/{track.whole}.{piece}.{args['bit_rate'] or 'usual'}.{made}"
        # Asked for twice, it is made once.
        async with self._making.setdefault(key, asyncio.Lock()):
            try:
                size = await self._files.size(key)
            except FileNotFoundError:
                size = await self._make(key, track, made, args)
        end = track.seconds if args.get("end") is None else args["end"]
        return replace(
            track,
            key=key,
            name=f"{PurePath(track.name).stem}.{made}",
            format=made.value,
            mime=MIME[made],
            bytes=size,
            seconds=end - args.get("start", 0.0),
        )

    async def _make(self, key: str, track: Track, made: Format, args: Mapping[str, Any]) -> int:
        async with self._files.local(track.key) as path, self._files.scratch() as folder:
            output = folder / f"fitted.{made}"
            told = {"format": made.value, "voice": bool(track.waveform), **args}
            task = SoundTask("convert", [path], [output], told)
            await self._workers.run(task, timeout=FIT_TIMEOUT)
            return await self._files.put_path(key, output)


def _may_become(job: Job, whole: Track, made: Format) -> bool:
    """Whether a track may come as `made`: where each part comes in two formats, they stay two.

    The first choice goes down the ladder, past the other; the other stays what it is for.
    """
    if not whole.wanted:
        return True
    if any(made is form for form in job.formats if form != whole.wanted):
        return False
    is_lossless = Format(whole.wanted) in fitting.LOSSLESS and made in fitting.LOSSLESS
    return made == whole.wanted or is_lossless or _is_first_choice(job, whole)


def _is_first_choice(job: Job, whole: Track) -> bool:
    """Whether a part must come in this format if it can come in one only: what is small enough."""
    lossy = [form for form in job.formats if form not in fitting.LOSSLESS]
    return not whole.wanted or whole.wanted == (lossy or job.formats)[0]
