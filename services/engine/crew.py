"""Two threads that share the rows of one computation."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

THREADS = 2


class Crew:
    """Runs compiled kernels, which release the GIL, on parts of their rows at once."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS)

    def share(self, kernel: Callable[..., None], rows: int, *arguments: object) -> None:
        """Call `kernel(start, stop, *arguments)` so that each of the rows is done once."""
        edges = [rows * k // THREADS for k in range(THREADS + 1)]
        jobs = [self._pool.submit(kernel, *span, *arguments) for span in pairwise(edges)]
        for job in jobs:
            job.result()

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()
