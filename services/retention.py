"""Removes files whose time is over, and what crashes left behind."""

import asyncio
import itertools
import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from services import cards
from services.erasing import Erasing
from services.events import Purged
from services.journal import Journal, together
from services.machine import COMMON, posting
from services.model import INCOMING, Job, Receipt, needs_source, source_key
from services.ports import Files, Messenger, Now, Store
from services.problems import Code, Fault, fault
from services.transactions import Tx

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=30)
FORGET_EVERY = timedelta(minutes=30)
AT_ONCE = 100
HISTORY = timedelta(days=30)  # then the job itself goes, with what was said about it
FOR_ANOTHER_TRY = timedelta(hours=1)  # what failed stays at least that long
FLEETING = timedelta(minutes=30)  # messages for the moment; with the next pass it is an hour
CHANGES = timedelta(days=365)  # audit logs
FORGOTTEN_UPLOAD = timedelta(hours=24)  # sent, but nothing was ever asked of it


class Retention:
    """Keeps the promise about how long files are kept."""

    def __init__(
        self,
        store: Store,
        files: Files,
        journal: Journal,
        messengers: Mapping[str, Messenger],
        erasing: Erasing,
        now: Now,
        keep: timedelta,
    ) -> None:
        self._store = store
        self._files = files
        self._journal = journal
        self._messengers = messengers
        self._erasing = erasing
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
        now, count = self._now(), 0
        usual = self._keep if keep is None else keep
        # Who asks for all of it by hand means all of it.
        grace = FOR_ANOTHER_TRY if keep is None else timedelta(0)
        while jobs := await self._store.read(lambda tx: tx.expired(now, usual, grace, AT_ONCE)):
            for job in jobs:
                await self._remove(job)
            count += len(jobs)
        await self._sweep_uploads()
        return count

    async def forget(self, keep: timedelta = HISTORY) -> None:
        """File names and words of people go; what was used stays in the ledger."""
        now = self._now()
        is_any = await self._store.write(lambda tx: _forget(tx, now, keep))
        while await self._store.write(lambda tx: tx.forget_jobs(now - keep, AT_ONCE)):
            is_any = True
        if is_any:
            await self._store.scrub()

    async def remove(self, job: Job) -> bool:
        """Its files and messages go before their time: its person wants it so.

        False where a message could not be taken away.
        """
        await self._erasing.erase(job)
        album = await self._store.read(lambda tx: together(tx, job))
        others = [one for one in album if one.id != job.id and one.tracks and not one.purged]
        words = _words_for_all(album)
        if others:
            return not await self.take_away(job, kept=words)
        return not await self.take_away(job, too=words)

    async def take_away(
        self,
        job: Job,
        kept: Collection[Receipt] = (),
        too: Collection[Receipt] = (),
    ) -> set[Code]:
        """Files and messages; what the platform said where a message stayed.

        kept: messages that others need. too: those that nobody needs any more.
        """
        if not job.purged:
            await self._remove(job)
        messenger = self._messengers.get(job.address.platform)
        if messenger is None:
            return set()
        told = {*(known.receipt for known in job.postings), *job.copies} - {job.card}
        if messenger.limits(job.address).keeps_copies:
            told.add(job.card)
        gone = {receipt for receipt in told if receipt is not None}.union(too).difference(kept)
        refused = [await _refusal(messenger, job, receipt) for receipt in gone]
        return {code for code in refused if code is not None}

    async def tidy(self, job: Job) -> None:
        """What was made for a job whose time was over meanwhile goes at once.

        Raises `Fault` with `FILE_GONE` then.
        """
        now = await self._store.read(lambda tx: tx.job(job.id))
        if now is None or now.purged:
            await self._files.delete(f"{job.id}/")
            raise fault(Code.FILE_GONE, name=job.source.name)

    async def remove_files(self, job: Job) -> Job | None:
        """Only its files; the job as it stands then."""
        await self._files.delete(f"{job.id}/")
        # Before it is written down: whoever dies in between begins again.
        await self._remove_source(job)
        purged = await self._journal.record(job.id, Purged())
        # Once more: a copy for a player may have been made in between.
        await self._files.delete(f"{job.id}/")
        # Of two jobs that end together each may have seen the other one.
        await self._remove_source(job)
        return purged

    async def _remove(self, job: Job) -> None:
        purged = await self.remove_files(job)
        messenger = self._messengers.get(job.address.platform)
        if purged is None or job.card is None or messenger is None:
            return
        if posting(job, COMMON).receipt is not None:
            return  # it speaks of others as well
        # A message that has the result itself says nothing wrong.
        if not messenger.limits(job.address).keeps_copies:
            with suppress(Fault):
                await messenger.edit(job.address, job.card, cards.card(purged))

    async def _remove_source(self, job: Job) -> None:
        """The source goes with the last job that works on it."""
        key = source_key(job)
        if not await self._store.read(lambda tx: tx.keys_in_use([key], besides=job.id)):
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


def _words_for_all(album: Sequence[Job]) -> set[Receipt]:
    """The message that speaks for a whole album, where one does."""
    lead = next((job for job in album if job.id == job.lead), None)
    told = posting(lead, COMMON).receipt if lead is not None else None
    return {told} if told is not None else set()


def _forget(tx: Tx, now: datetime, keep: timedelta) -> bool:
    """What is said, who changed what, and whose minutes still counted; whether any was said."""
    tx.sweep_aliases(now)
    tx.forget_changes(now - CHANGES)
    return tx.forget_messages(now - keep, now - FLEETING)


async def _refusal(messenger: Messenger, job: Job, receipt: Receipt) -> Code | None:
    try:
        await messenger.delete(job.address, receipt)
    except Fault as error:
        return error.problem.code
    return None
