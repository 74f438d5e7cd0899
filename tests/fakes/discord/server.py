"""The HTTP side: every request is written down, held, failed, counted and answered."""

import asyncio
import json
import math
import re
import time
import traceback
from typing import Any

from aiohttp import web

from tests.fakes.discord import body
from tests.fakes.discord.callbacks import Callbacks
from tests.fakes.discord.cutting import cut
from tests.fakes.discord.model import Ask, Call, Fault, Hold
from tests.fakes.discord.refusal import Refused
from tests.fakes.discord.rest import Rest

PREFIX = "/api/v10"
MOST = 1024**3


class Server:
    """Answers requests for a world, in the order of Discord's gates."""

    def __init__(self, world) -> None:
        self._world = world
        self._faults: list[tuple[str, str, list[Fault]]] = []
        self._holds: list[Hold] = []

    def app(self) -> web.Application:
        app = web.Application(client_max_size=MOST)
        for method, path, handler in [
            *Rest(self._world).routes(),
            *Callbacks(self._world).routes(),
        ]:
            app.router.add_route(method, PREFIX + path, self._answering(handler))
        app.router.add_get("/gateway", self._world.gateway.serve)
        files = self._world.files
        app.router.add_get("/attachments/{owner}/{id}/{name}", self._guarded(files.serve))
        app.router.add_route("*", "/{rest:.*}", self._answering(_nowhere))
        return app

    def fail(self, method: str, pattern: str, *faults: Fault) -> None:
        self._faults.append((method, pattern, list(faults)))

    def hold(self, pattern: str) -> Hold:
        held = Hold(pattern)
        self._holds.append(held)
        return held

    def let_go(self) -> None:
        for held in self._holds:
            held.release()

    def _answering(self, handler):
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                ask = await body.read(request)
            except Refused as no:
                return self._refuse(request, no)
            call = self._write_down(request, ask)

            async def work() -> web.StreamResponse:
                return await self._work(request, handler, ask)

            response = await self._pass(request, work)
            call.status = response.status
            return response

        return answer

    def _guarded(self, handler):
        async def answer(request: web.Request) -> web.StreamResponse:
            async def work() -> web.StreamResponse:
                return await handler(request)

            return await self._pass(request, work)

        return answer

    async def _pass(self, request: web.Request, work) -> web.StreamResponse:
        path = _path(request)
        for held in self._holds:
            if re.search(held.pattern, path):
                await held.wait()
        fault = self._next_fault(request.method, path)
        if fault is None:
            return await work()
        await asyncio.sleep(fault.wait)
        if fault.reset:
            return _cut(request)
        if fault.swallow:
            await work()
            return _cut(request)
        if fault.status == 429:
            return _slow_down(fault.retry_after, everywhere=fault.everywhere, headers={})
        if not fault.status:
            return await work()
        return _json({"message": fault.message, "code": fault.code}, fault.status)

    def _next_fault(self, method: str, path: str) -> Fault | None:
        for wanted, pattern, faults in self._faults:
            if faults and wanted in (method, "*") and re.search(pattern, path):
                return faults.pop(0)
        return None

    async def _work(self, request: web.Request, handler, ask: Ask) -> web.StreamResponse:
        world, path = self._world, _path(request)
        if needs_token(path) and request.headers.get("Authorization") != f"Bot {world.token}":
            return self._refuse(request, Refused(401, 0, "401: Unauthorized", breach=True))
        bucket = _bucket(request, ask)
        counts = not path.startswith("/interactions/")
        verdict = world.rates.take(bucket, world.gateway.identifies, counts_globally=counts)
        if verdict.wait:
            world.limited.append(f"{request.method} {path}")
            if verdict.announced:
                world.breach(f"{request.method} {path}: over a limit that was announced")
            return _slow_down(verdict.wait, everywhere=verdict.everywhere, headers=verdict.headers)
        try:
            said = await handler(ask)
        except Refused as no:
            response = self._refuse(request, no)
        except (KeyError, TypeError, ValueError, AttributeError) as strange:
            where = traceback.format_exc(limit=-2)
            no = Refused(400, 50035, f"Not understood: {strange!r}\n{where}", breach=True)
            response = self._refuse(request, no)
        else:
            response = web.Response(status=204) if said is None else _json(said)
        response.headers.update(verdict.headers)
        return response

    def _refuse(self, request: web.Request, no: Refused) -> web.Response:
        if no.status in (401, 403, 429):
            self._world.invalid_requests += 1
        if no.breach:
            said = f"{request.method} {_path(request)}: {no.code} {no.message} {no.errors or ''}"
            self._world.breach(said)
        return _json(no.json(), no.status)

    def _write_down(self, request: web.Request, ask: Ask) -> Call:
        names = [part.name for part in ask.files.values()]
        sizes = [len(part.data) for part in ask.files.values()]
        path = _path(request)
        kind = self._kind(path, ask)
        call = Call(time.monotonic(), request.method, path, ask.json, names, sizes, kind)
        self._world.calls.append(call)
        return call

    def _kind(self, path: str, ask: Ask) -> str:
        if path == "/users/@me/channels":
            return "dm"
        number = ask.at.get("channel", "")
        if number.isdecimal() and (channel := self._world.channels.get(int(number))):
            return "channel" if channel.guild else "dm"
        first = path.split("/")[1]
        kinds = {"interactions": "interaction", "webhooks": "webhook", "channels": "channel"}
        return "commands" if path.endswith("/commands") else kinds.get(first, "other")


async def _nowhere(ask: Ask) -> Any:
    raise Refused(404, 0, "404: Not Found", breach=True)


def _path(request: web.Request) -> str:
    return request.path.removeprefix(PREFIX)


def needs_token(path: str) -> bool:
    return not path.startswith(("/interactions/", "/webhooks/")) and path != "/gateway"


def _bucket(request: web.Request, ask: Ask) -> str | None:
    """What is counted together: a token's routes, or one route in one channel."""
    path = _path(request)
    if path.startswith("/webhooks/"):
        return f"webhook @{ask.at['token']}" if "token" in ask.at else None
    if "channel" not in ask.at:
        return None
    resource = request.match_info.route.resource
    assert resource
    return f"{request.method} {resource.canonical} @{ask.at['channel']}"


def _json(said: Any, status: int = 200) -> web.Response:
    # discord.py reads JSON only if the type is exactly this, without a charset.
    headers = {"Content-Type": "application/json"}
    return web.Response(status=status, body=json.dumps(said).encode(), headers=headers)


def _slow_down(wait: float, *, everywhere: bool, headers: dict[str, str]) -> web.Response:
    said = {"message": "You are being rate limited.", "retry_after": wait, "global": everywhere}
    response = _json(said, 429)
    # Without it discord.py takes the answer for a ban by Cloudflare.
    response.headers["Via"] = "1.1 google"
    response.headers["Retry-After"] = str(math.ceil(wait))
    response.headers.update(headers)
    if everywhere:
        response.headers["X-RateLimit-Global"] = "true"
    return response


def _cut(request: web.Request) -> web.Response:
    cut(request.transport)
    return web.Response(status=499)
