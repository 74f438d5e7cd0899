"""People who want to be forgotten, and spaces that the bot has left."""

import asyncio
import logging
from collections.abc import Awaitable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services import spaces
from services.erasing import Erased, Erasing
from services.events import Event, GaveUp, Withdrawn
from services.journal import Journal
from services.machine import CANCELLED, WITHDRAWN
from services.model import Job, JobId, State, source_key
from services.ports import Now, Store
from services.problems import Code, Problem
from services.retention import Retention
from services.transactions import Tx

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=30)
PATIENCE = timedelta(seconds=10)  # of somebody who waits for the receipt
LOOK = timedelta(seconds=1)  # for jobs that another process ends
INSISTS = timedelta(seconds=30)  # on asking a provider again; with the next pass it is a minute
AT_ONCE = 100
MOST = 10_000  # jobs of one person in the month that is remembered, or of one space
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of a wish to be forgotten.

    recordings, results: how many there were. cancelled: jobs that were under way.
    erased: what is gone elsewhere. is_complete: nothing is left to do.
    """

    recordings: int = 0
    results: int = 0
    cancelled: int = 0
    erased: Erased = field(default_factory=Erased)
    is_complete: bool = True


class Forgetting:
    """Removes everything of a person or a space; what was used stays in the ledger, unnamed.

    keep: how long a space that the bot has left is remembered, where it does not say less.
    """

    def __init__(
        self,
        store: Store,
        journal: Journal,
        retention: Retention,
        erasing: Erasing,
        now: Now,
        keep: timedelta,
    ) -> None:
        self._store = store
        self._journal = journal
        self._retention = retention
        self._erasing = erasing
        self._now = now
        self._keep = keep
        self._bells: set[asyncio.Event] = set()
        self._in_hand: set[tuple[str, str]] = set()
        self._insisted: set[JobId] = set()  # withdrawn; a provider could not be asked once
        self._is_scrubbed = False  # an earlier life may not have come to it
        journal.observe(self._moved)

    async def run(self) -> None:
        """Pass after pass until cancelled."""
        while True:
            await self.go_on()
            await self.forget_left()
            await asyncio.sleep(EVERY.total_seconds())

    async def forget_person(self, platform: str, person: str) -> Forgotten:
        """Cancel and remove everything of this person.

        It waits a moment for what is under way to end. What has not ended then, the next passes
        remove: the wish is kept until nothing of before is left.
        """
        wish = self._now()
        found = await self._store.write(lambda tx: _wish(tx, platform, person, wish))
        going = [job.id for job in found if job.outcome is None]
        for job_id in going:
            await self._journal.record(job_id, GaveUp(CANCELLED))
        try:
            self._in_hand.add((platform, person))
            await self._ended(going)
            erased, is_complete = await self._go_on(platform, person, wish)
        finally:
            self._in_hand.discard((platform, person))
        await self._scrub()
        return Forgotten(
            recordings=len({source_key(job) for job in found}),
            results=sum(len(job.tracks) for job in found if not job.purged),
            cancelled=len(going),
            erased=erased,
            is_complete=is_complete,
        )

    async def withdraw(self, job: Job) -> None:
        """Remove one job with everything of it; what is under way is stopped first.

        It waits a moment for that. What has not ended then, the next passes remove.
        """
        given_up = await self._journal.record(job.id, GaveUp(WITHDRAWN))
        if given_up is not None and given_up.outcome != WITHDRAWN:
            await self._journal.record(job.id, Withdrawn())
        await self._ended([job.id])
        now = await self._journal.job(job.id)
        if now is not None and now.state is State.DONE:
            await self._withdrawn(now)

    async def _withdrawn(self, job: Job) -> None:
        erased = await self._erasing.erase(job)
        await self._retention.remove_files(job)
        if erased.is_left and job.id not in self._insisted:
            self._insisted.add(job.id)  # asked once more with the next pass
            return
        self._insisted.discard(job.id)
        await self._forget_job(job.id)

    async def go_on(self) -> None:
        """Go on with those of whom something was left, and with what was withdrawn."""
        for job in await self._store.read(lambda tx: tx.withdrawn(AT_ONCE)):
            await self._trying(self._withdrawn(job))
        for platform, person, wish in await self._store.read(lambda tx: tx.leaving(AT_ONCE)):
            # Whoever waits for their receipt should read there what was removed.
            if (platform, person) not in self._in_hand:
                await self._trying(self._go_on(platform, person, wish))
        await self._scrub()

    async def _trying(self, doing: Awaitable[object]) -> None:
        """Whatever is wrong with one, the others are forgotten."""
        try:
            await doing
        except Exception:
            log.exception("not forgotten yet")

    def _moved(self, job: Job, event: Event) -> None:
        """Wake who waits for the end of a job. An observer of the journal."""
        if job.state is State.DONE:
            for bell in self._bells:
                bell.set()

    async def _ended(self, jobs: Collection[JobId]) -> None:
        """Wait until these are done, but not for long."""
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE.total_seconds()):
                    while await self._are_open(jobs):
                        await _ring(bell)
        finally:
            self._bells.discard(bell)

    async def _are_open(self, jobs: Collection[JobId]) -> bool:
        found = await self._store.read(lambda tx: [tx.job(one) for one in jobs])
        return any(job is not None and job.state is not State.DONE for job in found)

    async def _go_on(self, platform: str, person: str, wish: datetime) -> tuple[Erased, bool]:
        """Remove what has ended; what is gone elsewhere, and whether everything is."""
        found = await self._store.read(lambda tx: _before(tx, platform, person, wish))
        ended = [job for job in found if job.state is State.DONE]
        erased = await self._erasing.erase_all(ended)
        is_late = self._now() - wish >= INSISTS
        kept = {one for one, about in erased.items() if about.is_left and not is_late}
        if is_late and any(about.is_left for about in erased.values()):
            log.warning("somebody forgotten may be known to a provider for a while")
        is_gone = await self._take_away(ended, kept)
        is_complete = is_gone and not kept and len(ended) == len(found)
        if is_complete:
            await self._store.write(lambda tx: tx.forget_person(platform, person, wish))
            self._is_scrubbed = False
        together = Erased()
        for about in erased.values():
            together = together.with_(about)
        return together, is_complete

    async def _take_away(self, jobs: Sequence[Job], kept: Collection[str]) -> bool:
        """Files, messages and rows, but the rows of those kept; False where messages are left."""
        is_busy = False
        for job in jobs:
            if is_busy:
                # The files go at once; the platform is not asked again before the next pass.
                await self._retention.remove_files(job)
                continue
            # A platform that is busy will have time again; what is refused for good stays refused.
            is_busy = Code.CHAT_DOWN in await self._retention.take_away(job)
            if not is_busy and job.id not in kept:
                await self._forget_job(job.id)
        return not is_busy

    async def forget_left(self) -> None:
        """Forget the spaces that the bot left so long ago that it will not be asked back."""
        for platform, space, kept in await self._store.read(
            lambda tx: tx.spaces_with(spaces.LEFT, MOST)
        ):
            hours = float(kept.get(spaces.RETENTION, self._keep.total_seconds() / 3600))
            keep = min(self._keep, timedelta(hours=hours))
            if self._now() >= datetime.fromisoformat(kept[spaces.LEFT]) + keep:
                await self._trying(self._forget_space(platform, space))
        await self._scrub()

    async def _forget_space(self, platform: str, space: str) -> None:
        """Its jobs first: those under way end in a moment, and go with the next pass."""
        found = await self._store.read(lambda tx: tx.jobs_in(platform, space, BEGINNING, MOST))
        # The last ones first: who ends lets in others that wait.
        for job in reversed(found):
            if job.outcome is None:
                await self._journal.record(job.id, GaveUp(Problem(Code.CHAT_GONE)))
            elif job.state is State.DONE:
                await self._erasing.erase(job)
                # Its messages are where nobody lets us in any more.
                await self._retention.remove_files(job)
                await self._forget_job(job.id)
        if all(job.state is State.DONE for job in found) and len(found) < MOST:
            now = self._now()
            await self._store.write(lambda tx: _forget_space(tx, platform, space, now))
            self._is_scrubbed = False

    async def _forget_job(self, job_id: JobId) -> None:
        await self._store.write(lambda tx: tx.forget_job(job_id))
        self._is_scrubbed = False

    async def _scrub(self) -> None:
        """Also what the database has put aside goes; with the next pass where somebody reads."""
        if not self._is_scrubbed:
            self._is_scrubbed = await self._store.scrub()


def _wish(tx: Tx, platform: str, person: str, wish: datetime) -> list[Job]:
    tx.wish_forgotten(platform, person, wish)
    return _before(tx, platform, person, wish)


def _before(tx: Tx, platform: str, person: str, wish: datetime) -> list[Job]:
    return [job for job in tx.jobs_of(platform, person, MOST) if job.created_at <= wish]


def _forget_space(tx: Tx, platform: str, space: str, now: datetime) -> None:
    # The bot may have been asked back meanwhile.
    if spaces.LEFT in tx.space(platform, space):
        tx.forget_space(platform, space, now)


async def _ring(bell: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK.total_seconds()):
            await bell.wait()
    bell.clear()
