"""What is new in a chat, pushed as server-sent events from the kept rows."""

import asyncio
import json
from contextlib import suppress
from functools import partial
from typing import Any

from aiohttp import web

from adapters.ranges import cut_on_failure
from adapters.web.board import Board
from adapters.web.guard import HEADERS
from adapters.web.languages import Reader
from adapters.web.shown import message
from services.ports import Store
from services.records import Message
from services.transactions import Tx

BATCH = 100
POLL_SECONDS = 1.0  # for what other processes write
HEARTBEAT_SECONDS = 15.0
HEADERS_OF_STREAM = {
    **HEADERS,
    "Content-Type": "text/event-stream; charset=utf-8",
    "X-Accel-Buffering": "no",  # nginx would keep news back
}


class Stream:
    """One open page. It ends when the page goes or the server stops."""

    def __init__(self, store: Store, board: Board, chat: str, reader: Reader) -> None:
        self._store = store
        self._board = board
        self._chat = chat
        self._reader = reader

    async def run(self, request: web.Request, after: int) -> web.StreamResponse:
        """Send every message that changed after `after`, then what changes from now on."""
        response = web.StreamResponse(headers=HEADERS_OF_STREAM)
        await response.prepare(request)
        # A page that is closed ends the stream like any other end.
        with (
            suppress(ConnectionError),
            cut_on_failure(request),
            self._board.listen(self._chat) as bell,
        ):
            await response.write(b"retry: 1500\n\n")
            after = await self._catch_up(response, after)
            await response.write(event("ready", {}))
            await self._follow(request, response, bell, after)
        return response

    async def _follow(
        self,
        request: web.Request,
        response: web.StreamResponse,
        bell: asyncio.Event,
        after: int,
    ) -> None:
        loop = asyncio.get_running_loop()
        last = loop.time()
        while not self._board.is_closed and _is_open(request):
            await _ring(bell)
            latest = await self._catch_up(response, after)
            if latest > after:
                after, last = latest, loop.time()
            elif loop.time() - last >= HEARTBEAT_SECONDS:
                await response.write(b": still here\n\n")
                last = loop.time()

    async def _catch_up(self, response: web.StreamResponse, after: int) -> int:
        while True:
            rows = await self._store.read(partial(self._rows, after))
            for row in rows:
                await response.write(self._message(row))
                after = row.seq
            if len(rows) < BATCH:
                return after

    def _rows(self, after: int, tx: Tx) -> list[Message]:
        return tx.messages(self._chat, after, BATCH)

    def _message(self, row: Message) -> bytes:
        return event("message", message(row, self._reader), row.seq)


def event(name: str, data: dict[str, Any], seq: int | None = None) -> bytes:
    """One server-sent event."""
    head = f"id: {seq}\n" if seq is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def after_of(request: web.Request) -> int:
    """From where a page wants to read on."""
    text = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


async def _ring(bell: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await bell.wait()
    except TimeoutError:
        return
    bell.clear()


def _is_open(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()
