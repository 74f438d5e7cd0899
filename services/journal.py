"""The only place that writes a job: one transaction for the row, its quota and its history."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services import callbacks, lines, notices, quotas, spaces
from services.events import Accepted, Called, Event, Finished, GaveUp, Purged, Received, Routed
from services.machine import TIMELESS, advance
from services.model import Address, Job, JobId, Person, State
from services.plans import ENTITLED, Plans, disentitle, entitle
from services.ports import Now, Observer, Queue, Store
from services.problems import Fault, Problem
from services.quotas import Allowance
from services.records import KeptCallback, Step, Verdict
from services.showing import Progress
from services.transactions import Tx

log = logging.getLogger(__name__)

MOST_OPEN = 10_000


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of an event.

    job: as it stands now; None: there is no such job. event: None where nothing changed. place:
    the job's priority. moved_up: others with theirs, because this one made room.
    """

    job: Job | None
    event: Event | None = None
    place: int = 0
    moved_up: Sequence[tuple[Job, int]] = ()


def progress(tx: Tx, job: Job) -> Progress | None:
    """What its person wants to know of a job that is under way: place, bar, time left."""
    if job.outcome is not None:
        return None
    return Progress(place=tx.place(job)) if job.state is State.QUEUED else tx.progress(job.id)


def together(tx: Tx, job: Job) -> list[Job]:
    """The jobs that are answered at once with this one, and itself, in the order of their ask."""
    found = [tx.job(one) for one in job.album or (job.id,)]
    return [one for one in found if one is not None]


class Journal:
    """Adds jobs and applies events to them.

    plans: what the operator gives to whom. at_once: how many jobs of one space are let in.
    """

    def __init__(
        self,
        store: Store,
        queue: Queue,
        now: Now,
        plans: Plans,
        observers: Sequence[Observer] = (),
        at_once: int = lines.AT_ONCE,
    ) -> None:
        self._store = store
        self._queue = queue
        self._now = now
        self.plans = plans
        self._observers = list(observers)
        self._at_once = at_once

    def allowed(self, tx: Tx, address: Address, person: Person) -> Allowance:
        """What this person may use there, as its admins set it."""
        return spaces.allowance(tx, self.plans, address, person, self._now())

    async def allowance(self, address: Address, person: Person) -> Allowance:
        """The same, asked by itself."""
        return await self._store.read(lambda tx: self.allowed(tx, address, person))

    def priority(self, tx: Tx, job: Job) -> int:
        """Lower is sooner."""
        return lines.priority(tx, job, self.plans, self._now())

    async def habits(self, address: Address, person: Person) -> dict[str, str]:
        """What somebody wants there where an ask says nothing."""
        return await self._store.read(lambda tx: spaces.habits(tx, address, person))

    async def mark(self, platform: str, space: str, part: str, *, is_now: bool) -> None:
        """Note since when something is so of a space, or that it is not."""
        kept = await self._store.read(lambda tx: tx.space(platform, space))
        if (part in kept) == is_now:
            return
        at = self._now().isoformat()

        def change(tx: Tx) -> None:
            known = tx.space(platform, space).get(part)
            spaces.change(tx, platform, space, part, (known or at) if is_now else None)

        await self._store.write(change)

    async def entitle(
        self, platform: str, space: str, sold: str, until: datetime | None, *, is_bought: bool
    ) -> None:
        """Note what a space has bought at its platform, or that it has it no more."""

        def change(tx: Tx) -> None:
            kept = tx.space(platform, space)
            has = entitle(kept, sold, until) if is_bought else disentitle(kept, sold)
            spaces.change(tx, platform, space, ENTITLED, has)

        await self._store.write(change)

    def observe(self, observer: Observer) -> None:
        """Tell `observer` of every change that this process commits."""
        self._observers.append(observer)

    async def add(self, make: Callable[[Tx], Sequence[Job]]) -> tuple[Job, ...]:
        """Keep the jobs that `make` returns, all in one transaction; the earlier ones if known."""

        def change(tx: Tx) -> list[tuple[Job, int | None]]:
            return [self._keep(tx, job) for job in make(tx)]

        jobs = await self._store.write(change)
        for job, place in jobs:
            if place is not None:
                await self._wake(job, place)
        return tuple(job for job, _ in jobs)

    def _keep(self, tx: Tx, job: Job) -> tuple[Job, int | None]:
        known = tx.add(job)
        if known.id != job.id:
            return known, None
        if job.source.seconds is not None:
            # Its length was measured before: whoever asks is told at once that it is too much.
            problem = self._reserved(tx, job, job.source.seconds)
            if problem is not None:
                raise Fault(problem)
        job = lines.joined(tx, job, self._at_once)
        place = self.priority(tx, job)
        tx.save(job, place)
        tx.note(job.id, Step(self._now(), "Asked", job.state.value, 0))
        return job, place

    async def job(self, job_id: JobId) -> Job | None:
        """The job as it stands now."""
        return await self._store.read(lambda tx: tx.job(job_id))

    async def unfinished(self, platform: str, chat: str) -> list[Job]:
        """The jobs of a chat that have no outcome yet."""
        found = await self._store.read(lambda tx: tx.open_jobs(MOST_OPEN))
        where = (platform, chat)
        here = [job for job in found if (job.address.platform, job.address.chat) == where]
        return [job for job in here if job.outcome is None]

    async def record(self, job_id: JobId, event: Event, attempt: int | None = None) -> Job | None:
        """Apply `event` and return the job as it stands now; None for one that does not exist.

        attempt: which attempt the news is about; news of another attempt is not believed.
        """
        (job,) = await self._record([(job_id, event)], attempt)
        return job

    async def record_all(self, news: Sequence[tuple[JobId, Event]]) -> None:
        """The same for several jobs: whoever sees one of these events sees them all."""
        await self._record(news, None)

    async def called(self, event: Called, callback: KeptCallback) -> Verdict:
        """Apply what a provider said and keep its callback, in one transaction; or change nothing.

        The answer may be given once this returns: what was accepted stays.
        """

        def change(tx: Tx) -> tuple[Verdict, Applied]:
            job = tx.job(callback.job)
            if job is None:
                return Verdict.UNKNOWN, Applied(None)
            verdict = callbacks.judge(job, callback.attempt, event, self._now())
            if verdict not in (Verdict.ACCEPTED, Verdict.POKED):
                return verdict, Applied(None)
            applied = self._apply(tx, job.id, event, callback.attempt)
            tx.keep_callback(replace(callback, verdict=verdict))
            return verdict, applied

        verdict, applied = await self._store.write(change)
        if applied.job is not None:
            await self._moved(applied.job, event, applied)
        return verdict

    async def _record(
        self, news: Sequence[tuple[JobId, Event]], attempt: int | None
    ) -> list[Job | None]:
        def change(tx: Tx) -> list[Applied]:
            return [self._apply(tx, job_id, event, attempt) for job_id, event in news]

        found = await self._store.write(change)
        for one in found:
            if one.job is not None and one.event is not None:
                await self._moved(one.job, one.event, one)
        return [one.job for one in found]

    async def _moved(self, job: Job, happened: Event, applied: Applied) -> None:
        log.info(
            "job moved",
            extra={"job": job.id, "event_name": type(happened).__name__, "state": job.state.value},
        )
        for one, place in ((job, applied.place), *applied.moved_up):
            await self._wake(one, place)
        for observer in self._observers:
            observer(job, happened)

    def _apply(self, tx: Tx, job_id: JobId, event: Event, attempt: int | None) -> Applied:
        job = tx.job(job_id)
        if job is None:
            return Applied(None)
        if attempt not in (None, job.attempt) and not isinstance(event, TIMELESS):
            return Applied(job)
        now = self._now()
        event = self._with_quota(tx, job, event)
        moved = advance(job, event, now)
        if moved is job:
            return Applied(job)
        if isinstance(event, Accepted):
            quotas.estimate(tx, moved, now)
        if isinstance(event, Finished):
            quotas.charge(tx, moved, now)
        if job.outcome is None and moved.outcome is not None:
            quotas.close(tx, moved, now)
        place = self.priority(tx, moved)
        tx.save(moved, place)
        tx.note(job.id, step_of(moved, event))
        if isinstance(event, Purged):
            tx.empty_callbacks(job.id)
        if not lines.makes_room(job, moved, now):
            return Applied(moved, event, place)
        others = lines.moved_up(tx, moved, self.plans, now, self._at_once)
        for other, its_place in others:
            tx.save(other, its_place)
        return Applied(moved, event, place, others)

    def _with_quota(self, tx: Tx, job: Job, event: Event) -> Event:
        """`event`, or the end of the job when the quota does not reach."""
        if not isinstance(event, Received) or job.state is not State.RECEIVING or job.is_free:
            return event
        problem = self._reserved(tx, job, event.clip.seconds)
        now, allowance = self._now(), self.allowed(tx, job.address, job.person)
        warning = notices.warn(tx, job.address, allowance, problem, now)
        if problem:
            return GaveUp(problem)
        above = tx.space(job.address.platform, job.address.space).get(spaces.CONFIRM)
        seconds = job.recipe.span(event.clip.seconds)
        awaits = above is not None and seconds > float(above) * 60
        return replace(event, awaits=awaits, warning=warning)

    def _reserved(self, tx: Tx, job: Job, seconds: float) -> Problem | None:
        """Set aside what a recording of this length needs, unless that was done before."""
        if tx.lines(job.id):
            return None
        allowance = self.allowed(tx, job.address, job.person)
        return quotas.reserve(tx, job, job.recipe.span(seconds), allowance, self._now())

    async def _wake(self, job: Job, place: int) -> None:
        if job.state is State.DONE:
            return
        await self._queue.wake(job.id, at=job.due_at, kind=job.kind, priority=place)


def step_of(job: Job, event: Event) -> Step:
    """The history line for `event`; never a name of a file or a person."""
    problem = getattr(event, "problem", None)
    detail = f"{problem.code}: {problem.detail}"[:200] if isinstance(problem, Problem) else ""
    if isinstance(event, Purged):
        detail = "retention"
    if isinstance(event, Routed):
        detail = event.provider
    return Step(job.updated_at, type(event).__name__, job.state.value, job.attempt, detail)
