"""Sounds and pictures of a visitor's own jobs: ranges, safe types, download names."""

from pathlib import PurePath

from aiohttp import web

from adapters.ranges import Blob, send
from adapters.web.asks import PLATFORM
from adapters.web.copies import Copies
from adapters.web.guard import HEADERS
from adapters.web.playing import OPUS, mime_of, safe_mime
from adapters.web.shown import SOURCE
from services.model import Job, JobId
from services.ports import Files, Store
from services.problems import Code, Fault, fault

FIXED = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache",
}


class Sounds:
    """Finds what a visitor may hear; everything else is not there."""

    def __init__(self, store: Store, files: Files, copies: Copies) -> None:
        self._store = store
        self._files = files
        self._copies = copies

    async def sound(self, job_id: str, part: str, visitor: str) -> Blob:
        """The source or a finished part of a job; raises `Fault` when it is not there."""
        job = await self._job(job_id, visitor)
        if part == SOURCE and job.clip is not None:
            return Blob(job.clip.key, job.clip.name, mime_of(job.clip.container))
        for track in job.tracks:
            if track.id == part:
                return Blob(track.key, track.name, safe_mime(track.mime))
        raise fault(Code.NO_SUCH_JOB, job=job_id)

    async def playable(self, job_id: str, part: str, visitor: str) -> Blob:
        """The same sound as an Opus copy; raises `Fault` when there is none to be had."""
        sound = await self.sound(job_id, part, visitor)
        key = await self._copies.of(JobId(job_id), part, sound.key)
        try:
            await self._job(job_id, visitor)
        except Fault:
            # The time of the job was over while the copy was made.
            await self._files.delete(key)
            raise
        return Blob(key, f"{PurePath(sound.name).stem}.ogg", OPUS)

    async def picture(self, job_id: str, visitor: str) -> Blob:
        """The picture of a job; raises `Fault` when it is not there."""
        job = await self._job(job_id, visitor)
        if job.picture is None:
            raise fault(Code.NO_SUCH_JOB, job=job_id)
        return Blob(job.picture.key, "before-after.png", "image/png")

    async def _job(self, job_id: str, visitor: str) -> Job:
        job = await self._store.read(lambda tx: tx.job(JobId(job_id)))
        is_own = job and job.address.platform == PLATFORM and job.person.id == visitor
        if job is None or not is_own or job.purged:
            raise fault(Code.NO_SUCH_JOB, job=job_id)
        return job

    async def send(self, request: web.Request, blob: Blob) -> web.StreamResponse:
        """The bytes, or the range of them that was asked for."""
        is_download = request.query.get("download") == "1"
        return await send(request, self._files, blob, FIXED, is_download=is_download)
