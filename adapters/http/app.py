"""The one aiohttp application: routes, body limits, error answers."""

import logging
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler

log = logging.getLogger(__name__)

MOST_BODY = 64 * 1024  # bytes of a body that is read whole; uploads are streamed


def application(routes: Iterable[web.AbstractRouteDef]) -> web.Application:
    """An application with these routes."""
    app = web.Application(middlewares=[_guard], client_max_size=MOST_BODY)
    app.add_routes(routes)
    return app


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except (ConnectionResetError, BrokenPipeError):
        raise  # the other side went away: nobody to answer, nothing to fix
    except Exception:
        route = request.match_info.route.resource
        log.exception("request failed", extra={"route": route.canonical if route else "?"})
        return web.json_response({"error": "internal"}, status=500)
