"""The living message: edited as a job moves, best effort, never in the way of the result."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from services import cards
from services.journal import Journal
from services.machine import BEFORE_OUTCOME, Announced, Event
from services.model import Card, Job, JobId, Progress, State
from services.ports import Messenger, Now, Store, Tx
from services.problems import Fault

log = logging.getLogger(__name__)

TICK = timedelta(seconds=1)  # how often places in the line and progress are looked at
GRACE = timedelta(seconds=5)  # in which the platform shows the first card itself
MOST_WATCHED = 500


class Announcer:
    """Keeps the cards of running jobs up to date.

    Only jobs without an outcome are its business: the last word belongs to delivery.
    """

    def __init__(
        self, store: Store, journal: Journal, messengers: Mapping[str, Messenger], now: Now
    ) -> None:
        self._store = store
        self._journal = journal
        self._now = now
        self._messengers = messengers
        self._watched: dict[JobId, Card | None] = {}
        self._locks: dict[JobId, asyncio.Lock] = {}
        self._nudge = asyncio.Event()
        journal.observe(self.moved)

    def moved(self, job: Job, event: Event) -> None:
        """Look at this job soon. An observer of the journal."""
        if job.state in BEFORE_OUTCOME:
            self._watched.setdefault(job.id, None)
            self._nudge.set()

    async def run(self) -> None:
        """Edit cards until cancelled."""
        for job in await self._store.read(lambda tx: tx.open_jobs(MOST_WATCHED)):
            self._watched.setdefault(job.id, None)
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._nudge.wait(), TICK.total_seconds())
            self._nudge.clear()
            for job_id in list(self._watched):
                await self._look(job_id)
            await self._breathe()

    async def _breathe(self) -> None:
        """Wait as long as the most sensitive platform asks between two edits."""
        paces = [one.limits.seconds_between_edits for one in self._messengers.values()]
        await asyncio.sleep(max(paces, default=0.0) if self._watched else 0.0)

    async def quiet(self, job_id: JobId) -> None:
        """Stop touching this job's message; returns when no edit is under way any more."""
        self._watched.pop(job_id, None)
        async with self._locks.setdefault(job_id, asyncio.Lock()):
            self._locks.pop(job_id, None)

    async def _look(self, job_id: JobId) -> None:
        async with self._locks.setdefault(job_id, asyncio.Lock()):
            job, progress = await self._store.read(lambda tx: _seen(tx, job_id))
            if job is None or job.state not in BEFORE_OUTCOME:
                self._watched.pop(job_id, None)
                self._locks.pop(job_id, None)
                return
            if job.card is None and self._now() - job.created_at < GRACE:
                return
            card = cards.card(job, progress)
            if self._watched.get(job_id) != card:
                await self._show(job, card)

    async def _show(self, job: Job, card: Card) -> None:
        messenger = self._messengers.get(job.address.platform)
        if messenger is None:
            return
        try:
            if job.card is None:
                receipt = await messenger.post(job.address, card, job.id)
                await self._journal.record(job.id, Announced(receipt))
            else:
                await messenger.edit(job.address, job.card, card)
        except Fault as error:
            log.info("card not shown", extra={"job": job.id, "problem": str(error.problem.code)})
            self._watched.pop(job.id, None)
            return
        if job.id in self._watched:
            self._watched[job.id] = card


def _seen(tx: Tx, job_id: JobId) -> tuple[Job | None, Progress | None]:
    """The job with what its person wants to know: place, bar, time left."""
    job = tx.job(job_id)
    if job is None:
        return None, None
    if job.state is State.QUEUED:
        return job, Progress(place=tx.place(job))
    return job, tx.progress(job_id)
