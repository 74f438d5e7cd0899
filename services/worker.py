"""step(job): start it, do one thing, record what happened."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services import routing
from services.albums import Albums
from services.announcer import Announcer
from services.collecting import Collecting
from services.intake import Intake
from services.journal import Journal
from services.machine import (
    DELIVER_WITHIN,
    Broke,
    Event,
    Finished,
    GaveUp,
    Picked,
    Rescheduled,
    Routed,
    Undeliverable,
)
from services.meters import Meters
from services.model import Job, JobId, Progress, State
from services.ports import Doubt, Now, Order, Provider, Queue, Store
from services.problems import Code, Fault, Problem
from services.retention import Retention
from services.routing import Routes
from services.transactions import Lease

log = logging.getLogger(__name__)

HOLD = timedelta(seconds=6)
RENEW = timedelta(seconds=2)
SUBMIT_WITHIN = timedelta(hours=6)
PROGRESS_EVERY = timedelta(seconds=1)
PAUSE = timedelta(seconds=5)  # before a question that could not be asked is asked again
LONGEST_PATIENCE = timedelta(minutes=5)
PARKED = timedelta(seconds=30)  # while there is no room on the disk, or we stumbled ourselves
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
    routes: Routes
    providers: Mapping[str, Provider]
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
        event = await self._guarded(job, self._next(job))
        if event is not None:
            await self._parts.journal.record(job.id, event, job.attempt)

    async def _guarded(self, job: Job, doing: Awaitable[Event | None]) -> Event | None:
        """What came of it; a failure as an event, so that no exception but a cancel leaves."""
        try:
            return await doing
        except Fault as error:
            return self._after_fault(job, error.problem)
        except Exception:
            log.exception("step failed", extra={"job": job.id, "state": job.state.value})
            return self._after_fault(job, Problem(Code.INTERNAL, {"job": job.id}))

    async def _next(self, job: Job) -> Event | None:
        parts = self._parts
        match job.state:
            case State.RECEIVING:
                return await parts.intake.receive(job)
            # The provider may have been switched off while the job waited for it.
            case State.QUEUED if job.provider not in parts.providers:
                return self._route(job)
            case State.QUEUED:
                return await self._submit(job)
            case State.SUBMITTING:
                return await self._recover(job)
            case State.RUNNING:
                return await self._ask(job)
            case State.COLLECTING:
                return await parts.collecting.collect(job)
            case State.DELIVERING:
                return await self._deliver(job)
            case State.DONE:
                return None

    def _route(self, job: Job) -> Event:
        picked = routing.pick(job, self._parts.routes)
        if isinstance(picked, Problem):
            return GaveUp(picked)
        return Routed(picked.name, picked.kind)

    async def _submit(self, job: Job) -> Event | None:
        provider = self._parts.providers[job.provider or ""]
        picked = await self._parts.journal.record(
            job.id, Picked(self._parts.now() + SUBMIT_WITHIN, provider.paid), job.attempt
        )
        # Somebody may have cancelled in between: then nothing is spent.
        if picked is None or picked.state is not State.SUBMITTING:
            return None
        return await self._guarded(picked, self._hand_over(picked, provider))

    async def _recover(self, job: Job) -> Event | None:
        """After a crash between the intent and the answer: look before trying again."""
        provider = self._parts.providers.get(job.provider or "")
        if provider is None:
            return Broke(Problem(Code.PROVIDER_FAILED, detail="the provider is no longer set up"))
        found = await provider.find(self._order(job), Doubt(job.picked_at or job.updated_at))
        if found is not None:
            return found
        if provider.paid:
            log.warning("submission not found, submitting again", extra={"job": job.id})
        return await self._hand_over(job, provider)

    async def _hand_over(self, job: Job, provider: Provider) -> Event:
        clock = asyncio.get_running_loop().time
        began = clock()
        event = await provider.submit(self._order(job))
        if isinstance(event, Finished):
            await self._note_duration(job, provider.name, clock() - began)
        return event

    async def _note_duration(self, job: Job, provider: str, seconds: float) -> None:
        """For later estimates; finished work is not lost over it."""
        assert job.clip is not None
        parts, operation = self._parts, job.recipe.operation.value
        ratio = seconds / max(job.recipe.span(job.clip.seconds), 0.1)
        try:
            await parts.store.write(
                lambda tx: tx.put_duration(provider, operation, ratio, parts.now())
            )
        except Exception:
            log.exception("duration not kept", extra={"job": job.id})

    def _order(self, job: Job) -> Order:
        assert job.clip is not None
        recipe = replace(job.recipe, format=job.format)
        report, budget = self._reporter(job.id), self._parts.collecting.budget(job)
        return Order(job.id, job.attempt, job.clip, recipe, report, budget=budget)

    def _reporter(self, job_id: JobId) -> Callable[[Progress], None]:
        """Write what is known of the progress, at most every second, with the time left."""
        parts = self._parts
        clock = asyncio.get_running_loop().time
        began = last = clock()
        writing: set[asyncio.Task[None]] = set()

        def report(progress: Progress) -> None:
            nonlocal last
            if clock() - last < PROGRESS_EVERY.total_seconds() or writing:
                return
            last = clock()
            told = _with_time_left(progress, clock() - began)
            write = parts.store.write(lambda tx: tx.put_progress(job_id, told, parts.now()))
            task = asyncio.ensure_future(write)
            writing.add(task)
            task.add_done_callback(writing.discard)

        return report

    async def _ask(self, job: Job) -> Event:
        parts = self._parts
        provider = parts.providers.get(job.provider or "")
        if provider is None:
            return Broke(Problem(Code.PROVIDER_FAILED, detail="the provider is no longer set up"))
        news = (await provider.ask({job.ref: job.recipe})).get(job.ref)
        if news is not None:
            return news
        if parts.now() >= job.deadline_at:
            return Broke(Problem(Code.PROVIDER_SILENT))
        return Rescheduled(parts.now() + PAUSE)

    async def _deliver(self, job: Job) -> Event | None:
        # One of an album may be looked at again and again.
        if job.due_at <= job.deadline_at - DELIVER_WITHIN:
            await self._cancel_at_provider(job)
            await self._parts.retention.discard(job)
        if await self._parts.albums.is_early(job):
            return None
        await self._parts.announcer.quiet(job.id)
        # Its first card may have been shown while we waited for quiet.
        now_known = await self._parts.store.read(lambda tx: tx.job(job.id))
        return await self._parts.albums.deliver(now_known if now_known is not None else job)

    async def _cancel_at_provider(self, job: Job) -> None:
        provider = self._parts.providers.get(job.provider or "")
        if provider is not None and job.ref and isinstance(job.outcome, Problem):
            with suppress(Fault):
                await provider.cancel(job.ref)

    def _after_fault(self, job: Job, problem: Problem) -> Event:
        now = self._parts.now()
        self._parts.meters.fault(problem.code)
        log.warning(
            "step did not succeed",
            extra={"job": job.id, "problem": str(problem.code), "detail": problem.detail},
        )
        is_late = now >= job.deadline_at
        if job.state is State.DELIVERING:
            return Undeliverable(problem) if is_late else Rescheduled(now + _patience(job, now))
        if problem.code is Code.DISK_FULL and not is_late:
            return Rescheduled(now + PARKED)
        # The work is done, and perhaps paid: only bringing it in is tried again.
        if job.state is State.COLLECTING and problem.code in STUMBLES and not is_late:
            return Rescheduled(now + PARKED)
        if job.state is State.RUNNING and not is_late:
            return Rescheduled(now + PAUSE)
        if job.state is State.QUEUED:
            return GaveUp(problem) if is_late else Rescheduled(now + PAUSE)
        return Broke(problem)


def _patience(job: Job, now: datetime) -> timedelta:
    """The longer a platform is down, the seldomer it is asked."""
    waited = now - (job.deadline_at - DELIVER_WITHIN)
    return min(max(waited / 10, PAUSE), LONGEST_PATIENCE)


def _with_time_left(progress: Progress, elapsed: float) -> Progress:
    """Add the seconds left, judged by what was done so far."""
    fraction = progress.fraction
    if not fraction or fraction < 0.02:
        return progress
    return replace(progress, seconds_left=round(elapsed * (1 - fraction) / fraction))
