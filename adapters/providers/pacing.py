"""Keeps the calls of one key below its limit, whoever else uses that key.

A leaky bucket (aiolimiter) lets nearly twice its rate through in the minute after a rest, so what
was sent in the last minute is counted here instead: right for fixed and for sliding windows.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import partial

import aiohttp

from adapters.providers.calling import Answer, Calling, retry_after
from services.ports import Now
from services.problems import Code, Fault, Problem

WINDOW = 61.0  # seconds: a minute, and what arrives closer together than it was sent
SHARE = 0.9  # of the limit is ours; the rest is for what the other side counts and we do not
EACH = 2 / 3  # of our share is the most that one kind of call takes
UNKNOWN_WAIT = 60.0  # seconds, where nothing believable is said
LONGEST_RESET = 120.0  # seconds ahead that are believed of a reset
TWINS = 2  # each call of ours may be matched by one of another process that knows no more than we
LONGEST_TURN = LONGEST_RESET  # a longer wait is the job's, not the step's
TRICKLE = 5.0  # seconds between calls while nobody knows what is left
STEP = 0.25  # seconds: so soon an answer to another call is noticed
ASKED_TO_WAIT = (429, 503)  # with these `Retry-After` is meant for the key


class Lane(Enum):
    """What a call is for: neither kind may starve the other."""

    SUBMISSION = "submission"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Ticking:
    """Seconds that never jump, and how to let them pass."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(eq=False, slots=True)
class _Call:
    at: float
    lane: Lane
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class _Told:
    """How many calls the other side said are left, and until when that holds."""

    left: float
    until: float


class Pacer:
    """One key's budget.

    per_minute: the limit of its plan. now: only to read the other side's dates by.
    """

    def __init__(self, per_minute: int, now: Now, ticking: Ticking) -> None:
        self._per_minute = per_minute
        self._now = now
        self._ticking = ticking
        self._sent: deque[_Call] = deque()
        self._lines = {lane: asyncio.Lock() for lane in Lane}
        # None where they tell nothing; at first nobody knows.
        self._told: _Told | None = _Told(0, -math.inf)
        self._has_told = False
        self._paused_until = -math.inf

    @asynccontextmanager
    async def turn(self, lane: Lane) -> AsyncIterator[Callable[[Answer], Answer]]:
        """Wait until one more call may be made; tell what is yielded what came back.

        Raises `Fault` with `PROVIDER_BUSY` where the other side wants to be left alone for long.
        """
        call = await self._counted(lane)
        try:
            yield partial(self._heard, call)
        finally:
            call.is_open = False

    def wait(self, lane: Lane) -> timedelta:
        """How long a call of this kind would have to wait."""
        return timedelta(seconds=max(0.0, self._wait(lane)))

    async def _counted(self, lane: Lane) -> _Call:
        async with self._lines[lane]:
            while (wait := self._wait(lane)) > 0:
                if wait > LONGEST_TURN:
                    raise Fault(Problem(Code.PROVIDER_BUSY), timedelta(seconds=wait))
                await self._ticking.sleep(min(wait, STEP))
            call = _Call(self._ticking.clock(), lane)
            self._sent.append(call)
            if self._told is not None:
                self._told = _Told(self._told.left - TWINS, self._told.until)
            return call

    def _heard(self, call: _Call, answer: Answer) -> Answer:
        clock, reset = self._ticking.clock(), self._reset(answer.headers)
        limit, left = (_number(answer.headers, name) for name in ("Limit", "Remaining"))
        if limit:
            self._per_minute = min(self._per_minute, int(limit))
        if left is not None:
            # What is still under way may not be counted there yet.
            others = sum(one.is_open and one is not call for one in self._sent)
            self._told, self._has_told = _Told(left - TWINS * others, clock + reset), True
        elif not self._has_told:
            self._told = None
        if answer.status in ASKED_TO_WAIT:
            asked = retry_after(answer.headers, self._now())
            usual = reset if answer.status == 429 else 0.0
            pause = usual if asked is None else asked.total_seconds()
            self._paused_until = max(self._paused_until, clock + pause)
        return answer

    def _wait(self, lane: Lane) -> float:
        """Seconds until one more call of this kind may be made; 0 or less: now."""
        clock = self._ticking.clock()
        while self._sent and self._sent[0].at <= clock - WINDOW:
            self._sent.popleft()
        ours = max(2, int(self._per_minute * SHARE))
        alike = [one.at for one in self._sent if one.lane is lane]
        free_at = max(
            self._paused_until,
            self._told_until(clock),
            _free_at([one.at for one in self._sent], ours),
            _free_at(alike, int(ours * EACH)),
        )
        return free_at - clock

    def _told_until(self, clock: float) -> float:
        """When the other side has room again by its own words."""
        told, kept = self._told, int(self._per_minute * (1 - SHARE))
        if told is None:
            return -math.inf
        if clock < told.until:
            return -math.inf if told.left > kept else told.until
        # One call to see how it stands: all that wait could be too many.
        self._told = _Told(kept + TWINS, clock + TRICKLE)
        return -math.inf

    def _reset(self, headers: Mapping[str, str]) -> float:
        """Seconds until their next window, as far as that can be believed (AMB-17)."""
        at = _number(headers, "Reset")
        ahead = math.inf if at is None else at - self._now().timestamp()
        return ahead if 0 <= ahead <= LONGEST_RESET else UNKNOWN_WAIT


def _free_at(sent: list[float], most: int) -> float:
    """When fewer than `most` of these lie in the window."""
    return sent[-most] + WINDOW if len(sent) >= most else -math.inf


def _number(headers: Mapping[str, str], name: str) -> float | None:
    given = headers.get(f"X-RateLimit-{name}", "").strip()
    return float(given) if given.isascii() and given.isdecimal() and len(given) < 16 else None


class Paced:
    """One API with one key, every call in its turn."""

    def __init__(self, calling: Calling, pacer: Pacer) -> None:
        self._calling = calling
        self._pacer = pacer

    def wait(self) -> timedelta:
        """How long the next form would have to wait for its turn."""
        return self._pacer.wait(Lane.SUBMISSION)

    async def ask(self, method: str, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """A question that may be repeated; raises as `Calling.ask` does."""
        async with self._pacer.turn(Lane.QUESTION) as heard:
            return heard(await self._calling.ask(method, path, params))

    async def send(self, path: str, make: Callable[[], aiohttp.FormData]) -> Answer:
        """Post a form; raises as `Calling.send` does."""
        async with self._pacer.turn(Lane.SUBMISSION) as heard:
            return heard(await self._calling.send(path, make))
