"""The queue of updates, and the poller that empties it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.telegram.body import Ask
from tests.fakes.telegram.refusal import Refused

FIRST = 700_000_001
NEVER_UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}
TAKEN_OVER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that happened; `key`: what happens with the same key stays in order."""

    id: int
    kind: str
    body: dict[str, Any]
    key: int

    def json(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.body}


class Poll:
    """A request that waits for updates."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self.ousted: str | None = None

    @property
    def is_alive(self) -> bool:
        transport = self._request.transport
        return transport is not None and not transport.is_closing()


class Updates:
    """What the bot has not confirmed yet."""

    def __init__(self) -> None:
        self.every: dict[int, Update] = {}
        self.pending: dict[int, Update] = {}
        self.taken = 0
        self.conflicts = 0
        self.allowed: list[str] = []
        self.webhook_url = ""
        self._repeats: list[Update] = []
        self._next = FIRST
        self._news = asyncio.Event()
        self._poll: Poll | None = None
        self._stopped = False
        self.listeners: list[Any] = []

    @property
    def is_polled(self) -> bool:
        """Whether a poller has asked that is still there."""
        return self._poll is not None and self._poll.is_alive

    def put(self, kind: str, body: dict[str, Any], key: int) -> int | None:
        """Queue what happened, if the bot wants to hear of such things."""
        if kind not in self.allowed if self.allowed else kind in NEVER_UNASKED:
            return None
        update = Update(self._next, kind, body, key)
        self._next += 1
        self.every[update.id] = self.pending[update.id] = update
        self._tell(update)
        return update.id

    def again(self, update_id: int) -> None:
        """Deliver an update once more, as after an answer that got lost."""
        update = self.every[update_id]
        if not self.webhook_url:
            self._repeats.append(update)
        self._tell(update)

    def _tell(self, update: Update) -> None:
        self._wake()
        for listener in self.listeners:
            listener(update)

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def confirm(self, update_id: int) -> None:
        self.pending.pop(update_id, None)
        self.taken = max(self.taken, update_id)

    def forget(self) -> None:
        """Drop all that waits."""
        self.pending.clear()
        self._repeats.clear()

    def stop(self) -> None:
        self._stopped = True
        self._wake()

    def oust(self, why: str) -> None:
        """End the poll that waits."""
        if self._poll is not None:
            self._poll.ousted = why
        self._wake()

    async def get(self, ask: Ask) -> list[dict[str, Any]]:
        """getUpdates"""
        if self.webhook_url:
            text = "can't use getUpdates method while webhook is active; use deleteWebhook first"
            raise Refused(409, f"Conflict: {text}")
        if (allowed := ask.json("allowed_updates")) is not None:
            self.allowed = allowed
        # The poll that came first loses, as on the real server.
        self.oust(TAKEN_OVER)
        self._poll = mine = Poll(ask.request)
        self._confirm_below(ask.number("offset") or 0)
        await self._wait(mine, ask.number("timeout") or 0)
        if mine.ousted:
            self.conflicts += mine.is_alive
            raise Refused(409, mine.ousted)
        most = min(ask.number("limit") or 100, 100)
        repeats, self._repeats = self._repeats[:most], self._repeats[most:]
        found = [*repeats, *self.pending.values()][:most]
        return [one.json() for one in found]

    def _confirm_below(self, offset: int) -> None:
        if offset < 0:
            for number in list(self.pending)[:offset]:
                self.confirm(number)
        elif offset:
            for number in [one for one in self.pending if one < offset]:
                self.confirm(number)

    async def _wait(self, mine: Poll, seconds: int) -> None:
        end = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(end):
                while not (self.pending or self._repeats or mine.ousted or self._stopped):
                    await self._news.wait()
        except TimeoutError:
            return
