"""How often a key asks, or whoever has none: counted by the minute, for each kind of request.

A window that is fixed, as the document's headers describe one: a limit, what is left, and when it
begins again. The libraries that count requests have no clock that can be handed to them.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.api.headers import LEFT, LIMIT, RESET
from services.ports import Now

WINDOW = 60  # seconds
ENDLESS = 1_000_000  # what is shown where there is no limit


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands in this minute.

    ends_at: when it begins again, in seconds since 1970. is_over: this request was one too many.
    """

    limit: int
    left: int
    ends_at: int
    is_over: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """As the document names them."""
        return {
            LIMIT: str(self.limit),
            LEFT: str(self.left),
            RESET: str(self.ends_at),
        }

    def wait(self, now: datetime) -> int:
        """Whole seconds until it begins again, at least one."""
        return max(1, math.ceil(self.ends_at - now.timestamp()))


class Rates:
    """Counts in this process; what was asked in earlier minutes is forgotten."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._window = 0
        self._counts: dict[str, int] = {}

    def take(self, who: str, most: float) -> Standing:
        """Count one request of `who`, of `most` in a minute."""
        standing = self.look(who, most)
        if standing.left == 0:
            return replace(standing, is_over=True)
        self._counts[who] = self._counts.get(who, 0) + 1
        return replace(standing, left=standing.left - 1)

    def look(self, who: str, most: float) -> Standing:
        """The same without counting."""
        window = int(self._now().timestamp()) // WINDOW
        if window != self._window:
            self._window, self._counts = window, {}
        limit = ENDLESS if most == math.inf else int(most)
        left = max(0, limit - self._counts.get(who, 0))
        return Standing(limit, left, (window + 1) * WINDOW)
