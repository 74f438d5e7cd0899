"""Time for tests of providers: it passes only when nobody does anything."""

import asyncio
import heapq
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count

from adapters.providers.pacing import Ticking

CYCLES = 30  # of the loop, after which everybody who can go on has gone on


class Time:
    """Seconds that move to the next sleeper once no call is under way."""

    def __init__(self, clock) -> None:
        self._clock = clock
        self._began = clock()
        self._sleepers = []
        self._order = count()
        self.under_way = 0
        self.ticking = Ticking(self.seconds, self.sleep)

    def seconds(self) -> float:
        return (self._clock() - self._began).total_seconds()

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        at = self._clock() + timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (at, next(self._order), woken))
        await woken

    def busy(self, calling):
        """Let calls count, as `calling` makes them."""
        for name in ("ask", "send"):
            setattr(calling, name, self._counted(getattr(calling, name)))
        return calling

    def _counted(self, call):
        async def counted(*args):
            self.under_way += 1
            try:
                return await call(*args)
            finally:
                self.under_way -= 1

        return counted

    @asynccontextmanager
    async def passing(self):
        """Time passes inside."""
        task = asyncio.create_task(self._pass())
        try:
            yield self
        finally:
            task.cancel()

    async def _pass(self) -> None:
        idle = 0
        while True:
            await asyncio.sleep(0)
            idle = 0 if self.under_way else idle + 1
            if idle > CYCLES and self._sleepers:
                at, _, woken = heapq.heappop(self._sleepers)
                self._clock.at = max(self._clock.at, at)
                if not woken.done():
                    woken.set_result(None)
                idle = 0
