"""COLLECT: every part into Files, measured, with the picture of before and after."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePath

from services import fitting
from services.bringing import Bringing
from services.events import Collected
from services.limits import UNLIMITED
from services.model import Clip, Job, Picture, Result, Shape, Track
from services.ports import Files, Messenger, SoundTask, Workers
from services.problems import Code, Fault, fault
from services.recipes import CLEAN, MIME, Format, Keep, Operation, Recipe, Strength

log = logging.getLogger(__name__)

MEASURE_TIMEOUT = timedelta(minutes=10)
ENCODE_TIMEOUT = timedelta(minutes=30)
DRAW_TIMEOUT = timedelta(minutes=10)
REMUX_TIMEOUT = timedelta(minutes=10)
FILM = "mp4"


def track_name(clip: Clip, part: str, recipe: Recipe, extension: str) -> str:
    """The file name that people see: theirs, with what it is before the extension.

    Softer and Stronger give other names, so that results can lie side by side.
    """
    is_usual = recipe.strength is Strength.NORMAL
    words = [PurePath(clip.name).stem or "sound", part, *([] if is_usual else [recipe.strength])]
    return ".".join([*words, extension])


def _is_film(job: Job) -> bool:
    """Whether a film came, and nothing else than its sound was to be changed."""
    recipe, shape = job.recipe, job.clip.shape if job.clip else Shape.AUDIO
    is_whole = recipe.start == 0 and recipe.end is None and recipe.format is None
    is_sound = recipe.operation is not Operation.STEMS and recipe.keep is not Keep.RESIDUAL
    return shape in (Shape.VIDEO, Shape.VIDEO_NOTE) and is_whole and is_sound


class Collecting:
    """Turns a provider's results into tracks."""

    def __init__(
        self,
        files: Files,
        workers: Workers,
        messengers: Mapping[str, Messenger],
        bringing: Bringing,
    ) -> None:
        self._bringing = bringing
        self._files = files
        self._workers = workers
        self._messengers = messengers

    def budget(self, job: Job) -> float:
        """Bytes that each track may have where it will be shown."""
        messenger = self._messengers.get(job.address.platform)
        return UNLIMITED if messenger is None else messenger.limits(job.address).bytes

    async def collect(self, job: Job) -> Collected:
        """Every result as a track. Raises `Fault`; may be repeated."""
        assert job.clip is not None
        results = job.results
        if not results or any(result.url for result in results):
            results = await self._bringing.bring(job, job.clip, results, self.budget(job))
        made = [(result, form) for result in results for form in job.formats]
        tracks = tuple([await self._track(job, job.clip, *each) for each in made])
        if len(job.formats) > 1:
            await self._drop_masters(results, tracks)
        messenger = self._messengers.get(job.address.platform)
        if messenger is not None and messenger.limits(job.address).video and _is_film(job):
            tracks = (await self._film(job, job.clip, tracks[0]), *tracks[1:])
        has_pictures = messenger is not None and messenger.limits(job.address).pictures
        # A mix and one of its stems, a voice and its noise: two different things to compare.
        is_other = job.recipe.operation is Operation.STEMS or job.recipe.keep is Keep.RESIDUAL
        if not has_pictures or is_other or not job.recipe.picture:
            return Collected(tracks)
        return Collected(tracks, await self._picture(job, job.clip, tracks))

    async def _track(self, job: Job, clip: Clip, result: Result, made: Format) -> Track:
        key = result.key
        if made is not job.master:
            key = await self._encoded(job, clip, result, made)
        try:
            size = await self._files.size(key)
        except FileNotFoundError:
            raise fault(Code.RESULT_GONE, f"{result.part} is not in Files") from None
        async with self._files.local(key) as path:
            task = SoundTask("inspect", [path], args={"max_seconds": clip.seconds * 2 + 60})
            found = await self._workers.run(task, timeout=MEASURE_TIMEOUT)
            is_note = made is Format.OGG and self._is_voice(job)
            outline = await self._outline(path) if is_note else ""
        name = track_name(clip, result.part, job.recipe, made.value)
        return Track(
            part=result.part,
            key=key,
            name=name,
            format=made.value,
            mime=MIME[made],
            bytes=size,
            seconds=found["seconds"],
            waveform=outline,
            wanted=made.value if len(job.formats) > 1 else "",
        )

    async def _encoded(self, job: Job, clip: Clip, result: Result, made: Format) -> str:
        """The key of the result in another format than its master."""
        key = f"{job.id}/{result.part}.{made}"
        seconds, asked = job.recipe.span(clip.seconds), job.recipe.bitrate
        rate = fitting.bit_rate(made, seconds, clip.channels, self.budget(job), asked)
        args = {"format": made.value, "bit_rate": rate, "voice": clip.is_voice}
        try:
            await self._files.size(result.key)
        except FileNotFoundError:
            # We were here before, and died before it was written down.
            return key
        async with self._files.local(result.key) as path, self._files.scratch() as folder:
            output = folder / f"made.{made}"
            task = SoundTask("convert", [path], [output], args)
            await self._workers.run(task, timeout=ENCODE_TIMEOUT)
            await self._files.put_path(key, output)
        return key

    async def _drop_masters(self, results: Sequence[Result], tracks: Sequence[Track]) -> None:
        """What nobody asked for is not kept."""
        for key in {result.key for result in results} - {track.key for track in tracks}:
            await self._files.delete(key)

    async def _film(self, job: Job, clip: Clip, track: Track) -> Track:
        """The pictures that came with the new sound; where that cannot be, the sound alone."""
        key = f"{job.id}/{track.part}.mp4"
        try:
            async with (
                self._files.local(clip.key) as film,
                self._files.local(track.key) as sound,
                self._files.scratch() as folder,
            ):
                output = folder / "film.mp4"
                task = SoundTask("remux", [film, sound], [output])
                await self._workers.run(task, timeout=REMUX_TIMEOUT)
                size = await self._files.put_path(key, output)
        except Fault as error:
            problem = str(error.problem.code)
            log.info("no film", extra={"job": job.id, "problem": problem})
            return track
        name = track_name(clip, track.part, job.recipe, FILM)
        return replace(track, key=key, name=name, format=FILM, mime="video/mp4", bytes=size)

    def _is_voice(self, job: Job) -> bool:
        """Whether its tracks will be voice messages, which show their outline."""
        messenger = self._messengers.get(job.address.platform)
        is_note = job.clip is not None and job.clip.shape is Shape.VOICE
        return (
            is_note
            and job.format is Format.OGG
            and messenger is not None
            and messenger.limits(job.address).voice
        )

    async def _outline(self, path: Path) -> str:
        found = await self._workers.run(SoundTask("outline", [path]), timeout=MEASURE_TIMEOUT)
        return str(found["outline"])

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
