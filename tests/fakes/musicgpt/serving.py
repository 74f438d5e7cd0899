"""The HTTP side: every request is written down, failed where planned, and answered."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from datetime import timedelta

from aiohttp import web

from tests.fakes.discord.cutting import cut
from tests.fakes.musicgpt.model import OPERATIONS, Fault, Planned, Seen, Upload

MOST = 1024**3
BLOCK = bytes(1 << 16)
MINUTE = timedelta(minutes=1)
PER_MINUTE = {"byId": 200, "conversions": 60}  # their page counts nothing else


class Refused(Exception):
    """An answer in their error form."""

    def __init__(self, status: int, error: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.headers = headers or {}


class Rates:
    """Their page on rate limits, counted by the fake's clock."""

    def __init__(self, now) -> None:
        self._now = now
        self._calls: dict[str, deque] = {}

    def take(self, endpoint: str) -> float:
        """0, or how many seconds too early this call is."""
        kind = "conversions" if endpoint in OPERATIONS else endpoint
        most = PER_MINUTE.get(kind, math.inf)
        now, calls = self._now(), self._calls.setdefault(kind, deque())
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        if len(calls) >= most:
            return (calls[0] + MINUTE - now).total_seconds()
        calls.append(now)
        return 0


class Faults:
    """What is planned to go wrong."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []
        self._open = asyncio.Event()
        self.held = 0

    def plan(self, endpoint: str, fault: Fault, times: float) -> None:
        self._planned.append(Planned(endpoint, fault, times))

    def clear(self) -> None:
        self._planned.clear()

    def next(self, endpoint: str) -> Fault | None:
        for planned in self._planned:
            if planned.left > 0 and planned.endpoint in (endpoint, "*"):
                planned.left -= 1
                return planned.fault
        return None

    async def wait(self) -> None:
        self.held += 1
        await self._open.wait()

    def let_go(self) -> None:
        self._open.set()


async def read(request: web.Request, endpoint: str) -> Seen:
    """All of a request: their pages show multipart and url-encoded forms."""
    fields, file = {}, None
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            file = Upload(value.filename, value.content_type, value.file.read())
            value.file.close()
        else:
            fields[name] = value
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = dict(request.query)
    kind = request.content_type
    return Seen(request.method, request.path, endpoint, headers, kind, query, fields, file)


def refusal(no: Refused) -> web.Response:
    """Their error form: `error` is flat text."""
    body = {"success": False, "error": no.error}
    return web.json_response(body, status=no.status, headers=no.headers)


async def answer(request: web.Request, fault: Fault) -> web.StreamResponse:
    """What a fault lets come."""
    if fault.reset:
        cut(request.transport)
        return web.Response(status=499)
    if isinstance(fault.body, dict | list):
        return web.json_response(fault.body, status=fault.status, headers=fault.headers)
    body = fault.body.encode() if isinstance(fault.body, str) else fault.body
    if fault.cut is None and not fault.endless:
        return web.Response(status=fault.status, body=body, headers=fault.headers)
    return await _streamed(request, fault, body)


async def _streamed(request: web.Request, fault: Fault, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(status=fault.status, headers=fault.headers)
    response.content_length = fault.endless or len(body)
    await response.prepare(request)
    if fault.cut is not None:
        await response.write(body[: fault.cut])
        cut(request.transport)
        return response
    while request.transport is not None and not request.transport.is_closing():
        await response.write(BLOCK)
    return response
