"""Hands out files of the product over HTTP: ranges, download names, no surprises on the way."""

import logging
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

from aiohttp import web

from services.ports import Files
from services.problems import Code, fault

log = logging.getLogger(__name__)

# For what is reached by a signed link: nobody frames, keeps or lists it.
BY_LINK = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
PLAIN = re.compile(r"[0-9]{1,18}")  # no file has more bytes


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


async def send(
    request: web.Request, files: Files, blob: Blob, headers: Mapping[str, str], *, is_download: bool
) -> web.StreamResponse:
    """The bytes, or the range of them that was asked for.

    Raises `Fault` with `FILE_GONE` when they are no longer there.
    """
    try:
        size = await files.size(blob.key)
    except FileNotFoundError:
        raise fault(Code.FILE_GONE, name=blob.name) from None
    told = {
        **headers,
        "Accept-Ranges": "bytes",
        "Content-Type": blob.mime,
        "ETag": f'"{sha256(f"{blob.key} {size}".encode()).hexdigest()[:20]}"',
        "Content-Disposition": disposition(blob.name, is_download=is_download),
    }
    if request.headers.get("If-None-Match") == told["ETag"]:
        return web.Response(status=304, headers=told)
    span = span_of(_range(request, told["ETag"]), size)
    if span is None:
        told["Content-Range"] = f"bytes */{size}"
        return web.Response(status=416, headers=told)
    is_part = "Range" in request.headers and span.end - span.start < size
    response = web.StreamResponse(status=206 if is_part else 200, headers=told)
    if is_part:
        response.headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    response.content_length = span.end - span.start
    await response.prepare(request)
    if request.method != "HEAD":
        with cut_on_failure(request):
            await _copy(files.get(blob.key, start=span.start, end=span.end), response)
    return response


@contextmanager
def cut_on_failure(request: web.Request) -> Iterator[None]:
    """For what is sent after the headers: only a cut line says that the rest does not come."""
    try:
        yield
    except ConnectionError:
        raise
    except Exception:
        log.exception("answer broke off")
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError("the answer broke off") from None


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
    is_plain = all(not text or PLAIN.fullmatch(text) for text in (first, last))
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
