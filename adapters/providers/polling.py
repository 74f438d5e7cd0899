"""One question for everybody who waits: those who ask at once share the next answer."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping

from adapters.providers.pacing import Ticking
from services.events import Broke, Finished

EVERY = 3.0  # seconds: the document asks not to be asked more often (NR-J-01)

News = Mapping[str, Finished | Broke]


class Polling:
    """Asks `look` for all names that somebody waits for, at most every few seconds."""

    def __init__(
        self,
        look: Callable[[Collection[str]], Awaitable[News]],
        ticking: Ticking,
        every: float = EVERY,
    ) -> None:
        self._look = look
        self._ticking = ticking
        self._every = every
        self._next_at = ticking.clock()
        self._wanted: set[str] = set()
        self._left = dict[str, Finished | Broke]()  # news that nobody waited for long enough
        self._late: set[str] = set()
        self._coming: asyncio.Task[News] | None = None
        self._asking: asyncio.Task[News] | None = None

    async def ask(self, refs: Collection[str]) -> News:
        """What is new of these. Raises the `Fault` that the question met."""
        if kept := {ref: self._left.pop(ref) for ref in refs if ref in self._left}:
            return kept
        self._wanted.update(refs)
        if self._coming is None:
            self._coming = asyncio.create_task(self._round(self._asking))
        try:
            # Whoever stops waiting takes nothing from the others.
            news = await asyncio.shield(self._coming)
        except asyncio.CancelledError:
            self._late.update(refs)
            raise
        return {ref: news[ref] for ref in refs if ref in news}

    async def close(self) -> None:
        """Stop asking."""
        tasks = [task for task in (self._coming, self._asking) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _round(self, before: asyncio.Task[News] | None) -> News:
        if before is not None:
            await asyncio.wait({before})
        wait = self._next_at - self._ticking.clock()
        if wait > 0:
            await self._ticking.sleep(wait)
        # From here on newcomers wait for the next answer: this one may not know of theirs.
        wanted, self._wanted = self._wanted, set()
        self._asking, self._coming = self._coming, None
        self._next_at = self._ticking.clock() + self._every
        news = await self._look(wanted)
        # A round may take longer than anybody waits: what it found is there for the next who asks.
        late, self._late = self._late & wanted, self._late - wanted
        self._left = {ref: news[ref] for ref in late if ref in news}
        return news
