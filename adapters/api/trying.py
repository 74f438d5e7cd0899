"""The page on which a programmer tries the API; nothing of it comes from anywhere else."""

from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from adapters import assets

PLACE = "/api"
PAGE = "index.html"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def routes() -> Sequence[web.AbstractRouteDef]:
    """The page and its files; without a key, which is asked for there."""
    files = assets.folder(Path(__file__).parent / "static")

    async def page(request: web.Request) -> web.StreamResponse:
        return assets.answer(request, files[PAGE], HEADERS)

    async def static(request: web.Request) -> web.StreamResponse:
        return assets.answer(request, files.get(request.match_info["name"]), HEADERS)

    async def moved(request: web.Request) -> web.StreamResponse:
        return web.Response(status=308, headers={**HEADERS, "Location": f"{PLACE}/"})

    return (
        web.get(PLACE, moved),
        web.get(f"{PLACE}/", page),
        web.get(f"{PLACE}/static/{{name}}", static),
    )
