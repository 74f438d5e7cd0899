"""Keeps to what Telegram allows: in total, in each group, and where it asked for patience."""

import asyncio
from collections import OrderedDict, deque

from aiolimiter import AsyncLimiter

from adapters.telegram.faults import FloodWait
from adapters.telegram.limits import (
    CALLS,
    CALLS_PERIOD,
    GROUP_CALLS,
    GROUP_PERIOD,
    GROUP_ROOM_FOR_PROGRESS,
    ROOM_FOR_PROGRESS,
)
from services.problems import Code, fault

MOST_CHATS = 5_000  # that are remembered; a minute later there is nothing to know of them


class Pressure:
    """Asked before every message. A chat that must wait never holds up another."""

    def __init__(self) -> None:
        self._all = AsyncLimiter(CALLS, CALLS_PERIOD)
        self._sent: OrderedDict[str, deque[float]] = OrderedDict()  # in each group, when
        self._until: OrderedDict[str, float] = OrderedDict()  # to be left alone

    async def turn(self, chat: str, *, is_group: bool, count: int = 1) -> None:
        """Wait for a turn to send so many messages.

        Raises `FloodWait` where this chat must be left alone for a while: come back later.
        """
        self._heed(chat)
        if is_group:
            self._count(chat, count, GROUP_CALLS)
        for _ in range(count):
            await self._all.acquire()

    async def spare(self, chat: str, *, is_group: bool) -> None:
        """A turn for what may be left out. Raises `Fault` where others need it more."""
        self._heed(chat)
        if not self._all.has_capacity(ROOM_FOR_PROGRESS):
            raise fault(Code.CHAT_DOWN, "no room for progress")
        if is_group:
            self._count(chat, 1, GROUP_CALLS - GROUP_ROOM_FOR_PROGRESS)
        await self._all.acquire()

    def told(self, chat: str, seconds: float) -> None:
        """Telegram asked to leave this chat alone for so long."""
        self._until[chat] = _clock() + seconds
        _shorten(self._until)

    def _heed(self, chat: str) -> None:
        left = self._until.get(chat, 0.0) - _clock()
        if left > 0:
            raise FloodWait(left)
        self._until.pop(chat, None)

    def _count(self, chat: str, count: int, most: int) -> None:
        """Note so many messages in a group; raises `FloodWait` where that would be too many."""
        now, sent = _clock(), self._sent.setdefault(chat, deque())
        self._sent.move_to_end(chat)
        _shorten(self._sent)
        while sent and sent[0] <= now - GROUP_PERIOD:
            sent.popleft()
        excess = len(sent) + count - most
        if excess > 0 and sent:
            raise FloodWait(sent[min(excess, len(sent)) - 1] + GROUP_PERIOD - now)
        sent.extend([now] * count)


def _clock() -> float:
    return asyncio.get_running_loop().time()


def _shorten(kept: "OrderedDict[str, deque[float]] | OrderedDict[str, float]") -> None:
    while len(kept) > MOST_CHATS:
        kept.popitem(last=False)
