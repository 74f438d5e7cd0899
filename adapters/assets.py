"""Static files over HTTP: read once at start, sent again only where they changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aiohttp import web

OF_EVERY_PAGE = Path(__file__).parent / "static"  # colours and the icon
MIMES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".flac": "audio/flac",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file."""

    body: bytes
    mime: str
    etag: str


def asset(body: bytes, mime: str) -> Asset:
    """What is served as a static file."""
    return Asset(body, mime, f'"{sha256(body).hexdigest()[:20]}"')


def read(path: Path) -> Asset:
    """The file with its type."""
    return asset(path.read_bytes(), MIMES[path.suffix])


def folder(path: Path) -> dict[str, Asset]:
    """Every static file of a page by its name; a name that is not here does not exist."""
    files = (*OF_EVERY_PAGE.iterdir(), *path.iterdir())
    return {one.name: read(one) for one in files if one.suffix in MIMES}


def answer(
    request: web.Request, found: Asset | None, headers: Mapping[str, str] | None = None
) -> web.Response:
    """A static file; browsers ask each time whether it changed, which is cheap."""
    if found is None:
        return web.Response(status=404, text="", headers=headers)
    told = {**(headers or {}), "ETag": found.etag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == found.etag:
        return web.Response(status=304, headers=told)
    charset = "utf-8" if found.mime.startswith("text/") or found.mime.endswith("xml") else None
    return web.Response(body=found.body, content_type=found.mime, charset=charset, headers=told)
