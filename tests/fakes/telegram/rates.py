"""Flood limits, counted in real time."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque

from tests.fakes.telegram.limits import Limits
from tests.fakes.telegram.model import Chat
from tests.fakes.telegram.refusal import too_many


class Rates:
    """Counts messages and edits; `limited`: what was too much."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.limited: list[str] = []
        self._sent: dict[int, deque[float]] = defaultdict(deque)
        self._all: deque[float] = deque()
        self._tokens: dict[int, tuple[float, float]] = {}

    def take(self, chat: Chat, count: int, method: str) -> None:
        """Count so many messages, or refuse them."""
        limits, now = self._limits, time.monotonic()
        if not limits.flood:
            return
        wait = _window(self._all, now, 1.0, limits.total_per_second, count)
        if chat.is_group:
            most = limits.group_per_minute
            wait = max(wait, _window(self._sent[chat.id], now, 60.0, most, count))
        tokens = self._refilled(chat, now)
        if tokens < min(count, limits.chat_burst):
            wait = max(wait, (count - tokens) / limits.chat_per_second)
        if wait > 0:
            self.limited.append(f"{method} in {chat.id}")
            raise too_many(max(1, math.ceil(wait)))
        self._tokens[chat.id] = (now, tokens - count)
        self._all.extend([now] * count)
        if chat.is_group:
            self._sent[chat.id].extend([now] * count)

    def _refilled(self, chat: Chat, now: float) -> float:
        full = float(self._limits.chat_burst)
        then, left = self._tokens.get(chat.id, (now, full))
        return min(full, left + (now - then) * self._limits.chat_per_second)


def _window(sent: deque[float], now: float, seconds: float, most: int, count: int) -> float:
    """How long until so many more fit into the window."""
    while sent and sent[0] <= now - seconds:
        sent.popleft()
    excess = len(sent) + count - most
    if excess <= 0 or not sent:
        return 0.0
    return sent[min(excess, len(sent)) - 1] + seconds - now
