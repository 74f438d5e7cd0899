"""Removes files whose time is over, and what crashes left behind."""

import asyncio
import itertools
import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from services import cards
from services.events import GaveUp, Purged
from services.journal import Journal, together
from services.machine import CANCELLED, COMMON, posting
from services.model import INCOMING, Job, JobId, Receipt, State, needs_source, source_key
from services.ports import Files, Messenger, Now, Store
from services.problems import Code, Fault, fault
from services.transactions import Tx

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=30)
FORGET_EVERY = timedelta(hours=1)
AT_ONCE = 100
MOST_OF_ONE = 10_000  # jobs of one person in the month that is remembered
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
            await self.forget_leaving()
            if passes % (FORGET_EVERY // EVERY) == 0:
                await self.forget()
            await asyncio.sleep(EVERY.total_seconds())

    async def forget_person(self, platform: str, person: str) -> int:
        """Cancel and remove everything of this person; how many jobs there were.

        What is still under way ends in a moment, and the next pass removes it: the wish is kept
        until nothing of before is left.
        """
        wish = self._now()
        await self._store.write(lambda tx: tx.wish_forgotten(platform, person, wish))
        found = await self._before(platform, person, wish)
        for job in found:
            if job.outcome is None:
                await self._journal.record(job.id, GaveUp(CANCELLED))
        await self._go_on_forgetting(platform, person, wish)
        return len(found)

    async def _before(self, platform: str, person: str, wish: datetime) -> list[Job]:
        found = await self._store.read(lambda tx: tx.jobs_of(platform, person, MOST_OF_ONE))
        return [job for job in found if job.created_at <= wish]

    async def forget_leaving(self) -> None:
        """Go on with those whose last job had not ended when they asked."""
        for platform, person, wish in await self._store.read(lambda tx: tx.leaving(AT_ONCE)):
            await self._go_on_forgetting(platform, person, wish)

    async def _go_on_forgetting(self, platform: str, person: str, wish: datetime) -> None:
        found, is_busy = await self._before(platform, person, wish), False
        for job in found:
            if job.state is not State.DONE:
                continue
            if is_busy:
                # The files go at once; the platform is not asked again before the next pass.
                await self._remove_files(job)
                continue
            # A platform that is busy will have time again; what is refused for good stays refused.
            is_busy = Code.CHAT_DOWN in await self._take_away(job)
            if not is_busy:
                await self._store.write(partial(_forget_job, job.id))
        if not is_busy and all(job.state is State.DONE for job in found):
            await self._store.write(lambda tx: tx.forget_person(platform, person, wish))

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

    async def remove(self, job: Job) -> bool:
        """Its files and messages go before their time: its person wants it so.

        False where a message could not be taken away.
        """
        album = await self._store.read(lambda tx: together(tx, job))
        others = [one for one in album if one.id != job.id and one.tracks and not one.purged]
        words = _words_for_all(album)
        if others:
            return not await self._take_away(job, kept=words)
        return not await self._take_away(job, too=words)

    async def _take_away(
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

    async def _remove_files(self, job: Job) -> Job | None:
        await self._files.delete(f"{job.id}/")
        purged = await self._journal.record(job.id, Purged())
        # Once more: a copy for a player may have been made in between.
        await self._files.delete(f"{job.id}/")
        await self._remove_source(job)
        return purged

    async def _remove(self, job: Job) -> None:
        purged = await self._remove_files(job)
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


def _words_for_all(album: Sequence[Job]) -> set[Receipt]:
    """The message that speaks for a whole album, where one does."""
    lead = next((job for job in album if job.id == job.lead), None)
    told = posting(lead, COMMON).receipt if lead is not None else None
    return {told} if told is not None else set()


def _forget_job(job_id: JobId, tx: Tx) -> None:
    tx.forget_job(job_id)


async def _refusal(messenger: Messenger, job: Job, receipt: Receipt) -> Code | None:
    try:
        await messenger.delete(job.address, receipt)
    except Fault as error:
        return error.problem.code
    return None
