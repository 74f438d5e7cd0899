"""What tells programmers of the API, for everybody who asks: no key is needed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache

from aiohttp import web

from adapters import assets
from adapters.api import musicgpt_openapi, noise_remover_openapi, openapi
from adapters.api.openapi import Schema
from adapters.api.places import MUSICGPT, NOISE_REMOVER
from adapters.assets import Asset

# By the name under which each is kept in docs/api.
DOCUMENTS: Mapping[str, Callable[[], Schema]] = {
    "musicgpt.json": musicgpt_openapi.document,
    "noise-remover.json": noise_remover_openapi.document,
}
PLACES = {
    "musicgpt.json": f"{MUSICGPT}/v1/openapi.json",
    "noise-remover.json": f"{NOISE_REMOVER}/openapi.json",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def text(name: str) -> str:
    """A document as it is served and kept."""
    return openapi.text(DOCUMENTS[name]())


def routes() -> Sequence[web.AbstractRouteDef]:
    """Both documents, each beside what it describes."""
    return tuple(web.get(place, _serving(name)) for name, place in PLACES.items())


@cache
def _asset(name: str) -> Asset:
    # Not at the start: it takes as long as everything else that is opened.
    return assets.asset(text(name).encode(), openapi.JSON)


def _serving(name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        return assets.answer(request, await asyncio.to_thread(_asset, name), HEADERS)

    return serve
