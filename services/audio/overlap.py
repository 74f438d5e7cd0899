"""Work beside work: libav and the engine release the GIL, so two threads use two cores."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def ahead(source: Iterator[T]) -> Iterator[T]:
    """The same items, each made in another thread while the one before is in use."""
    with ThreadPoolExecutor(1, "ahead") as pool:
        coming = pool.submit(next, source, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, source, None)
            yield item


class Behind:
    """Runs calls one after the other in a thread of its own, at most one behind.

    What a call raises is raised by the next `do` or `wait`.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "behind")
        self._last: Future[Any] | None = None

    def do(self, call: Callable[[T], object], item: T) -> None:
        """Have `call(item)` done soon; waits for the one before."""
        self.wait()
        self._last = self._pool.submit(call, item)

    def wait(self) -> None:
        """Return when nothing is under way."""
        if self._last is not None:
            last, self._last = self._last, None
            last.result()

    def close(self) -> None:
        """End the thread; what it may still raise is of no interest any more."""
        self._pool.shutdown()
