"""Calls MusicGPT within its limits, and stays away where it asks for that."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import aiohttp
from aiolimiter import AsyncLimiter

from adapters.providers.calling import LONGEST_WAIT, Answer, Calling, retry_after
from adapters.providers.musicgpt.refusing import (
    as_fault,
    question_code,
    safe,
    submission_code,
    told,
    words,
)
from adapters.wire.musicgpt import IS_NOT_SPLIT
from services.ports import Now
from services.problems import Code, Fault, Problem

# Their page on rate limits: byId 200 in a minute, conversions 60. A bucket lets its whole size
# through at once and then its rate, so that in no minute there are more.
QUESTIONS_AT_ONCE, QUESTIONS = 20, 180
CONVERSIONS_AT_ONCE, CONVERSIONS = 10, 50
TURN = timedelta(seconds=60 / CONVERSIONS)
PAUSE = timedelta(seconds=10)  # after a 429 that does not say how long


class Api:
    """The API with one key: every call is counted, and 429 holds back all of them."""

    def __init__(self, calling: Calling, key: str, now: Now) -> None:
        self._calling = calling
        self._key = key
        self._now = now
        self._until: datetime | None = None
        self._questions = AsyncLimiter(QUESTIONS_AT_ONCE, 60 * QUESTIONS_AT_ONCE / QUESTIONS)
        self._conversions = AsyncLimiter(
            CONVERSIONS_AT_ONCE, 60 * CONVERSIONS_AT_ONCE / CONVERSIONS
        )

    def stay_away(self) -> None:
        """Raises `Fault` with `PROVIDER_BUSY` as long as we were asked to wait."""
        left = self._until - self._now() if self._until else timedelta(0)
        # Longer than it ever can be: the clock was put back.
        if timedelta(0) < left <= LONGEST_WAIT:
            raise as_fault(Code.PROVIDER_BUSY, "asked to wait", left)

    def wait(self) -> timedelta:
        """How long the next submission had better wait."""
        left = self._until - self._now() if self._until else timedelta(0)
        if timedelta(0) < left <= LONGEST_WAIT:
            return left
        return timedelta(0) if self._conversions.has_capacity() else TURN

    async def ask(self, path: str, params: Mapping[str, str]) -> Answer:
        """Whatever was answered, for the asker to judge.

        Raises `Fault` when it could not be asked, or we must not ask.
        """
        self.stay_away()
        async with self._questions:
            self.stay_away()
            answer = await self._calling.ask("GET", path, params)
        code = question_code(answer)
        if code is not None:
            raise as_fault(code, told(answer, self._key), self._wait(answer))
        return answer

    async def hand_over(self, path: str, make: Callable[[], aiohttp.FormData]) -> Answer:
        """The answer to a submission: with 2xx, or that the path is not known there.

        Raises `Fault` for everything else, with `PROVIDER_UNSURE` when nobody knows.
        """
        self.stay_away()
        async with self._conversions:
            self.stay_away()
            answer = await self._calling.send(path, make)
        if answer.status in range(200, 300) or answer.status == 404:
            return answer
        why = words(answer.fields)
        lacks = IS_NOT_SPLIT.fullmatch(why)
        if lacks:
            raise Fault(Problem(Code.PROVIDER_LACKS, lacks.groupdict(), self.told(answer)))
        code = submission_code(answer, why)
        raise as_fault(code, told(answer, self._key), self._wait(answer))

    def told(self, answer: Answer) -> str:
        """What came, for the log."""
        return told(answer, self._key)

    def safe(self, text: str) -> str:
        """Their words, for the log."""
        return safe(text, self._key)

    def _wait(self, answer: Answer) -> timedelta | None:
        """How long a 429 holds back everything with this key."""
        if answer.status != 429:
            return None
        asked = retry_after(answer.headers, self._now())
        wait = PAUSE if asked is None else asked
        # Another call may have been told to wait for longer.
        longer = self._until - self._now() if self._until else wait
        wait = longer if wait < longer <= LONGEST_WAIT else wait
        self._until = self._now() + wait
        return wait
