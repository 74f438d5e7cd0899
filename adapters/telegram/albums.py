"""Several files sent at once: each comes as an update of its own, and together they are one ask.

A part counts as taken when it is written down; a moment after the last one, all are one album.
What comes later still is an album of its own.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import Any

from telegram import Message

from adapters.telegram.connection import Connection
from adapters.telegram.place import PLATFORM
from services.ports import Now, Store
from services.transactions import Tx

KEPT = "albums"  # where the store keeps the parts, beside the spaces
COMPLETE = timedelta(seconds=1)  # after the last part
REMEMBERED = timedelta(days=1)  # as long as Telegram gives an update again

AGAIN = 5.0  # seconds before what failed in us is tried again

log = logging.getLogger(__name__)

Whole = Callable[[list[Message], str], Awaitable[None]]


class Albums:
    """Collects parts; `whole` gets the messages of an album in their order, and its event."""

    def __init__(self, connection: Connection, store: Store, now: Now) -> None:
        self._connection = connection
        self._store = store
        self._now = now
        self._has_more: dict[str, bool] = {}  # of albums that are being finished

    async def put(self, message: Message) -> str:
        """Write a part down; the name of its album."""
        name = _name(message)
        part = {str(message.message_id): message.to_dict()}
        await self._store.write(lambda tx: self._add(tx, name, part))
        return name

    def _add(self, tx: Tx, name: str, part: Mapping[str, Any]) -> None:
        tx.lock_scope(f"{PLATFORM}:{KEPT}")  # all albums share a row
        now = self._now()
        kept = {
            one: album
            for one, album in tx.space(PLATFORM, KEPT).items()
            if album["parts"] or datetime.fromisoformat(album["at"]) > now - REMEMBERED
        }
        known = kept.get(name, {})
        taken = known.get("taken", [])
        new = {number: body for number, body in part.items() if number not in taken}
        parts = {**known.get("parts", {}), **new}
        kept[name] = {"parts": parts, "taken": taken, "at": now.isoformat()}
        tx.put_space(PLATFORM, KEPT, kept)

    async def left(self) -> list[str]:
        """Albums that were begun, and perhaps by a program that died."""
        kept = await self._store.read(lambda tx: tx.space(PLATFORM, KEPT))
        return [name for name, album in kept.items() if album["parts"]]

    async def finish(self, name: str, whole: Whole) -> None:
        """When no part has come for a moment: hand it on, then forget it."""
        if name in self._has_more:
            self._has_more[name] = True
            return
        self._has_more[name] = True
        try:
            while self._has_more[name]:
                self._has_more[name] = False
                try:
                    await self._hand_on(name, whole)
                except Exception:
                    log.exception("album waits")
                    self._has_more[name] = True
                    await asyncio.sleep(AGAIN)
        finally:
            del self._has_more[name]

    async def _hand_on(self, name: str, whole: Whole) -> None:
        while parts := await self._complete(name):
            bot = await self._connection.bot()
            numbers = sorted(parts, key=int)
            messages = [Message.de_json(parts[number], bot) for number in numbers]
            await whole(messages, f"album-{name}-{numbers[0]}")
            await self._store.write(partial(_drop, name, numbers))

    async def _complete(self, name: str) -> Mapping[str, Any]:
        """The parts that are there when none has come for a moment."""
        while True:
            kept = await self._store.read(lambda tx: tx.space(PLATFORM, KEPT).get(name))
            if kept is None or not kept["parts"]:
                return {}
            left = datetime.fromisoformat(kept["at"]) + COMPLETE - self._now()
            if left <= timedelta(0):
                parts: Mapping[str, Any] = kept["parts"]
                return parts
            await asyncio.sleep(left.total_seconds())


def _name(message: Message) -> str:
    """Of the album; what stays written down for a while tells nobody whose chat it was."""
    whose = f"{message.chat.id}:{message.media_group_id}".encode()
    return blake2b(whose, digest_size=16).hexdigest()


def _drop(name: str, done: Sequence[str], tx: Tx) -> None:
    """Forget what these parts were, but not that they came."""
    tx.lock_scope(f"{PLATFORM}:{KEPT}")
    kept = dict(tx.space(PLATFORM, KEPT))
    album = kept.get(name)
    if album is not None:
        parts = {number: body for number, body in album["parts"].items() if number not in done}
        kept[name] = {**album, "parts": parts, "taken": [*album.get("taken", []), *done]}
        tx.put_space(PLATFORM, KEPT, kept)
