"""Pages of other origins that may call the API from a browser: CORS, as Fetch has it."""

from collections.abc import Iterable, Mapping, Sequence

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from adapters.api.headers import IDEMPOTENCY, LEFT, LIMIT, RESET, RETRY

# What a page may read beside the few headers that any page may.
EXPOSED = (LIMIT, LEFT, RESET, RETRY, "ETag", "Content-Range", "Content-Disposition")
SENT = ("Authorization", "Content-Type", IDEMPOTENCY, "Range", "If-Range", "If-None-Match")
METHODS = ("GET", "HEAD", "POST", "DELETE")
REMEMBERED = 600  # seconds for which a browser need not ask again
CROSSING: web.RequestKey[Mapping[str, str]] = web.RequestKey("crossing", Mapping)


class Crossing:
    """Wraps routes so that pages of these origins reach them; no other page does, never all."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = {origin.lower() for origin in origins}

    def wrap(self, routes: Sequence[web.AbstractRouteDef]) -> Sequence[web.AbstractRouteDef]:
        """The same routes; untouched where there is no such origin."""
        return tuple(self._wrapped(route) for route in routes) if self._origins else routes

    def _wrapped(self, route: web.AbstractRouteDef) -> web.AbstractRouteDef:
        assert isinstance(route, web.RouteDef)
        handler: Handler = route.handler

        async def crossed(request: web.Request) -> web.StreamResponse:
            told = request[CROSSING] = self._headers(request)
            is_known = hdrs.ACCESS_CONTROL_ALLOW_ORIGIN in told
            response = _preflight() if is_known and _asks_first(request) else await handler(request)
            # What is streamed took them itself, before its first byte.
            if not response.prepared:
                response.headers.update(told)
            return response

        return web.RouteDef(route.method, route.path, crossed, route.kwargs)

    def _headers(self, request: web.Request) -> dict[str, str]:
        origin = request.headers.get(hdrs.ORIGIN, "")
        vary: dict[str, str] = {hdrs.VARY: hdrs.ORIGIN}
        if origin.lower() not in self._origins:
            return vary
        return {
            **vary,
            hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
            hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: ", ".join(EXPOSED),
        }


def headers_of(request: web.Request) -> Mapping[str, str]:
    """What an answer that is streamed says of it; nothing where no other page may call."""
    found: Mapping[str, str] = request.get(CROSSING, {})
    return found


def _asks_first(request: web.Request) -> bool:
    return (
        request.method == hdrs.METH_OPTIONS
        and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    )


def _preflight() -> web.Response:
    """The answer to a browser that asks before it sends: the key comes with the request itself."""
    told = {
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: ", ".join(METHODS),
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: ", ".join(SENT),
        hdrs.ACCESS_CONTROL_MAX_AGE: str(REMEMBERED),
    }
    return web.Response(status=204, headers=told)
