"""The living message: edited as a job moves, best effort, never in the way of the result."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from weakref import WeakValueDictionary

from services import album_cards, cards
from services.events import Announced, Event, Moved
from services.journal import Journal, progress, together
from services.machine import BEFORE_OUTCOME
from services.model import Job, JobId, Receipt, State
from services.ports import Messenger, Now, Store
from services.problems import Code, Fault
from services.showing import Card, Progress
from services.transactions import Tx

log = logging.getLogger(__name__)

TICK = timedelta(seconds=1)  # how often places in the line and progress are looked at
SELDOM = timedelta(seconds=15)  # cards that say the same until their job moves
NEAR = 10  # places in the line that a tick looks at; the further back, the seldomer it is
GRACE = timedelta(seconds=5)  # in which the platform shows the first card itself
FAREWELL = timedelta(seconds=75)  # before a message can no longer be edited
# Work on another machine tells no progress; and what is on its way here has none to tell.
UNCHANGING = (State.RECEIVING, State.RUNNING)
MOST_WATCHED = 500
MOST_AT_ONCE = 8


class Announcer:
    """Keeps the cards of running jobs up to date.

    Only jobs without an outcome are its business: the last word belongs to delivery. Of an album
    the first job has a card for all, as long as one of them has no outcome.
    """

    def __init__(
        self, store: Store, journal: Journal, messengers: Mapping[str, Messenger], now: Now
    ) -> None:
        self._store = store
        self._journal = journal
        self._now = now
        self._messengers = messengers
        self._watched: dict[JobId, Card | None] = {}
        self._edited: dict[JobId, float] = {}  # when, on the clock of the loop
        self._again: dict[JobId, float] = {}  # not before, likewise, unless it moves
        self._locks: WeakValueDictionary[JobId, asyncio.Lock] = WeakValueDictionary()
        self._doubtful: set[JobId] = set()
        self._runs = False  # where nothing is announced, nothing is remembered either
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._nudge = asyncio.Event()
        self._moved: set[JobId] = set()  # since it was last looked
        self._tick_at = 0.0  # on the clock of the loop
        journal.observe(self.moved)

    def moved(self, job: Job, event: Event) -> None:
        """Look at this job soon. An observer of the journal."""
        if self._runs and (job.album or job.state in BEFORE_OUTCOME):
            self._watch(job)
            if isinstance(event, Announced | Moved):
                self._edited[job.lead] = asyncio.get_running_loop().time()
            self._moved.add(job.lead)
            self._nudge.set()

    async def run(self) -> None:
        """Edit cards until cancelled."""
        self._runs = True
        for job in await self._store.read(lambda tx: tx.open_jobs(MOST_WATCHED)):
            self._watch(job)
        looking: dict[JobId, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                due = await self._due()
                looking = {one: task for one, task in looking.items() if not task.done()}
                # Each by itself: a platform that is slow to answer holds up nobody else's card.
                self._moved |= due & looking.keys()  # what it sees now may be the state before
                for job_id in due - looking.keys():
                    looking[job_id] = group.create_task(self._glance(job_id))

    def _watch(self, job: Job) -> None:
        self._watched.setdefault(job.lead, None)

    async def _due(self) -> set[JobId]:
        """What moved, as soon as something does; with each tick what may say something new."""
        clock = asyncio.get_running_loop().time
        # Not wait_for: in Python 3.11 it loses a cancel that comes together with a nudge.
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._tick_at):
                await self._nudge.wait()
        self._nudge.clear()
        moved, self._moved = self._moved, set()
        if clock() < self._tick_at:
            return moved & self._watched.keys()
        self._tick_at = clock() + TICK.total_seconds()
        return {one for one in self._watched if one in moved or self._again.get(one, 0) <= clock()}

    async def introduce(self, job_id: JobId, show: Callable[[], Awaitable[Receipt]]) -> None:
        """Let the platform show this job's first card, unless somebody did meanwhile.

        The delivery waits for it, so that the result never finds two messages.
        """
        async with self._lock(job_id):
            job = await self._store.read(lambda tx: tx.job(job_id))
            if job is not None and job.card is None and job.outcome is None:
                with self._noting_doubt(job_id):
                    receipt = await show()
                await self._journal.record(job_id, Announced(receipt))

    async def quiet(self, job_id: JobId) -> None:
        """Stop touching this job's message; returns when no edit is under way any more."""
        self._forget(job_id)
        self._doubtful.discard(job_id)
        async with self._lock(job_id):
            pass

    @contextmanager
    def _noting_doubt(self, job_id: JobId) -> Iterator[None]:
        """Where a first card may be there already, a second would be one that nobody takes away."""
        try:
            yield
        except Fault as error:
            if error.problem.code is Code.CHAT_UNSURE:
                self._doubtful.add(job_id)
            raise

    def _lock(self, job_id: JobId) -> asyncio.Lock:
        """One for all who touch this job's message; it goes with the last of them."""
        return self._locks.setdefault(job_id, asyncio.Lock())

    def _forget(self, job_id: JobId) -> None:
        self._watched.pop(job_id, None)
        self._edited.pop(job_id, None)
        self._again.pop(job_id, None)

    async def _glance(self, job_id: JobId) -> None:
        """Look; whatever is wrong with one card, the others go on."""
        try:
            await self._look(job_id)
        except Exception:
            log.exception("card not shown", extra={"job": job_id})
            self._forget(job_id)

    async def _look(self, job_id: JobId) -> None:
        async with self._slots, self._lock(job_id):
            jobs, seen = await self._store.read(lambda tx: _seen(tx, job_id))
            messenger = self._messengers.get(jobs[0].address.platform) if jobs else None
            if messenger is None or all(one.outcome is not None for one in jobs):
                self._forget(job_id)
                return
            job = jobs[0]
            if not messenger.limits(job.address).progress:
                self._forget(job_id)
                return
            # A question waits for nobody.
            is_new = self._now() - job.created_at < GRACE and not job.awaits
            if job.card is None and (is_new or job_id in self._doubtful):
                return
            card = self._card(jobs, seen, messenger)
            if self._watched.get(job_id) == card:
                self._again[job_id] = asyncio.get_running_loop().time() + _pause(jobs, seen)
                return
            self._again.pop(job_id, None)
            if self._is_time(job, messenger):
                await self._show(job, card, messenger)

    def _card(self, jobs: Sequence[Job], seen: Progress | None, messenger: Messenger) -> Card:
        """The card as it stands, or the last that this message will show for a while."""
        job = jobs[0]
        until = messenger.edits_until(job.address, job.card) if job.card else None
        is_last = until is not None and self._now() >= until - FAREWELL
        # What waits for a press keeps its buttons: the press itself opens the message again.
        if is_last and not job.awaits:
            return cards.farewell(job)
        return album_cards.album(jobs, seen) if job.album else cards.card(job, seen)

    def _is_time(self, job: Job, messenger: Messenger) -> bool:
        """Whether this message was left alone for as long as its platform asks."""
        pace = messenger.limits(job.address).seconds_between_edits
        edited = self._edited.get(job.id)
        return edited is None or asyncio.get_running_loop().time() - edited >= pace

    async def _show(self, job: Job, card: Card, messenger: Messenger) -> None:
        # Also what did not arrive was asked of the platform.
        self._edited[job.id] = asyncio.get_running_loop().time()
        try:
            if job.card is None:
                with self._noting_doubt(job.id):
                    receipt = await messenger.post(job.address, card, job.id)
                await self._journal.record(job.id, Announced(receipt))
            else:
                await messenger.edit(job.address, job.card, card)
        except Fault as error:
            log.debug("card not shown", extra={"job": job.id, "problem": str(error.problem.code)})
            # A platform that is busy will have time again; what is gone stays gone.
            if error.problem.code is not Code.CHAT_DOWN:
                self._forget(job.id)
            return
        if job.id in self._watched:
            self._watched[job.id] = card


def _seen(tx: Tx, job_id: JobId) -> tuple[list[Job], Progress | None]:
    """The job, with the rest of its album, and how far the one is that is worked on."""
    job = tx.job(job_id)
    jobs = together(tx, job) if job is not None else []
    current = album_cards.at_work(jobs)
    return jobs, progress(tx, current) if current is not None else None


def _pause(jobs: Sequence[Job], seen: Progress | None) -> float:
    """Seconds for which the card of these will hardly say anything else, unless they move."""
    if len(jobs) == 1 and jobs[0].state in UNCHANGING:
        return SELDOM.total_seconds()
    place = seen.place if seen is not None else None
    return 0.0 if place is None else min(SELDOM, TICK * (place / NEAR)).total_seconds()
