"""step(job): start it, do one thing, record what happened."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from services import behalf
from services.albums import Albums
from services.announcer import Announcer
from services.collecting import Collecting
from services.events import Broke, Event, GaveUp, Rescheduled, Undeliverable
from services.intake import Intake
from services.journal import Journal
from services.machine import DELIVER_WITHIN
from services.meters import Meters
from services.model import Job, JobId, State
from services.ports import Now, Queue, Store
from services.problems import Code, Fault, Problem, fault
from services.providing import Providing
from services.records import Lease
from services.retention import Retention

log = logging.getLogger(__name__)

HOLD = timedelta(seconds=6)
RENEW = timedelta(seconds=2)
PAUSE = timedelta(seconds=5)  # before what went wrong is tried again
LONGEST_PATIENCE = timedelta(minutes=5)
PARKED = timedelta(seconds=30)  # while there is no room on the disk, or we stumbled ourselves
UNREACHED = (Code.PROVIDER_DOWN, Code.PROVIDER_BUSY)
STUMBLES = (Code.INTERNAL, Code.WORKER_DIED, Code.TOOK_TOO_LONG)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the steps need: one object each."""

    store: Store
    queue: Queue
    journal: Journal
    intake: Intake
    collecting: Collecting
    albums: Albums
    announcer: Announcer
    retention: Retention
    providing: Providing
    now: Now
    meters: Meters


@dataclass(frozen=True, slots=True)
class Running:
    """A step under way in this process."""

    task: asyncio.Task[None]
    began_as: State


class Worker:
    """Runs steps. Any number of workers may wake for one job: the lease lets one through."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._running: dict[JobId, Running] = {}
        parts.journal.observe(self._stop_given_up)

    async def step(self, job_id: JobId) -> None:
        """Do the next thing for this job, if it is due and nobody else does it."""
        parts = self._parts
        lease = await parts.store.write(lambda tx: tx.start_step(job_id, parts.now(), HOLD))
        if lease is None:
            return
        pause = timedelta(0)
        try:
            async with self._held(lease):
                job = await parts.store.read(lambda tx: tx.job(job_id))
                if job is not None:
                    await self._do_watched(job)
        except Exception:
            # What could not even be written down would fail at once again, and again.
            pause = PAUSE
            raise
        finally:
            waiting = await parts.store.write(lambda tx: tx.end_step(lease))
            if waiting is not None:
                at = max(waiting.due_at, parts.now() + pause)
                await parts.queue.wake(
                    waiting.job, at=at, kind=waiting.kind, priority=waiting.priority
                )

    def _stop_given_up(self, job: Job, event: Event) -> None:
        """A person cancelled: the step under way must spend nothing more."""
        running = self._running.get(job.id)
        if isinstance(event, GaveUp) and running and running.task is not asyncio.current_task():
            running.task.cancel()

    @asynccontextmanager
    async def _held(self, lease: Lease) -> AsyncIterator[None]:
        """Renew the lease meanwhile; stop the step when it is lost or the job was ended."""
        owner = asyncio.current_task()
        assert owner is not None
        renewing = asyncio.create_task(self._renew(lease, owner))
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing

    async def _renew(self, lease: Lease, owner: asyncio.Task[object]) -> None:
        try:
            while await self._renewed(lease):
                await self._stop_if_ended(lease.job)
            log.warning("lease lost", extra={"job": lease.job})
        except Exception:
            log.exception("lease not renewed", extra={"job": lease.job})
        # Another worker may have the job by now: this one must spend nothing more.
        owner.cancel()

    async def _renewed(self, lease: Lease) -> bool:
        """Hold on after a while; raises when that could not be written before the lease ends."""
        parts = self._parts
        await asyncio.sleep(RENEW.total_seconds())
        async with asyncio.timeout((HOLD - RENEW).total_seconds()):
            return await parts.store.write(lambda tx: tx.renew(lease, parts.now(), HOLD))

    async def _stop_if_ended(self, job_id: JobId) -> None:
        """Another process may have taken the cancel."""
        running = self._running.get(job_id)
        job = await self._parts.store.read(lambda tx: tx.job(job_id))
        if running and running.began_as is not State.DELIVERING:
            if job is not None and isinstance(job.outcome, Problem):
                running.task.cancel()

    async def _do_watched(self, job: Job) -> None:
        task = asyncio.create_task(self._do(job))
        self._running[job.id] = Running(task, job.state)
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task})
            raise
        finally:
            self._running.pop(job.id, None)
        if not task.cancelled():
            task.result()

    async def _do(self, job: Job) -> None:
        behalf.act_for(job.address)
        event = await self._guarded(job, self._next(job))
        if event is not None:
            await self._parts.journal.record(job.id, event, job.attempt)

    async def _guarded(self, job: Job, doing: Awaitable[Event | None]) -> Event | None:
        """What came of it; a failure as an event, so that no exception but a cancel leaves."""
        try:
            return await doing
        except Fault as error:
            return await self._after_fault(job, error)
        except Exception:
            log.exception("step failed", extra={"job": job.id, "state": job.state.value})
            return await self._after_fault(job, fault(Code.INTERNAL, job=job.id))

    async def _next(self, job: Job) -> Event | None:
        parts = self._parts
        match job.state:
            case State.RECEIVING:
                return await parts.intake.receive(job)
            case State.QUEUED if job.awaits:
                return GaveUp(Problem(Code.NOT_CONFIRMED))
            # The provider may have been switched off while the job waited for it.
            case State.QUEUED if not parts.providing.has(job.provider):
                return await parts.providing.route(job)
            case State.QUEUED:
                return await parts.providing.submit(job)
            case State.SUBMITTING:
                return await parts.providing.recover(job)
            case State.RUNNING:
                return await parts.providing.ask(job)
            case State.COLLECTING:
                return await parts.collecting.collect(job)
            case State.DELIVERING:
                return await self._deliver(job)
            case State.DONE:
                return None

    async def _deliver(self, job: Job) -> Event | None:
        parts = self._parts
        # One of an album may be looked at again and again.
        if job.due_at <= job.deadline_at - DELIVER_WITHIN:
            await parts.providing.cancel(job)
            await self._parts.retention.discard(job)
        if await self._parts.albums.is_early(job):
            return None
        await self._parts.announcer.quiet(job.id)
        # Its first card may have been shown while we waited for quiet.
        now_known = await self._parts.store.read(lambda tx: tx.job(job.id))
        return await self._parts.albums.deliver(now_known if now_known is not None else job)

    async def _after_fault(self, job: Job, error: Fault) -> Event:
        now, problem = self._parts.now(), error.problem
        self._parts.meters.fault(problem.code)
        log.warning(
            "step did not succeed",
            extra={"job": job.id, "problem": str(problem.code), "detail": problem.detail},
        )
        # The intent to hand it over may have been written since the step began.
        job = await self._parts.journal.job(job.id) or job
        is_late = now >= job.deadline_at
        match job.state:
            case State.DELIVERING:
                wait = error.retry_after or _patience(job, now)
                later = Rescheduled(now + wait, telling=True, problem=problem)
                return Undeliverable(problem) if is_late else later
            case _ if problem.code is Code.DISK_FULL and not is_late:
                return Rescheduled(now + PARKED)
            case State.SUBMITTING if problem.code is Code.INTERNAL and job.paid and not is_late:
                # As if we had died there: it may have been taken, and is looked for first.
                return Rescheduled(now + PARKED)
            case State.COLLECTING:
                return _not_collected(problem, now, is_late=is_late)
            case State.RUNNING if not is_late:
                return Rescheduled(now + PAUSE)
            case State.QUEUED:
                return GaveUp(problem) if is_late else Rescheduled(now + PAUSE)
            case _:
                return Broke(problem, error.retry_after)


def _not_collected(problem: Problem, now: datetime, *, is_late: bool) -> Event:
    """The work is done, and perhaps paid: only bringing it in is tried again, while it is there."""
    if problem.code not in (*STUMBLES, *UNREACHED):
        return Broke(problem)
    if not is_late:
        return Rescheduled(now + (PARKED if problem.code in STUMBLES else PAUSE))
    return Broke(Problem(Code.RESULT_GONE, detail=problem.detail))


def _patience(job: Job, now: datetime) -> timedelta:
    """The longer a platform is down, the seldomer it is asked."""
    waited = now - (job.deadline_at - DELIVER_WITHIN)
    return min(max(waited / 10, PAUSE), LONGEST_PATIENCE)
