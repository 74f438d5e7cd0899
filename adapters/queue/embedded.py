"""The queue of one process: due times in a heap, refilled from the store by rousing."""

import asyncio
import heapq
import itertools
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from services.model import JobId, Kind
from services.ports import Now
from services.records import Waiting

log = logging.getLogger(__name__)

Run = Callable[[JobId], Awaitable[None]]
MOST_UNSERVED = 1000  # jobs that are remembered for work which this process does not do


@dataclass(slots=True)
class Line:
    """The waiting jobs of one kind of work.

    later: (due, order, job), by time. ready: (priority, order, job, due), what is due already.
    """

    later: list[tuple[datetime, int, JobId]] = field(default_factory=list)
    ready: list[tuple[int, int, JobId, datetime]] = field(default_factory=list)
    wanted: dict[JobId, tuple[datetime, int]] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    is_served: bool = False  # by this process

    def forget(self) -> None:
        """Nothing waits here any more."""
        self.wanted.clear()
        self.later.clear()
        self.ready.clear()


class EmbeddedQueue:
    """Port Queue in memory. Losing it loses nothing: the rows are the truth."""

    def __init__(self, now: Now, slots: Mapping[Kind, int]) -> None:
        self._now = now
        self._slots = slots
        self._lines = {kind: Line() for kind in Kind}
        self._order = itertools.count()
        self._running: dict[JobId, Waiting | None] = {}  # and what was said of it since

    async def wake(self, job: JobId, *, at: datetime, kind: Kind, priority: int) -> None:
        """Remember to run this job at that time; the latest word counts, as in its row."""
        waiting = Waiting(job, at, kind, priority)
        if job in self._running:
            self._running[job] = waiting  # its lease would let no second one through
        else:
            self._wake(waiting)

    def _wake(self, waiting: Waiting) -> None:
        job, wanted = waiting.job, (waiting.due_at, waiting.priority)
        line = self._lines[waiting.kind]
        for other in self._lines.values():
            if other is not line:
                other.wanted.pop(job, None)  # its next step is of another kind now
        if line.wanted.get(job) == wanted:
            line.changed.set()  # rousing says it again: the clock may have jumped past its time
            return
        if not line.is_served and len(line.later) >= MOST_UNSERVED:
            line.forget()  # others do this work, and the rows remember it
        line.wanted[job] = wanted
        heapq.heappush(line.later, (waiting.due_at, next(self._order), job))
        line.changed.set()

    async def run(self, step: Run, kinds: Collection[Kind]) -> None:
        """Serve these kinds of work until cancelled; running steps are cancelled and awaited."""
        async with asyncio.TaskGroup() as group:
            for kind in kinds:
                group.create_task(self._serve(kind, step))

    def waiting(self, kind: Kind) -> int:
        """How many jobs are remembered; for the operator."""
        return len(self._lines[kind].wanted)

    async def _serve(self, kind: Kind, step: Run) -> None:
        line = self._lines[kind]
        line.is_served = True
        slots = asyncio.Semaphore(self._slots[kind])
        async with asyncio.TaskGroup() as group:
            while True:
                await slots.acquire()
                job = await self._next(line)
                # At once, not when the task begins: what wakes it meanwhile would begin another.
                self._running[job] = None
                task = group.create_task(self._one(job, step))
                task.add_done_callback(partial(self._over, job, slots))

    async def _one(self, job: JobId, step: Run) -> None:
        try:
            await step(job)
        except Exception:
            # The row still stands; rousing comes back to it.
            log.exception("step could not run", extra={"job": job})

    def _over(self, job: JobId, slots: asyncio.Semaphore, _task: asyncio.Task[None]) -> None:
        slots.release()
        waiting = self._running.pop(job)
        if waiting is not None:
            self._wake(waiting)

    async def _next(self, line: Line) -> JobId:
        """The due job that matters most; waits until there is one."""
        while True:
            line.changed.clear()
            self._ripen(line)
            while line.ready:
                priority, _, job, at = heapq.heappop(line.ready)
                if line.wanted.get(job) == (at, priority):
                    del line.wanted[job]
                    return job
            # Not wait_for: in Python 3.11 it loses a cancel that comes together with a change.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause(line)):
                    await line.changed.wait()

    def _ripen(self, line: Line) -> None:
        now = self._now()
        while line.later and line.later[0][0] <= now:
            at, order, job = heapq.heappop(line.later)
            wanted = line.wanted.get(job)
            if wanted is not None and wanted[0] == at:
                heapq.heappush(line.ready, (wanted[1], order, job, at))

    def _pause(self, line: Line) -> float | None:
        if not line.later:
            return None
        return max(0.0, (line.later[0][0] - self._now()).total_seconds())
