"""Whose turn it is: a busy space of people does not delay a quiet one."""

import asyncio
import heapq
import itertools

MOST_LINES = 1000  # then those that have nothing to make up for are forgotten


class Turns:
    """A semaphore whose waiters stand in lines, and the lines take turns.

    Start-time fair queueing (P. Goyal, H. M. Vin, H. Cheng, 1996) with tasks of equal cost: each
    waiter gets a tag, one more than that of the one before it in its line and at least that of
    the last one let in; the lowest tag is next.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._tags: dict[str, int] = {}  # of each line's next
        self._now = 0  # tag of the last one let in

    async def take(self, line: str) -> None:
        """Have one of the places, as soon as it is this line's turn."""
        turn = asyncio.get_running_loop().create_future()
        tag = max(self._now, self._tags.get(line, 0))
        self._tags[line] = tag + 1
        heapq.heappush(self._waiting, (tag, next(self._order), turn))
        self._let_in()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.give_back()  # it came together with the cancel
            elif self._tags.get(line) == tag + 1:
                self._tags[line] = tag
            raise

    def give_back(self) -> None:
        """Let the next one have it."""
        self._free += 1
        self._let_in()

    def _let_in(self) -> None:
        while self._free and self._waiting:
            tag, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                self._free -= 1
                self._now = tag
                turn.set_result(None)
        if len(self._tags) > MOST_LINES:
            self._tags = {line: tag for line, tag in self._tags.items() if tag > self._now}
