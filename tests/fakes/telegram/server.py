"""The HTTP side: every request is written down, held, failed and answered."""

from __future__ import annotations

import asyncio
import json
import re
import traceback
from typing import Any

from aiohttp import web

from tests.fakes.discord.cutting import cut
from tests.fakes.discord.model import Hold
from tests.fakes.telegram import body
from tests.fakes.telegram.body import Ask
from tests.fakes.telegram.model import Fault
from tests.fakes.telegram.refusal import Refused

MOST = 1024**3
DOWNLOAD = "file"  # what a download is called where a method has a name
PHRASES = {
    401: "Unauthorized",
    404: "Not Found",
    413: "Request Entity Too Large",
    429: "Too Many Requests: retry after {}",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


class Server:
    """Answers requests for a world."""

    def __init__(self, world, handlers) -> None:
        self._world = world
        self._handlers = {name.lower(): (name, handler) for name, handler in handlers.items()}
        self._faults: list[tuple[str, list[Fault]]] = []
        self._holds: list[Hold] = []

    def app(self) -> web.Application:
        app = web.Application(client_max_size=MOST)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._answer)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._download)
        app.router.add_route("*", "/{rest:.*}", self._nowhere)
        return app

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method go wrong; "*" is any, "file" a download."""
        self._faults.append((method, list(faults)))

    def hold(self, method: str) -> Hold:
        """Keep calls of a method (a regular expression) waiting until released."""
        held = Hold(method)
        self._holds.append(held)
        return held

    def let_go(self) -> None:
        for held in self._holds:
            held.release()

    async def _nowhere(self, request: web.Request) -> web.StreamResponse:
        return self._refuse("?", Refused(404, "Not Found", breach=True))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self._world.token:
            return self._refuse(DOWNLOAD, Refused(401, "Unauthorized", breach=True))
        return await self._pass(request, DOWNLOAD, lambda: self._world.files.serve(request))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        asked = request.match_info["method"]
        method, handler = self._handlers.get(asked.lower(), (asked, None))
        try:
            ask = await body.read(request, method)
            call = body.written_down(ask)
            polls = method == "getUpdates"
            (self._world.polls if polls else self._world.calls).append(call)
            response = await self._pass(request, method, lambda: self._work(ask, handler))
        except Refused as no:
            return self._refuse(method, no)
        call.status = response.status
        return response

    async def _pass(self, request: web.Request, method: str, work) -> web.StreamResponse:
        for held in self._holds:
            if re.fullmatch(held.pattern, method, re.IGNORECASE):
                await held.wait()
        fault = self._next_fault(method)
        if fault is None:
            return await work()
        await asyncio.sleep(fault.wait)
        if fault.swallow:
            await work()
        if fault.swallow or fault.reset:
            cut(request.transport)
            # This never arrives; the transcript shows that nothing was answered.
            return web.Response(status=499)
        return _failed(fault) if fault.status else await work()

    def _next_fault(self, method: str) -> Fault | None:
        for wanted, faults in self._faults:
            if faults and wanted.lower() in (method.lower(), "*"):
                return faults.pop(0)
        return None

    async def _work(self, ask: Ask, handler) -> web.StreamResponse:
        try:
            self._check(ask, handler)
            result = await handler(ask)
        except Refused as no:
            return self._refuse(ask.method, no)
        except (KeyError, TypeError, ValueError, AttributeError) as strange:
            where = traceback.format_exc(limit=-2)
            no = Refused(400, f"Bad Request: not understood: {strange!r}\n{where}", breach=True)
            return self._refuse(ask.method, no)
        return _json({"ok": True, "result": result})

    def _check(self, ask: Ask, handler) -> None:
        token, world = ask.request.match_info["token"], self._world
        if not re.fullmatch(r"\d+:[\w-]{10,}", token):
            raise Refused(404, "Not Found")
        if token != world.token:
            raise Refused(401, "Unauthorized")
        if world.logged_out:
            raise Refused(400, "Logged out")
        if handler is None:
            raise Refused(404, "Not Found: method not found", breach=True)

    def _refuse(self, method: str, no: Refused) -> web.Response:
        if no.breach:
            self._world.breach(f"{method}: {no.description}")
        return _json(no.json(), no.status)


def _failed(fault: Fault) -> web.Response:
    text = PHRASES.get(fault.status, "Bad Request: fault").format(fault.retry_after)
    parameters: dict[str, Any] = {}
    if fault.retry_after:
        parameters["retry_after"] = fault.retry_after
    no = Refused(fault.status, fault.description or text, **parameters)
    return _json(no.json(), fault.status)


def _json(said: Any, status: int = 200) -> web.Response:
    text = json.dumps(said, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type="application/json")
