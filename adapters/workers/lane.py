"""A number of children for one kind of task, so that quick ones never wait behind long ones."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from adapters.workers.child import Child, Setup
from services.ports import SoundTask
from services.problems import Code, fault

GRACE_SECONDS = 2.0  # to come to a block's end after being told to stop
MOST_TASKS = 50  # then a fresh process: libraries leak, and so may we
MOST_MEMORY = 600_000_000  # bytes that a child may still hold after a task


class Lane:
    """At most `size` children, started when first needed, each with one task at a time."""

    def __init__(self, size: int, setup: Setup) -> None:
        self._setup = setup
        self._free = asyncio.Semaphore(size)
        self._idle: list[Child] = []
        self._settling: set[asyncio.Task[None]] = set()
        self.sandbox: Mapping[str, bool] = {}

    async def run(
        self, task: SoundTask, timeout: timedelta, report: Callable[[float], None]
    ) -> Mapping[str, Any]:
        """As `Workers.run`; the timeout begins when a child takes the task."""
        await self._free.acquire()
        try:
            child = await self._child()
        except BaseException:
            self._free.release()
            raise
        try:
            async with asyncio.timeout(timeout.total_seconds()) as clock:
                found = await child.do(task, report)
        except asyncio.CancelledError:
            child.stop()
            self._let_go(child, is_at_work=True)
            raise
        except TimeoutError:
            self._let_go(child, is_broken=True)
            if not clock.expired():
                raise
            raise fault(Code.TOOK_TOO_LONG, seconds=timeout.total_seconds()) from None
        except BaseException:
            self._let_go(child)
            raise
        self._let_go(child)
        return found

    async def close(self) -> None:
        """End every child."""
        if self._settling:
            await asyncio.wait(self._settling)
        await asyncio.gather(*(child.kill() for child in self._idle))
        self._idle.clear()

    async def _child(self) -> Child:
        while self._idle:
            child = self._idle.pop()
            if child.is_alive:
                return child
            await child.kill()
        child = await Child.start(self._setup)
        self.sandbox = child.sandbox
        return child

    def _let_go(self, child: Child, *, is_at_work: bool = False, is_broken: bool = False) -> None:
        """Give the place back once the child is idle again or gone; nobody waits for it."""
        work = asyncio.create_task(self._settle(child, is_at_work, is_broken))
        self._settling.add(work)
        work.add_done_callback(self._settling.discard)

    async def _settle(self, child: Child, is_at_work: bool, is_broken: bool) -> None:
        try:
            if is_at_work:
                is_broken = not await _came_to_rest(child)
            if is_broken or not child.is_alive or _is_worn(child):
                await child.kill()
            else:
                self._idle.append(child)
        finally:
            self._free.release()


async def _came_to_rest(child: Child) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GRACE_SECONDS):
            await child.settle()
            return True
    return False


def _is_worn(child: Child) -> bool:
    return child.tasks >= MOST_TASKS or child.memory > MOST_MEMORY
