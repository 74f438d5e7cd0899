"""Wakes again what is long overdue: whatever the queue forgot or a dead worker left."""

import asyncio
from datetime import timedelta

from services.ports import Now, Queue, Store

EVERY = timedelta(seconds=2)
WOKEN_BEFORE = timedelta(seconds=10)  # so that a long line is not woken in circles
MOST_AT_ONCE = 100


async def rouse(store: Store, queue: Queue, now: Now) -> int:
    """One pass; returns how many were woken."""
    at = now()
    waiting = await store.write(lambda tx: tx.overdue(at, at - WOKEN_BEFORE, MOST_AT_ONCE))
    for one in waiting:
        await queue.wake(one.job, at=one.due_at, kind=one.kind, priority=one.priority)
    return len(waiting)


async def run(store: Store, queue: Queue, now: Now) -> None:
    """Pass after pass until cancelled."""
    while True:
        await rouse(store, queue, now)
        await asyncio.sleep(EVERY.total_seconds())
