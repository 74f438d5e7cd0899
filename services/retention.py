"""Removes files whose time is over, and what crashes left behind."""

import asyncio
import itertools
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from services import cards
from services.journal import Journal
from services.machine import Purged
from services.model import INCOMING, Job, needs_source, source_key
from services.ports import Files, Messenger, Now, Store
from services.problems import Fault

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
FORGET_EVERY = timedelta(hours=1)
AT_ONCE = 100
HISTORY = timedelta(days=30)  # then the job itself goes, with what was said about it
FORGOTTEN_UPLOAD = timedelta(hours=24)  # sent, but nothing was ever asked of it


class Retention:
    """Keeps the promise about how long files are kept."""

    def __init__(
        self,
        store: Store,
        files: Files,
        journal: Journal,
        messengers: Mapping[str, Messenger],
        now: Now,
        keep: timedelta,
    ) -> None:
        self._store = store
        self._files = files
        self._journal = journal
        self._messengers = messengers
        self._now = now
        self._keep = keep

    async def run(self) -> None:
        """Pass after pass until cancelled; history goes more seldom than files."""
        for passes in itertools.count():
            await self.purge()
            if passes % (FORGET_EVERY // EVERY) == 0:
                await self.forget()
            await asyncio.sleep(EVERY.total_seconds())

    async def purge(self, keep: timedelta | None = None) -> int:
        """Remove what is older than `keep`; returns how many jobs lost their files."""
        before = self._now() - (self._keep if keep is None else keep)
        count = 0
        while jobs := await self._store.read(lambda tx: tx.done_before(before, AT_ONCE)):
            for job in jobs:
                await self._remove(job)
            count += len(jobs)
        await self._sweep_uploads()
        return count

    async def forget(self, keep: timedelta = HISTORY) -> None:
        """File names and words of people go; what was used stays in the ledger."""
        before = self._now() - keep
        await self._store.write(lambda tx: tx.forget_messages(before))
        while await self._store.write(lambda tx: tx.forget_jobs(before, AT_ONCE)):
            pass

    async def _remove(self, job: Job) -> None:
        await self._files.delete(f"{job.id}/")
        purged = await self._journal.record(job.id, Purged())
        # Once more: a copy for a player may have been made in between.
        await self._files.delete(f"{job.id}/")
        await self._remove_source(job)
        messenger = self._messengers.get(job.address.platform)
        if purged is not None and job.card is not None and messenger is not None:
            with suppress(Fault):
                await messenger.edit(job.address, job.card, cards.card(purged))

    async def _remove_source(self, job: Job) -> None:
        """The source goes with the last job that works on it."""
        key = source_key(job)
        if not await self._store.read(lambda tx: tx.keys_in_use([key])):
            await self._files.delete(key)

    async def discard(self, job: Job) -> None:
        """What was no good is not kept until the retention time."""
        if not needs_source(job):
            await self._remove_source(job)

    async def _sweep_uploads(self) -> None:
        before = self._now() - FORGOTTEN_UPLOAD
        old = [key async for key, changed in self._files.list(INCOMING) if changed < before]
        used = await self._store.read(lambda tx: tx.keys_in_use(old))
        for key in old:
            if key not in used:
                await self._files.delete(key)
