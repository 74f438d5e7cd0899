"""Writes down how far a job is, while a provider works on it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from services.model import JobId
from services.ports import Now, Store
from services.showing import Progress

EVERY = timedelta(seconds=1)


class Reporting:
    """Makes for each job what may be called often and writes seldom."""

    def __init__(self, store: Store, now: Now) -> None:
        self._store = store
        self._now = now

    def of(self, job_id: JobId) -> Callable[[Progress], None]:
        """Write what is known of the progress, at most every second, with the time left."""
        store, now = self._store, self._now
        clock = asyncio.get_running_loop().time
        began = last = clock()
        writing: set[asyncio.Task[None]] = set()

        def report(progress: Progress) -> None:
            nonlocal last
            if clock() - last < EVERY.total_seconds() or writing:
                return
            last = clock()
            told = with_time_left(progress, clock() - began)
            write = store.write(lambda tx: tx.put_progress(job_id, told, now()))
            task = asyncio.ensure_future(write)
            writing.add(task)
            task.add_done_callback(writing.discard)

        return report


def with_time_left(progress: Progress, elapsed: float) -> Progress:
    """Add the seconds left, judged by what was done so far."""
    fraction = progress.fraction
    if not fraction or fraction < 0.02:
        return progress
    return replace(progress, seconds_left=round(elapsed * (1 - fraction) / fraction))
