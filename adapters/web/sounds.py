"""Sounds and pictures of a visitor's own jobs: ranges, safe types, download names."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from urllib.parse import quote

from aiohttp import web

from adapters.web.asks import PLATFORM
from adapters.web.copies import Copies
from adapters.web.guard import HEADERS, cut_on_failure
from adapters.web.playing import OPUS, mime_of, safe_mime
from adapters.web.shown import SOURCE
from services.model import Job, JobId
from services.ports import Files, Store
from services.problems import Code, Fault, fault

FIXED = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache",
    "Accept-Ranges": "bytes",
}


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes to hand out."""

    key: str
    name: str
    mime: str


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `start` up to, not including, `end`."""

    start: int
    end: int


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
        tracks = job.outcome if isinstance(job.outcome, tuple) else ()
        for track in tracks:
            if track.part == part:
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
        try:
            size = await self._files.size(blob.key)
        except FileNotFoundError:
            raise fault(Code.FILE_GONE, name=blob.name) from None
        headers = {
            **FIXED,
            "Content-Type": blob.mime,
            "ETag": f'"{sha256(f"{blob.key} {size}".encode()).hexdigest()[:20]}"',
            "Content-Disposition": disposition(blob.name, is_download=_is_download(request)),
        }
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        span = span_of(_range(request, headers["ETag"]), size)
        if span is None:
            headers["Content-Range"] = f"bytes */{size}"
            return web.Response(status=416, headers=headers)
        return await self._stream(request, blob.key, span, size, headers)

    async def _stream(
        self, request: web.Request, key: str, span: Span, size: int, headers: dict[str, str]
    ) -> web.StreamResponse:
        is_part = "Range" in request.headers and span.end - span.start < size
        response = web.StreamResponse(status=206 if is_part else 200, headers=headers)
        if is_part:
            response.headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
        response.content_length = span.end - span.start
        await response.prepare(request)
        if request.method != "HEAD":
            with cut_on_failure(request):
                await _copy(self._files.get(key, start=span.start, end=span.end), response)
        return response


async def _copy(data: AsyncIterator[bytes], response: web.StreamResponse) -> None:
    # Players drop a range as soon as they know enough.
    with suppress(ConnectionError):
        async for chunk in data:
            await response.write(chunk)


def span_of(header: str, size: int) -> Span | None:
    """The bytes that a Range header asks for: all of them when it is absent, None beyond the end.

    Several ranges at once and other units are answered with everything, as RFC 9110 allows.
    """
    unit, _, spec = header.partition("=")
    first, dash, last = spec.strip().partition("-")
    is_plain = all(not text or (text.isascii() and text.isdigit()) for text in (first, last))
    if unit.strip() != "bytes" or not dash or not is_plain or not (first or last):
        return Span(0, size)
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    return Span(start, end) if start < end else None


def disposition(name: str, *, is_download: bool) -> str:
    """A Content-Disposition by RFC 6266: a plain name, and the real one for all who know how."""
    simple = "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name
    )
    kind = "attachment" if is_download else "inline"
    return f"{kind}; filename=\"{simple}\"; filename*=UTF-8''{quote(name, safe='')}"


def _range(request: web.Request, etag: str) -> str:
    """The Range header, unless it speaks of other bytes than ours."""
    if request.headers.get("If-Range", etag) != etag:
        return ""
    return request.headers.get("Range", "")


def _is_download(request: web.Request) -> bool:
    return request.query.get("download") == "1"
