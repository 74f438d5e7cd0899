"""Rate limits, counted in real time as Discord announces them."""

import hashlib
import math
import time
from dataclasses import dataclass

from tests.fakes.discord.limits import Limits

# Two clocks that should agree never quite do.
GRACE = 0.05


@dataclass(slots=True)
class Window:
    """One stretch of time of one bucket; `told`: in which era the bot heard that it is empty."""

    ends: float
    used: int = 0
    told: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call may pass; `announced`: the bot could know that it may not."""

    headers: dict[str, str]
    wait: float = 0.0
    everywhere: bool = False
    announced: bool = False


class Rates:
    """Counts calls; an era is the life of one process of the bot, which knows what it was told."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._windows: dict[str, Window] = {}
        self._everything = Window(0.0)

    def take(self, bucket: str | None, era: int, *, counts_globally: bool) -> Verdict:
        now = time.monotonic()
        if counts_globally and (wait := self._take_globally(now)):
            return Verdict({}, wait, everywhere=True)
        if bucket is None:
            return Verdict({})
        window = self._windows.get(bucket)
        if window is None or now >= window.ends - GRACE:
            window = self._windows[bucket] = Window(now + self._limits.bucket_seconds)
        if window.used >= self._limits.bucket_calls:
            announced = window.told == era
            headers = self._headers(bucket, window, now)
            return Verdict(headers, max(window.ends - now, 0.001), announced=announced)
        window.used += 1
        if window.used >= self._limits.bucket_calls:
            window.told = era
        return Verdict(self._headers(bucket, window, now))

    def _take_globally(self, now: float) -> float:
        if now >= self._everything.ends - GRACE:
            self._everything = Window(now + self._limits.global_seconds)
        if self._everything.used >= self._limits.global_calls:
            return max(self._everything.ends - now, 0.001)
        self._everything.used += 1
        return 0.0

    def _headers(self, bucket: str, window: Window, now: float) -> dict[str, str]:
        left = math.ceil(max(window.ends - now, 0) * 1000) / 1000
        return {
            "X-RateLimit-Limit": str(self._limits.bucket_calls),
            "X-RateLimit-Remaining": str(max(self._limits.bucket_calls - window.used, 0)),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(
                bucket.split(" @", maxsplit=1)[0].encode()
            ).hexdigest()[:32],
        }
