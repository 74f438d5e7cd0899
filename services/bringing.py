"""A provider's results into Files: fetched, believed only when they fit, and encoded anew."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from services import fitting
from services.model import Clip, Job, Result
from services.ports import Fetcher, Files, SoundTask, Workers
from services.problems import Code, Fault, Whose, fault
from services.recipes import CLEAN, Format

log = logging.getLogger(__name__)

TIMEOUT = timedelta(minutes=30)
LENGTH_MARGIN = 0.05  # of the length that was sent (RELIABILITY.md 3.1)
LEAST_MARGIN = 0.5  # seconds: a codec's own padding
MOST_HEAD = 20_000_000  # bytes for tags, pictures and whatever else comes with it
MOST_PER_SAMPLE = 8  # bytes: the widest sample there is
USUAL_RATE = 48_000  # Hz: what was sent at less may come back at this
SILENT = 1e-4  # of full scale: -80 dB
TRIES = 2  # of one result: what came wrong once may come right


@dataclass(frozen=True, slots=True)
class Wanted:
    """How each part shall be, and from which hosts it may come."""

    format: Format
    seconds: float
    budget: float
    bitrate: int | None  # kbit/s
    hosts: Collection[str]
    tags: Mapping[str, str]


class Bringing:
    """Fetches, checks and converts.

    hosts: of each provider, by its name.
    """

    def __init__(
        self,
        files: Files,
        workers: Workers,
        fetcher: Fetcher | None,
        hosts: Mapping[str, Collection[str]],
    ) -> None:
        self._files = files
        self._workers = workers
        self._fetcher = fetcher
        self._hosts = hosts

    async def bring(
        self, job: Job, clip: Clip, results: tuple[Result, ...], budget: float
    ) -> tuple[Result, ...]:
        """The results with keys in place of addresses, in the order in which people expect them.

        Raises `Fault`: `RESULT_GONE` when one is no longer there, `PROVIDER_DOWN` when it could
        not be fetched now, `PROVIDER_FAILED` when it is not what was asked for.
        """
        by_part = {result.part: result for result in results}
        missing = [part for part in job.recipe.parts if part not in by_part]
        if missing:
            raise fault(Code.PROVIDER_FAILED, f"without {', '.join(missing)}")
        wanted = Wanted(
            format=job.master,
            seconds=job.recipe.span(clip.seconds),
            budget=budget,
            bitrate=job.recipe.bitrate,
            hosts=self._hosts.get(job.provider or "", ()),
            tags=await self._tags(clip),
        )
        return tuple(
            [await self._one(job, clip, by_part[part], wanted) for part in job.recipe.parts]
        )

    async def _tags(self, clip: Clip) -> Mapping[str, str]:
        """What a result is called inside is the person's word, not the provider's."""
        async with self._files.local(clip.key) as path:
            task = SoundTask("inspect", [path], args={"enough": 0.1})
            found = await self._workers.run(task, timeout=TIMEOUT)
        return dict(found["tags"])

    async def _one(self, job: Job, clip: Clip, result: Result, wanted: Wanted) -> Result:
        raw = f"{job.id}/{result.part}.raw"
        for left in reversed(range(TRIES)):
            try:
                await self._fetch(raw, clip, result, wanted)
                key = await self._believed(job, clip, result, wanted, raw)
                return replace(result, key=key, url="")
            except Fault as error:
                problem = error.problem
                if problem.code is not Code.PROVIDER_FAILED or not left:
                    raise
                about = {"job": job.id, "provider": job.provider, "detail": problem.detail}
                log.warning("result is fetched once more", extra=about)
            finally:
                await self._files.delete(raw)
        raise AssertionError("unreachable")

    async def _fetch(self, raw: str, clip: Clip, result: Result, wanted: Wanted) -> None:
        if self._fetcher is None:
            raise fault(Code.PROVIDER_FAILED, "nothing here fetches results")
        await self._files.delete(raw)
        rate, channels = max(clip.sample_rate, USUAL_RATE), max(clip.channels, 2)
        most = MOST_HEAD + int(wanted.seconds * rate * channels * MOST_PER_SAMPLE)
        data = self._fetcher.open_result(result.url, wanted.hosts)
        try:
            await self._files.put(raw, data, max_bytes=most)
        except Fault as error:
            if error.problem.code is Code.TOO_LARGE:
                raise fault(Code.PROVIDER_FAILED, f"more than {most} bytes") from error
            raise

    async def _believed(
        self, job: Job, clip: Clip, result: Result, wanted: Wanted, raw: str
    ) -> str:
        """The key of the result as its person gets it."""
        key = f"{job.id}/{result.part}.{wanted.format}"
        async with self._files.local(raw) as came, self._files.scratch() as folder:
            made = folder / f"made.{wanted.format}"
            try:
                peak = await self._convert(came, made, wanted, clip)
            except Fault as error:
                # What is wrong with this sound is not the person's doing.
                if error.problem.code.whose is Whose.PERSON:
                    raise _unfit(str(error.problem.code)) from error
                raise
            if result.part == CLEAN and peak < SILENT and not await self._is_silent(clip, folder):
                raise _unfit("silent")
            await self._files.put_path(key, made)
        return key

    async def _convert(self, came: Path, made: Path, wanted: Wanted, clip: Clip) -> float:
        """Write it anew; its peak. Nothing that came with the sound but the sound goes on."""
        margin = max(wanted.seconds * LENGTH_MARGIN, LEAST_MARGIN)
        rate = fitting.bit_rate(
            wanted.format, wanted.seconds, clip.channels, wanted.budget, wanted.bitrate
        )
        args: dict[str, Any] = {
            "format": wanted.format.value,
            "bit_rate": rate,
            "voice": clip.is_voice,
            "tags": dict(wanted.tags),
            "cover": False,
            "max_seconds": wanted.seconds + margin,
        }
        found = await self._workers.run(SoundTask("convert", [came], [made], args), timeout=TIMEOUT)
        if abs(found["seconds"] - wanted.seconds) > margin:
            raise _unfit(f"{found['seconds']:.1f} s for {wanted.seconds:.1f} s")
        return float(found["peak"])

    async def _is_silent(self, clip: Clip, folder: Path) -> bool:
        """Whether there was nothing to be heard in the first place."""
        args = {"format": Format.FLAC.value}
        async with self._files.local(clip.key) as path:
            task = SoundTask("convert", [path], [folder / "source.flac"], args)
            found = await self._workers.run(task, timeout=TIMEOUT)
        return float(found["peak"]) < SILENT


def _unfit(detail: str) -> Fault:
    return fault(Code.PROVIDER_FAILED, f"not what was asked for: {detail}")
