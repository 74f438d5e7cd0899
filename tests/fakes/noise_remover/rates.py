"""The limit of a key, counted strictly."""

from __future__ import annotations

import math
from collections import deque

PER_MINUTE = {"dev": 60, "pro": 120, "business": 300}
MINUTE = 60.0


class Rates:
    """window: "fixed" begins anew each minute, "sliding" looks back a minute.

    reset: what the header says instead of the truth.
    """

    def __init__(self, now, plan: str) -> None:
        self._now = now
        self.limit = PER_MINUTE[plan]
        self.window = "fixed"
        self.reset: str | None = None
        self.retry_after: str | None = None
        self.has_headers = True
        self._taken: deque[float] = deque()

    def take(self) -> bool:
        """Count one call; False where it is one too many, which is not counted."""
        self._forget()
        if len(self._taken) >= self.limit:
            return False
        self._taken.append(self._now().timestamp())
        return True

    def headers(self, *, is_over: bool) -> dict[str, str]:
        self._forget()
        at = self._now().timestamp()
        first = self._taken[0] if self._taken else at
        begins = at - at % MINUTE if self.window == "fixed" else first
        reset = math.ceil(begins + MINUTE)
        told = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - len(self._taken))),
            "X-RateLimit-Reset": self.reset or str(reset),
        }
        wait = str(math.ceil(reset - at)) if self.retry_after is None else self.retry_after
        more = {"Retry-After": wait} if is_over and wait else {}
        return (told if self.has_headers else {}) | more

    def _forget(self) -> None:
        at = self._now().timestamp()
        start = at - at % MINUTE if self.window == "fixed" else at - MINUTE
        # A call just a minute old is out of a sliding window, one at its very start in a fixed one.
        while self._taken and (
            self._taken[0] < start or (self.window == "sliding" and self._taken[0] == start)
        ):
            self._taken.popleft()
