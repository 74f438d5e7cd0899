"""Wakes again what is long overdue: whatever the queue forgot or a dead worker left."""

import asyncio
from collections.abc import Collection
from datetime import timedelta

from services.model import Kind
from services.ports import Now, Queue, Store

EVERY = timedelta(seconds=2)
WOKEN_BEFORE = timedelta(seconds=10)  # so that a long line is not woken in circles
MOST_AT_ONCE = 100


async def rouse(store: Store, queue: Queue, now: Now, kinds: Collection[Kind] = tuple(Kind)) -> int:
    """One pass over these kinds of work; returns how many were woken."""
    at = now()
    waiting = await store.write(lambda tx: tx.overdue(at, at - WOKEN_BEFORE, MOST_AT_ONCE, kinds))
    for one in waiting:
        await queue.wake(one.job, at=one.due_at, kind=one.kind, priority=one.priority)
    return len(waiting)


async def run(store: Store, queue: Queue, now: Now, kinds: Collection[Kind]) -> None:
    """Pass after pass until cancelled."""
    while True:
        await rouse(store, queue, now, kinds)
        await asyncio.sleep(EVERY.total_seconds())
