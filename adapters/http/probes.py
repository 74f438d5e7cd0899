"""/healthz, /readyz and /metrics: alive, usable, counted. No ids and no secrets in them."""

import hmac
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from services.meters import Meters

Check = Callable[[], Awaitable[None]]  # raises when the part is not usable


def routes(
    checks: Mapping[str, Check], meters: Meters, metrics_token: str | None
) -> list[web.RouteDef]:
    """The three probes."""

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(request: web.Request) -> web.Response:
        states = {name: await _state(check) for name, check in checks.items()}
        is_ready = all(state == "ok" for state in states.values())
        return web.json_response(states, status=200 if is_ready else 503)

    async def metrics(request: web.Request) -> web.Response:
        if not _may_read(request, metrics_token):
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
        for name, check in checks.items():
            meters.part(name, is_up=await _state(check) == "ok")
        return web.Response(body=meters.text(), content_type="text/plain", charset="utf-8")

    return [
        web.get("/healthz", healthz),
        web.get("/readyz", readyz),
        web.get("/metrics", metrics),
    ]


async def _state(check: Check) -> str:
    try:
        await check()
    except Exception as error:  # noqa: BLE001 – whatever is wrong makes it not ready
        return type(error).__name__
    return "ok"


def _may_read(request: web.Request, token: str | None) -> bool:
    if token is None:
        return True
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(errors="surrogateescape"), token.encode())
