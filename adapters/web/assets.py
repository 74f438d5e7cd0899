"""The page and its files, read once at start; nothing comes from anywhere else."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from services import texts
from services.model import Text

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "tests" / "data" / "demo.flac"
SAMPLE = "sample.flac"
WORDS = {"noscript": "web-noscript", "offline": "web-offline", "retry": "web-try-again"}
MIMES = {
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


def load() -> dict[str, Asset]:
    """Every static file by its name; a name that is not here does not exist."""
    paths = [path for path in (HERE / "static").iterdir() if path.suffix in MIMES]
    found = {path.name: _asset(path) for path in paths}
    # A checkout has a recording to try with; an installed package has not.
    return {**found, SAMPLE: _asset(DEMO)} if DEMO.is_file() else found


def page(locale: str) -> str:
    """The page itself: a frame with only those sentences that cannot wait for the others."""
    loader = FileSystemLoader(HERE / "templates")
    template = Environment(loader=loader, autoescape=True).get_template("page.html")
    words = {name: texts.render(Text(key), locale) for name, key in WORDS.items()}
    return template.render(locale=locale, **words)


def answer(request: web.Request, asset: Asset | None) -> web.Response:
    """A static file; browsers ask each time whether it changed, which is cheap."""
    if asset is None:
        return web.Response(status=404, text="")
    headers = {"ETag": asset.etag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == asset.etag:
        return web.Response(status=304, headers=headers)
    charset = None if asset.mime.startswith("audio/") else "utf-8"
    return web.Response(body=asset.body, content_type=asset.mime, charset=charset, headers=headers)


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, MIMES[path.suffix], f'"{sha256(body).hexdigest()[:20]}"')
