"""Several files sent at once: each comes as an update of its own, and together they are one ask.

A part counts as taken when it is written down; a moment after the last one, all are one album.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from telegram import Message

from adapters.telegram.connection import Connection
from adapters.telegram.place import PLATFORM
from services.ports import Now, Store
from services.transactions import Tx

KEPT = "albums"  # where the store keeps the parts, beside the spaces
COMPLETE = timedelta(seconds=1)  # after the last part

Whole = Callable[[list[Message], str], Awaitable[None]]


class Albums:
    """Collects parts; `whole` gets the messages of an album in their order, and its event."""

    def __init__(self, connection: Connection, store: Store, now: Now) -> None:
        self._connection = connection
        self._store = store
        self._now = now

    async def put(self, message: Message) -> str:
        """Write a part down; the name of its album."""
        name = f"{message.chat.id}:{message.media_group_id}"
        part = {str(message.message_id): message.to_dict()}
        await self._store.write(lambda tx: self._add(tx, name, part))
        return name

    def _add(self, tx: Tx, name: str, part: Mapping[str, Any]) -> None:
        kept = dict(tx.space(PLATFORM, KEPT))
        parts = {**kept.get(name, {}).get("parts", {}), **part}
        kept[name] = {"parts": parts, "at": self._now().isoformat()}
        tx.put_space(PLATFORM, KEPT, kept)

    async def left(self) -> list[str]:
        """Albums that were begun, and perhaps by a program that died."""
        return list(await self._store.read(lambda tx: tx.space(PLATFORM, KEPT)))

    async def finish(self, name: str, whole: Whole) -> None:
        """When no part has come for a moment: hand it on, then forget it."""
        while True:
            kept = await self._store.read(lambda tx: tx.space(PLATFORM, KEPT).get(name))
            if kept is None:
                return
            left = datetime.fromisoformat(kept["at"]) + COMPLETE - self._now()
            if left <= timedelta(0):
                break
            await asyncio.sleep(left.total_seconds())
        bot = await self._connection.bot()
        parts = sorted(kept["parts"].items(), key=lambda part: int(part[0]))
        messages = [Message.de_json(part, bot) for _, part in parts]
        await whole(messages, f"album-{name}")
        await self._store.write(lambda tx: _drop(tx, name))


def _drop(tx: Tx, name: str) -> None:
    kept = {one: album for one, album in tx.space(PLATFORM, KEPT).items() if one != name}
    tx.put_space(PLATFORM, KEPT, kept)
