"""Questions about many jobs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from adapters.store.codec import MICROSECOND, from_row, micros
from adapters.store.tables import is_open, jobs
from services.model import NOT_BEGUN, Address, Job, JobId, Phase, State
from services.problems import Code
from services.records import Wanted

NEWEST_FIRST = (jobs.c.created_at.desc(), jobs.c.id.desc())
OLDEST_FIRST = (jobs.c.created_at, jobs.c.id)
TRACKS = "tracks"


def _all(connection: Connection, statement: Select[Any]) -> list[Job]:
    return [from_row(row) for row in connection.execute(statement).mappings()]


def count(connection: Connection, *where: ColumnElement[bool]) -> int:
    """How many jobs these are."""
    return connection.execute(select(func.count()).select_from(jobs).where(*where)).scalar_one()


def place(connection: Connection, job: Job) -> int:
    """1 + how many queued jobs with the same kind of work come before it."""
    own = select(jobs.c.priority).where(jobs.c.id == job.id)
    priority = connection.execute(own).scalar_one_or_none() or 0
    before = or_(jobs.c.priority < priority, and_(jobs.c.priority == priority, _older(job)))
    queued = jobs.c.state == State.QUEUED.value
    return 1 + count(connection, queued, jobs.c.kind == job.kind.value, before)


def open_jobs(connection: Connection, limit: int) -> list[Job]:
    """Jobs that are not done, oldest first."""
    return _all(connection, select(jobs).where(is_open).order_by(*OLDEST_FIRST).limit(limit))


def jobs_of(
    connection: Connection, platform: str, person: str, limit: int, space: str
) -> list[Job]:
    """A person's jobs, newest first; space: only those of this one."""
    theirs = [jobs.c.platform == platform, jobs.c.person == person]
    theirs += [jobs.c.space == space] if space else []
    return _all(connection, select(jobs).where(*theirs).order_by(*NEWEST_FIRST).limit(limit))


def all_jobs(
    connection: Connection, state: str | None, limit: int, platform: str | None
) -> list[Job]:
    """Everybody's jobs, newest first."""
    statement = select(jobs).order_by(*NEWEST_FIRST).limit(limit)
    if state is not None:
        statement = statement.where(jobs.c.state == state)
    if platform is not None:
        statement = statement.where(jobs.c.platform == platform)
    return _all(connection, statement)


def active(connection: Connection, platform: str, person: str) -> int:
    """How many asks of this person have no outcome yet; several files in one are one."""
    theirs = (jobs.c.platform == platform, jobs.c.person == person)
    statement = select(jobs.c.dedupe).where(*theirs, is_open, jobs.c.outcome.is_(None))
    return len({dedupe.rpartition(":")[0] for (dedupe,) in connection.execute(statement)})


def ahead_in_space(connection: Connection, job: Job) -> int:
    """How many jobs of the same space come before it: its people take turns, the oldest first."""
    waiting = (*_in_line(job.address), jobs.c.id != job.id)
    own = count(connection, *waiting, jobs.c.person == job.person.id, _older(job))
    in_order = func.row_number().over(
        partition_by=jobs.c.person, order_by=(jobs.c.created_at, jobs.c.id)
    )
    others = (*waiting, jobs.c.person != job.person.id)
    turns = select(in_order.label("turn"), _older(job).label("older")).where(*others).subquery()
    is_before = or_(turns.c.turn <= own, and_(turns.c.turn == own + 1, turns.c.older))
    counted = select(func.count()).select_from(turns).where(is_before)
    return own + connection.execute(counted).scalar_one()


def next_waiting(connection: Connection, address: Address, now: datetime) -> Job | None:
    """The first of the queued jobs of a space that are due; its people take turns."""
    is_due = and_(jobs.c.state == State.QUEUED.value, jobs.c.due_at <= micros(now))
    return next(iter(_in_turn(connection, 1, *_in_line(address), is_due)), None)


def next_held(
    connection: Connection, address: Address, held: timedelta, now: datetime, limit: int
) -> list[Job]:
    """The first jobs of a space that nobody has begun, because they are due after `held`."""
    return _in_turn(connection, limit, *_in_line(address), _is_held(held, now))


def let_in(connection: Connection, address: Address, held: timedelta, now: datetime) -> int:
    """How many jobs of a space have no outcome, are not held back and wait for nobody else."""
    waits = jobs.c.state.in_((State.QUEUED.value, State.RUNNING.value))
    is_parked = and_(waits, jobs.c.due_at > micros(now))
    return count(connection, *_in_line(address), ~_is_held(held, now), ~is_parked)


def _in_line(address: Address) -> tuple[ColumnElement[bool], ...]:
    its = (jobs.c.platform == address.platform, jobs.c.space == address.space)
    return (*its, is_open, jobs.c.outcome.is_(None))


def _is_held(held: timedelta, now: datetime) -> ColumnElement[bool]:
    is_new = and_(jobs.c.state == State.RECEIVING.value, jobs.c.due_at > micros(now))
    return and_(is_new, jobs.c.due_at == jobs.c.created_at + held // MICROSECOND)


def _in_turn(connection: Connection, limit: int, *where: ColumnElement[bool]) -> list[Job]:
    """The first of them as people take turns, without those that somebody changes just now."""
    by_person = func.row_number().over(
        partition_by=jobs.c.person, order_by=(jobs.c.created_at, jobs.c.id)
    )
    turns = select(jobs.c.id, jobs.c.created_at, by_person.label("turn")).where(*where).subquery()
    in_order = (turns.c.turn, turns.c.created_at, turns.c.id)
    first = list(connection.execute(select(turns.c.id).order_by(*in_order).limit(limit)).scalars())
    if not first:
        return []
    # Looked at once more: it may have been changed between the two questions.
    locked = select(jobs).where(jobs.c.id.in_(first), *where).with_for_update(skip_locked=True)
    return sorted(_all(connection, locked), key=lambda job: first.index(job.id))


def _older(job: Job) -> ColumnElement[bool]:
    created = micros(job.created_at)
    return or_(jobs.c.created_at < created, and_(jobs.c.created_at == created, jobs.c.id < job.id))


def expired(
    connection: Connection,
    now: datetime,
    keep: timedelta,
    for_another_try: timedelta,
    limit: int,
) -> list[Job]:
    """Jobs that still have files and ended longer ago than those are kept, oldest first."""
    usual, least = keep // timedelta(microseconds=1), for_another_try // timedelta(microseconds=1)
    said = jobs.c.keep
    kept = case((said < usual, said), else_=usual)
    is_failure = and_(jobs.c.outcome != TRACKS, kept < least)
    over = jobs.c.done_at + case((is_failure, least), else_=kept) < micros(now)
    statement = select(jobs).where(~jobs.c.purged, over).order_by(jobs.c.done_at).limit(limit)
    return _all(connection, statement)


def jobs_in(
    connection: Connection, platform: str, space: str, since: datetime, limit: int
) -> list[Job]:
    """The jobs that were asked for in a space since then, oldest first."""
    there = (jobs.c.platform == platform, jobs.c.space == space)
    recent = jobs.c.created_at >= micros(since)
    statement = select(jobs).where(*there, recent).order_by(*OLDEST_FIRST).limit(limit)
    return _all(connection, statement)


def job_in(connection: Connection, platform: str, space: str, job_id: JobId) -> Job | None:
    """The job, if it is of this space; another's takes the same way as one that is not there."""
    its = (jobs.c.id == job_id, jobs.c.platform == platform, jobs.c.space == space)
    return next(iter(_all(connection, select(jobs).where(*its))), None)


def of_space(platform: str, space: str, wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    """Which of its jobs are wanted."""
    is_withdrawn = jobs.c.outcome == Code.WITHDRAWN.value
    where = [
        jobs.c.platform == platform,
        jobs.c.space == space,
        jobs.c.operation.in_([one.value for one in wanted.operations]),
        or_(jobs.c.outcome.is_(None), ~is_withdrawn),
    ]
    where += [] if wanted.since is None else [jobs.c.created_at >= micros(wanted.since)]
    where += [] if wanted.until is None else [jobs.c.created_at <= micros(wanted.until)]
    return (*where, *([] if wanted.phase is None else [_is_in(wanted.phase)]))


def _is_in(phase: Phase) -> ColumnElement[bool]:
    """As `Job.phase` has it."""
    is_open = jobs.c.outcome.is_(None)
    has_not_begun = jobs.c.state.in_([state.value for state in NOT_BEGUN])
    match phase:
        case Phase.PENDING:
            return and_(is_open, has_not_begun)
        case Phase.PROCESSING:
            return and_(is_open, ~has_not_begun)
        case Phase.COMPLETED:
            return jobs.c.outcome == TRACKS
        case Phase.FAILED:
            return jobs.c.outcome != TRACKS


def page(
    connection: Connection,
    where: Sequence[ColumnElement[bool]],
    offset: int,
    limit: int,
    *,
    is_down: bool,
) -> list[Job]:
    """Some of these, by the time of asking."""
    order = NEWEST_FIRST if is_down else OLDEST_FIRST
    return _all(connection, select(jobs).where(*where).order_by(*order).offset(offset).limit(limit))


def withdrawn(connection: Connection, limit: int) -> list[Job]:
    """Those that were withdrawn and have ended."""
    over = (jobs.c.state == State.DONE.value, jobs.c.outcome == Code.WITHDRAWN.value)
    return _all(connection, select(jobs).where(*over).limit(limit))
