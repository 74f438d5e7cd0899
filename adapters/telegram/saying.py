"""Shows what no delivery stands behind, and knows all that is on its way when we stop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from adapters.telegram.faults import FloodWait
from adapters.telegram.messenger import TelegramMessenger
from services.cards import problem_card
from services.desk import Desk
from services.model import Address, JobId
from services.problems import Code, Fault
from services.showing import Card

log = logging.getLogger(__name__)

TRIES = 3
LONGEST_WAIT = 60.0  # seconds that an answer waits for a chat that must be left alone
DRAIN = 5.0  # seconds for answers that are on their way when we stop
MOST_WAITED = 20  # answers on their way, beyond which no update waits for its own
SOON = 3.0  # seconds in which an answer should be there before its update counts as taken


Show = Callable[[], Awaitable[object]]


class Saying:
    """Shows cards while others are served; what does not arrive is tried a few times."""

    def __init__(self, messenger: TelegramMessenger, desk: Desk) -> None:
        self._messenger = messenger
        self._desk = desk
        self._busy: set[asyncio.Task[Any]] = set()  # what is still being shown
        self._hinting: set[asyncio.Task[Any]] = set()

    async def say(self, address: Address, card: Card) -> None:
        """Show it, and wait for that, but not so long that others are held up."""
        await self.soon(self._kept_trying(lambda: self._messenger.post(address, card, "")))

    async def ask_for_sound(self, address: Address, card: Card) -> None:
        """The same, so that the person's answer reaches us."""
        await self.soon(self._kept_trying(lambda: self._messenger.prompt(address, card)))

    async def introduce(self, address: Address, card: Card, job: JobId) -> None:
        """The first card of a job, which is under way whatever becomes of it."""
        with suppress(Fault):
            await self._desk.introduce(job, partial(self._messenger.post, address, card, job))

    async def copy(self, address: Address, card: Card, job: JobId) -> None:
        """A job's result once more, for somebody who asked for it."""
        try:
            receipt = await self._messenger.post(address, card, job)
        except Fault as error:
            await self.say(address, problem_card(error.problem, job))
            return
        await self._desk.copied(job, receipt)
        await self._messenger.show_to_guest(job, receipt)

    async def _kept_trying(self, show: Show, tries: int = TRIES) -> None:
        """Only the first try is waited for: a chat may have to be left alone for long."""
        try:
            await show()
        except Fault as error:
            if error.problem.code is not Code.CHAT_DOWN or tries == 1:
                log.info("answer not shown", extra={"problem": str(error.problem.code)})
                return
            pause = 2.0 ** (TRIES - tries)
            wait = error.seconds if isinstance(error, FloodWait) else pause
            self.later(self._once_more(min(wait, LONGEST_WAIT), show, tries - 1))

    async def _once_more(self, wait: float, show: Show, tries: int) -> None:
        await asyncio.sleep(wait)
        await self._kept_trying(show, tries)

    async def soon(self, showing: Coroutine[Any, Any, None]) -> None:
        """Wait for it, but not so long that others are held up, and not where many wait."""
        is_waited_for = len(self._busy) < MOST_WAITED
        task = self.later(showing)
        if is_waited_for:
            with suppress(TimeoutError):
                async with asyncio.timeout(SOON):
                    await asyncio.shield(task)

    def later(
        self, doing: Coroutine[Any, Any, Any], *, is_needed: bool = True
    ) -> "asyncio.Task[Any]":
        """Do it beside everything else; what is not needed ends at once when we stop."""
        task = asyncio.create_task(doing)
        (self._busy if is_needed else self._hinting).add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._busy.discard(task)
        self._hinting.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("not shown", exc_info=error)

    async def leave(self) -> None:
        """What is on its way still arrives, if that takes not long; hints end at once."""
        for task in self._hinting:
            task.cancel()
        if self._busy:
            await asyncio.wait(set(self._busy), timeout=DRAIN)
