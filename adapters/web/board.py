"""Tells the open pages of this process at once that there is something new to read."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Board:
    """One bell per open page. It may ring for nothing; the rows say what is new."""

    def __init__(self) -> None:
        self._bells: dict[str, set[asyncio.Event]] = {}
        self.is_closed = False

    @contextmanager
    def listen(self, chat: str) -> Iterator[asyncio.Event]:
        """A bell that rings for this chat as long as the context lasts."""
        bell = asyncio.Event()
        bells = self._bells.setdefault(chat, set())
        bells.add(bell)
        try:
            yield bell
        finally:
            bells.discard(bell)
            if not bells and self._bells.get(chat) is bells:
                del self._bells[chat]

    def ring(self, chat: str) -> None:
        """There is something new in this chat."""
        for bell in self._bells.get(chat, ()):
            bell.set()

    async def hold_open(self) -> None:
        """Until cancelled, which is when the server begins to stop."""
        self.is_closed = False
        try:
            await asyncio.Event().wait()
        finally:
            self.close()

    def close(self) -> None:
        """Let every open page go, so that a stopping server need not wait for them."""
        self.is_closed = True
        for chat in list(self._bells):
            self.ring(chat)
