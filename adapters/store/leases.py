"""Who works on a job: each statement here is one guarded update, so twins are harmless."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from adapters.store.codec import micros, moment
from adapters.store.tables import is_open, jobs
from services.model import JobId, Kind
from services.records import Lease, Waiting

WAITING = (jobs.c.id, jobs.c.due_at, jobs.c.kind, jobs.c.priority)


def _is_ready(now: datetime) -> ColumnElement[bool]:
    free = or_(jobs.c.held_until.is_(None), jobs.c.held_until <= micros(now))
    return and_(is_open, jobs.c.due_at <= micros(now), free)


def _is_ours(lease: Lease) -> ColumnElement[bool]:
    return and_(
        jobs.c.id == lease.job, jobs.c.lease == lease.number, jobs.c.held_until.is_not(None)
    )


def start_step(
    connection: Connection, job_id: JobId, now: datetime, hold: timedelta
) -> Lease | None:
    """Take the next lease if the job is due, not done and not held."""
    statement = (
        update(jobs)
        .where(jobs.c.id == job_id, _is_ready(now))
        .values(lease=jobs.c.lease + 1, held_until=micros(now + hold))
        .returning(jobs.c.lease)
    )
    number = connection.execute(statement).scalar_one_or_none()
    return None if number is None else Lease(job_id, number)


def renew(connection: Connection, lease: Lease, now: datetime, hold: timedelta) -> bool:
    """Hold on for longer; False when somebody else took over or it was let go."""
    statement = update(jobs).where(_is_ours(lease)).values(held_until=micros(now + hold))
    return connection.execute(statement).rowcount == 1


def end_step(connection: Connection, lease: Lease) -> Waiting | None:
    """Let go; what is to be woken next."""
    statement = (
        update(jobs)
        .where(_is_ours(lease))
        .values(held_until=None)
        .returning(*WAITING, jobs.c.done_at)
    )
    row = connection.execute(statement).first()
    if row is None or row.done_at is not None:
        return None
    return Waiting(JobId(row.id), moment(row.due_at), Kind(row.kind), row.priority)


def void_leases(connection: Connection) -> int:
    """Forget every lease, and every wake-up: the queue that was told died with its process."""
    held = connection.execute(
        update(jobs).where(jobs.c.held_until.is_not(None)).values(held_until=None)
    ).rowcount
    connection.execute(update(jobs).where(is_open).values(woken_at=None))
    return held


def overdue(
    connection: Connection,
    now: datetime,
    woken_before: datetime,
    limit: int,
    kinds: Collection[Kind],
) -> list[Waiting]:
    """Ready jobs of these kinds, not woken lately, longest due first; marks them as woken."""
    not_woken = or_(jobs.c.woken_at.is_(None), jobs.c.woken_at < micros(woken_before))
    chosen = (
        select(*WAITING)
        .where(_is_ready(now), not_woken, jobs.c.kind.in_([kind.value for kind in kinds]))
        .order_by(jobs.c.woken_at.nulls_first(), jobs.c.due_at, jobs.c.id)
        .limit(limit)
        # Several processes look: what another is marking or working on needs no second wake.
        .with_for_update(skip_locked=True)
    )
    found = [
        Waiting(JobId(row.id), moment(row.due_at), Kind(row.kind), row.priority)
        for row in connection.execute(chosen)
    ]
    if found:
        marked = update(jobs).where(jobs.c.id.in_([one.job for one in found]))
        connection.execute(marked.values(woken_at=micros(now)))
    return found
