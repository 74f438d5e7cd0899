"""A number of children for one kind of task, so that quick ones never wait behind long ones."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

from adapters.workers.child import Child, Setup
from adapters.workers.turns import Turns
from services.behalf import SPACE
from services.ports import SoundTask
from services.problems import Code, fault

GRACE_SECONDS = 2.0  # to come to a block's end after being told to stop
OWN_THREADS = 1  # that a task keeps busy beside those of a library
MOST_TASKS = 50  # then a fresh process: libraries leak, and so may we
MOST_MEMORY = 600_000_000  # bytes, where a lane says nothing else
IDLE_SECONDS = 30.0  # until a child that nobody needs gives its memory back


class Lane:
    """At most `size` children, started when first needed, each with one task at a time.

    Spaces that wait for one take turns.

    keep: so many of them stay when there is nothing to do; a start takes a second.
    most_memory: bytes that a child may still hold after a task.
    first: a child of the same setup that is being started, to be used before another is.
    """

    def __init__(
        self,
        size: int,
        setup: Setup,
        keep: int = 1,
        most_memory: int = MOST_MEMORY,
        first: asyncio.Task[Child] | None = None,
    ) -> None:
        self._setup = setup
        self._first = first
        self._most_memory = most_memory
        self._keep = keep
        self._free = Turns(size)
        self._idle: list[Child] = []
        self._children: set[Child] = set()
        self._settling: set[asyncio.Task[None]] = set()
        self._timers: dict[Child, asyncio.TimerHandle] = {}
        self.sandbox: Mapping[str, bool] = {}

    async def run(
        self, task: SoundTask, timeout: timedelta, report: Callable[[float], None]
    ) -> Mapping[str, Any]:
        """As `Workers.run`; the timeout begins when a child takes the task."""
        await self._free.take(SPACE.get())
        try:
            child = await self._child()
        except BaseException:
            self._free.give_back()
            raise
        try:
            async with asyncio.timeout(timeout.total_seconds()) as clock:
                threads = self._setup.threads + OWN_THREADS
                return await child.do(task, threads * timeout.total_seconds(), report)
        except TimeoutError:
            if not clock.expired():
                raise
            await child.kill()
            raise fault(Code.TOOK_TOO_LONG, seconds=timeout.total_seconds()) from None
        finally:
            self._let_go(child)

    async def close(self) -> None:
        """End every child."""
        if self._settling:
            await asyncio.wait(self._settling)
        for timer in self._timers.values():
            timer.cancel()
        self._idle.clear()
        await asyncio.gather(*(self._end(child) for child in tuple(self._children)))

    async def _child(self) -> Child:
        while self._idle:
            idle = self._idle.pop()
            self._timers.pop(idle).cancel()
            if idle.is_alive:
                return idle
            await self._end(idle)
        first, self._first = self._first, None
        child = None if first is None else await first
        if child is None or not child.is_alive:
            child = await Child.start(self._setup)
        self._children.add(child)
        self.sandbox = child.sandbox
        return child

    async def _end(self, child: Child) -> None:
        self._children.discard(child)
        await child.kill()

    def _let_go(self, child: Child) -> None:
        """Give the place back once the child is idle again or gone; nobody waits for it."""
        if child.is_at_work:
            child.stop()
        self._soon(self._settle(child))

    def _soon(self, doing: Coroutine[Any, Any, None]) -> None:
        work = asyncio.create_task(doing)
        self._settling.add(work)
        work.add_done_callback(self._settling.discard)

    def _rest(self, child: Child) -> None:
        """Ready for the next task, for a while."""
        self._idle.append(child)
        loop = asyncio.get_running_loop()
        self._timers[child] = loop.call_later(IDLE_SECONDS, self._retire, child)

    def _retire(self, child: Child) -> None:
        del self._timers[child]
        if len(self._children) > self._keep:
            self._idle.remove(child)
            self._soon(self._end(child))
        else:
            self._timers[child] = asyncio.get_running_loop().call_later(
                IDLE_SECONDS, self._retire, child
            )

    async def _settle(self, child: Child) -> None:
        try:
            if await _is_at_rest(child) and not self._is_worn(child):
                self._rest(child)
            else:
                await self._end(child)
        finally:
            self._free.give_back()

    def _is_worn(self, child: Child) -> bool:
        return child.tasks >= MOST_TASKS or child.memory > self._most_memory


async def _is_at_rest(child: Child) -> bool:
    if child.is_at_work and child.is_alive:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await child.settle()
    return child.is_alive and not child.is_at_work
