"""From an ask with sound to jobs, and the step that brings the sound in and measures it."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services import access, limits, names, quotas, spaces
from services.events import Received
from services.journal import Journal
from services.limits import Limits
from services.model import Ask, Clip, Job, JobId, Shape, Source, source_key, source_of
from services.ports import Fetcher, Files, Messenger, Now, SoundTask, Store, Workers
from services.problems import Code, Fault, fault
from services.quotas import Allowance
from services.recipes import Recipe
from services.transactions import Tx

RECEIVE_WITHIN = timedelta(hours=2)
INSPECT_TIMEOUT = timedelta(minutes=5)
LARGEST_LINK = 4_000_000_000  # bytes, where nothing else is set: a stranger decides what comes


def new_job_id() -> JobId:
    """Random, so that nobody guesses another person's job; short enough for a button."""
    return JobId(secrets.token_hex(10))


class Intake:
    """Takes asks in; `receive` is the first step of every job."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        files: Files,
        workers: Workers,
        messengers: Mapping[str, Messenger],
        now: Now,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._store = store
        self._journal = journal
        self._files = files
        self._workers = workers
        self._messengers = messengers
        self._now = now
        self._fetcher = fetcher

    async def take(
        self,
        ask: Ask,
        recipe: Recipe,
        check: Callable[[Tx], None] | None = None,
        *,
        is_free: bool = False,
    ) -> tuple[Job, ...]:
        """One job for each sound of the ask; the same event again gives the same jobs.

        is_free: what it is made of was paid for already. check: may refuse a new ask, in the
        transaction that would make its jobs. Raises `Fault` with `TOO_MANY_JOBS` when the person
        has too many under way, with `TOO_LARGE` for what is so by the platform's own word, and
        with why this person gets nothing done here and now; where the ask `looks_first`, also
        with what is wrong with the sound, and where the minutes do not reach.
        """
        if ask.looks_first:
            ask = await self._looked_at(ask, recipe)

        def make(tx: Tx) -> list[Job]:
            jobs = self._jobs(ask, recipe)
            # Two asks of one person at the same moment see each other.
            tx.lock_scope(quotas.person_scope(tx, ask.address, ask.person))
            if tx.known(jobs[0].dedupe) is None:
                if check is not None:
                    check(tx)
                self._check(tx, ask, recipe)
            return [replace(self._as_kept(tx, job), is_free=is_free) for job in jobs]

        return await self._journal.add(make)

    async def _looked_at(self, ask: Ask, recipe: Recipe) -> Ask:
        """The ask with the length of its sounds; raises `Fault` with what is wrong with them."""
        dedupe = _dedupe(ask, 0)
        if await self._store.read(lambda tx: tx.known(dedupe)) is not None:
            return ask
        await self._store.read(lambda tx: self._check(tx, ask, recipe))
        allowance = await self._journal.allowance(ask.address, ask.person)
        clips = {
            one: await self._measured(one.key, one, recipe, _limits(allowance))
            for one in ask.sources
            if one.key
        }
        sources = tuple(
            replace(one, seconds=clips[one].seconds) if one in clips else one for one in ask.sources
        )
        return replace(ask, sources=sources)

    def _check(self, tx: Tx, ask: Ask, recipe: Recipe) -> None:
        """Raises `Fault` with what can be told before anything is brought in."""
        allowed = self._journal.allowed(tx, ask.address, ask.person)
        self._check_access(tx, ask, recipe, allowed)
        active = tx.active(ask.address.platform, ask.person.id)
        if active >= allowed.active_jobs:
            raise fault(Code.TOO_MANY_JOBS, active=active, limit=int(allowed.active_jobs))
        for source in ask.sources:
            if source.bytes is not None and source.bytes > allowed.file_bytes:
                raise fault(Code.TOO_LARGE, size=source.bytes, limit=allowed.file_bytes)

    def _check_access(self, tx: Tx, ask: Ask, recipe: Recipe, allowed: Allowance) -> None:
        """Raises `Fault` with why this person, here and now, gets nothing done."""
        if not self._journal.plans.admits(ask.address.platform, ask.address.space):
            raise fault(Code.NOT_ADMITTED)
        problem = access.check(tx, ask.address, ask.person)
        problem = problem or access.pause(tx, ask.address, ask.person, allowed, self._now())
        if problem is not None:
            raise Fault(problem)
        for step in (recipe.operation, *recipe.cleanup):
            if allowed.features is not None and step.value not in allowed.features:
                raise fault(Code.NOT_IN_PLAN, operation=step.value)

    def _as_kept(self, tx: Tx, job: Job) -> Job:
        """The job with how long its space keeps files; never longer than is usual."""
        hours = tx.space(job.address.platform, job.address.space).get(spaces.RETENTION)
        said = [float(one) for one in (hours, job.keep_hours) if one is not None]
        return replace(job, keep_hours=min(said)) if said else job

    async def again(self, old: Job) -> Job:
        """The same order once more, with the recording that is there, as a new job."""
        now = self._now()
        source = source_of(old)
        ask = Ask("", {}, (source,), old.person, old.address, f"{old.id}:{now.timestamp()}")

        def make(tx: Tx) -> list[Job]:
            return [self._as_kept(tx, self._job(ask, old.recipe, source, 0))]

        (job,) = await self._journal.add(make)
        return job

    def _jobs(self, ask: Ask, recipe: Recipe) -> list[Job]:
        jobs = [self._job(ask, recipe, source, n) for n, source in enumerate(ask.sources)]
        if not self._is_album(ask, recipe):
            return jobs
        album = tuple(job.id for job in jobs)
        return [replace(job, album=album) for job in jobs]

    def _is_album(self, ask: Ask, recipe: Recipe) -> bool:
        """Whether what came at once goes back at once: one track for each of several sounds."""
        messenger = self._messengers.get(ask.address.platform)
        if messenger is None or len(ask.sources) == 1 or len(recipe.parts) > 1:
            return False
        return messenger.limits(ask.address).albums

    def _job(self, ask: Ask, recipe: Recipe, source: Source, ordinal: int) -> Job:
        now = self._now()
        return Job(
            id=new_job_id(),
            dedupe=_dedupe(ask, ordinal),
            address=ask.address,
            person=ask.person,
            source=replace(source, name=names.clean(source.name)),
            recipe=recipe,
            created_at=now,
            updated_at=now,
            due_at=now,
            deadline_at=now + RECEIVE_WITHIN,
            keep_hours=ask.keep_hours,
        )

    async def receive(self, job: Job) -> Received:
        """Bring the sound into Files under a size cap and measure it.

        Raises `Fault` with what is wrong with the sound.
        """
        allowed = _limits(await self._journal.allowance(job.address, job.person))
        key = await self._bring(job, allowed)
        return Received(await self._measured(key, job.source, job.recipe, allowed))

    async def _measured(self, key: str, source: Source, recipe: Recipe, allowed: Limits) -> Clip:
        """The sound under `key`; raises `Fault` with what is wrong with it."""
        size = await self._files.size(key)
        found = await self._inspect(key, recipe, allowed)
        clip = Clip(
            key=key,
            name=names.clean(source.name),
            bytes=size,
            seconds=float(found["seconds"]),
            sample_rate=int(found["sample_rate"]),
            channels=int(found["channels"]),
            container=str(found["container"]),
            codec=str(found["codec"]),
            shape=_shape(source.shape, has_video=found["has_video"]),
        )
        _check_range(recipe, clip.seconds)
        # Of a long file, a part may be asked for that is not.
        problem = limits.check(size, recipe.span(clip.seconds), allowed)
        if problem is not None:
            raise Fault(problem)
        return clip

    async def _bring(self, job: Job, allowed: Limits) -> str:
        key = source_key(job)
        try:
            await self._files.size(key)
            return key
        except FileNotFoundError:
            if job.source.key:
                raise fault(Code.FILE_GONE, name=job.source.name) from None
        most = min(allowed.bytes, LARGEST_LINK) if job.source.url else allowed.bytes
        cap = None if most == limits.UNLIMITED else int(most)
        await self._files.put(key, self._open(job), max_bytes=cap)
        return key

    def _open(self, job: Job) -> AsyncIterator[bytes]:
        """The bytes from where they lie: behind a link, or in the chat."""
        if job.source.url:
            if self._fetcher is None:
                raise fault(Code.LINK_REFUSED, "nothing is fetched here")
            return self._fetcher.open(job.source.url)
        messenger = self._messengers.get(job.address.platform)
        if messenger is None:
            raise fault(Code.FILE_GONE, name=job.source.name)
        return messenger.open(job.source)

    async def _inspect(self, key: str, recipe: Recipe, allowed: Limits) -> Mapping[str, Any]:
        most = min(recipe.start + allowed.seconds, limits.LONGEST_SECONDS)
        args = {"max_seconds": most}
        if recipe.end is not None and recipe.end <= most:
            # What comes after the part that is asked for need not be counted, however long it is.
            args = {"max_seconds": limits.LONGEST_SECONDS, "enough": recipe.end + 1.0}
        async with self._files.local(key) as path:
            task = SoundTask("inspect", [path], args=args)
            try:
                return await self._workers.run(task, timeout=INSPECT_TIMEOUT)
            except Fault as error:
                raise _as_asked(error, recipe, allowed) from error


def _dedupe(ask: Ask, ordinal: int) -> str:
    return f"{ask.address.platform}:{ask.event}:{ordinal}"


def _limits(allowance: Allowance) -> Limits:
    """What one sound may be there; what the product can do at all is less than endless."""
    product = Limits(seconds=limits.LONGEST_SECONDS)
    return limits.tightest(
        product, Limits(bytes=allowance.file_bytes, seconds=allowance.file_seconds)
    )


def _shape(said: Shape, *, has_video: bool) -> Shape:
    """As what it came: by what is in it, and where that says nothing, by its platform's word."""
    films = (Shape.VIDEO, Shape.VIDEO_NOTE)
    if has_video:
        return said if said in films else Shape.VIDEO
    return Shape.AUDIO if said in films else said


def _as_asked(error: Fault, recipe: Recipe, allowed: Limits) -> Fault:
    """What is too long is told by the part that was to be worked on."""
    problem = error.problem
    if problem.code is not Code.TOO_LONG:
        return error
    told: dict[str, str | int | float] = {**problem.args, "limit": allowed.seconds}
    if "seconds" in told:
        told["seconds"] = float(told["seconds"]) - recipe.start
    return Fault(replace(problem, args=told))


def _check_range(recipe: Recipe, seconds: float) -> None:
    if recipe.start >= seconds or recipe.span(seconds) < limits.SHORTEST_SECONDS:
        raise fault(Code.BAD_RANGE, seconds=seconds)
