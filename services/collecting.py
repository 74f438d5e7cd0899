"""COLLECT: every part into Files, measured, with the picture of before and after."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePath

from services.machine import Collected
from services.model import Clip, Job, Picture, Result, Track
from services.ports import Files, Messenger, SoundTask, Workers
from services.problems import Code, Fault, fault
from services.recipes import CLEAN, MIME, Format

log = logging.getLogger(__name__)

MEASURE_TIMEOUT = timedelta(minutes=10)
DRAW_TIMEOUT = timedelta(minutes=10)

LIKE_SOURCE = {
    "wav": Format.WAV,
    "w64": Format.WAV,
    "mp3": Format.MP3,
    "flac": Format.FLAC,
    "ogg": Format.OGG,
    "aiff": Format.AIFF,
    "mov": Format.M4A,
    "aac": Format.M4A,
}


def format_for(job: Job) -> Format:
    """The format that this job's tracks get: as asked for, else like the source."""
    if job.recipe.format is not None:
        return job.recipe.format
    container = job.clip.container.split(",")[0] if job.clip else ""
    return LIKE_SOURCE.get(container, Format.WAV)


def track_name(clip: Clip, part: str, extension: str) -> str:
    """The file name that people see: theirs, with the part before the extension."""
    return f"{PurePath(clip.name).stem or 'sound'}.{part}.{extension}"


class Collecting:
    """Turns a provider's results into tracks."""

    def __init__(self, files: Files, workers: Workers, messengers: Mapping[str, Messenger]) -> None:
        self._files = files
        self._workers = workers
        self._messengers = messengers

    async def collect(self, job: Job) -> Collected:
        """Every result as a track. Raises `Fault`; may be repeated."""
        assert job.clip is not None
        tracks = tuple([await self._track(job, job.clip, result) for result in job.results])
        if not tracks:
            raise fault(Code.RESULT_GONE, "the provider finished without a result")
        messenger = self._messengers.get(job.address.platform)
        if messenger is None or not messenger.limits.pictures:
            return Collected(tracks)
        return Collected(tracks, await self._picture(job, job.clip, tracks))

    async def _track(self, job: Job, clip: Clip, result: Result) -> Track:
        try:
            size = await self._files.size(result.key)
        except FileNotFoundError:
            raise fault(Code.RESULT_GONE, f"{result.part} is not in Files") from None
        async with self._files.local(result.key) as path:
            found = await self._workers.run(
                SoundTask("inspect", [path], args={"max_seconds": clip.seconds * 2 + 60}),
                timeout=MEASURE_TIMEOUT,
            )
        wanted = format_for(job)
        return Track(
            part=result.part,
            key=result.key,
            name=track_name(clip, result.part, wanted.value),
            format=wanted.value,
            mime=MIME[wanted],
            bytes=size,
            seconds=found["seconds"],
        )

    async def _picture(self, job: Job, clip: Clip, tracks: tuple[Track, ...]) -> Picture | None:
        after = next((track for track in tracks if track.part == CLEAN), tracks[0])
        key = f"{job.id}/picture.png"
        try:
            async with (
                self._files.local(clip.key) as before_path,
                self._files.local(after.key) as after_path,
                self._files.scratch() as folder,
            ):
                drawn = folder / "picture.png"
                args = {"start": job.recipe.start, "end": job.recipe.end}
                task = SoundTask("draw", [before_path, after_path], [drawn], args)
                figures = await self._workers.run(task, timeout=DRAW_TIMEOUT)
                size = await self._files.put_path(key, drawn)
        except Fault as error:
            # A picture is an extra: the sound must not wait for it.
            log.warning("no picture", extra={"job": job.id, "problem": str(error.problem.code)})
            return None
        return Picture(key, size, {name: float(value) for name, value in figures.items()})
