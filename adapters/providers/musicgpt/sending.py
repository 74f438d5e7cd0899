"""What MusicGPT is sent: always a multipart form, with the link or the file, never both."""

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from urllib.parse import urlsplit

import aiohttp

from adapters.plugin import Tools
from adapters.providers.uploading import Taken, ending, upload
from adapters.wire.musicgpt import preprocessing_field, stems_field
from services.ports import Order
from services.problems import Fault
from services.recipes import Operation

# Their n8n node names MP3, WAV, FLAC, OGG, AAC, WEBM and M4A; here by what our decoder calls them.
TAKEN = Taken(
    {
        "mp3": "mp3",
        "wav": "wav",
        "flac": "flac",
        "ogg": "ogg",
        "aac": "aac",
        "matroska": "webm",
        "webm": "webm",
        "mov": "m4a",
    }
)
# They take pages from there too, but whoever's work that is was not asked.
FILM_SITES = ("youtube.com", "youtu.be", "youtube-nocookie.com")

Make = Callable[[], aiohttp.FormData]


async def link(tools: Tools, order: Order) -> str | None:
    """The person's own link where it may be passed on and says all; else the file is sent."""
    is_whole = ending(order.clip, order.recipe, TAKEN) is not None
    if tools.fetcher is None or not is_whole or not _may_be_told(order.url):
        return None
    try:
        await tools.fetcher.check(order.url)
    except Fault:
        return None
    return order.url


def _may_be_told(url: str) -> bool:
    """Whether it is a plain address of nobody's film site, without a password in it."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    is_film = any(host == site or host.endswith(f".{site}") for site in FILM_SITES)
    is_plain = parts.scheme in ("http", "https") and host and parts.username is None
    return bool(is_plain and not is_film)


@asynccontextmanager
async def form(tools: Tools, order: Order, url: str | None) -> AsyncIterator[Make]:
    """Makes the form, afresh for each try; valid inside the context."""
    if url is not None:
        yield lambda: _fields(order, url)
        return
    async with upload(tools, order, TAKEN) as sent:
        with ExitStack() as files:

            def make() -> aiohttp.FormData:
                made = _fields(order)
                file = files.enter_context(sent.path.open("rb"))
                made.add_field("audio_file", file, filename=sent.name, content_type=sent.mime)
                return made

            yield make


def _fields(order: Order, url: str = "") -> aiohttp.FormData:
    made = aiohttp.FormData(default_to_multipart=True)
    if url:
        made.add_field("audio_url", url)
    if order.callback_url:
        made.add_field("webhook_url", order.callback_url)
    if order.recipe.operation is Operation.STEMS:
        made.add_field("stems", stems_field(order.recipe.parts))
        made.add_field("preprocessing_options", preprocessing_field(order.recipe.cleanup))
    return made
