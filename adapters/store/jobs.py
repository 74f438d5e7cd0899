"""Keeping one job: its row, its history and its end."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from adapters.store.codec import from_row, micros, moment, to_row
from adapters.store.tables import history, jobs
from adapters.store.upsert import insert_into
from services.model import Job, JobId
from services.records import Step

IN_ONE_QUESTION = 500  # keys; databases limit the parameters of one statement


def add(connection: Connection, job: Job) -> Job:
    """Keep a new job; the earlier one if its dedupe key is known."""
    statement = insert_into(connection, jobs).values(to_row(job))
    if_new = statement.on_conflict_do_nothing(index_elements=[jobs.c.dedupe])
    if connection.execute(if_new.returning(jobs.c.id)).first() is not None:
        return job
    earlier = known(connection, job.dedupe)
    # Forgotten between the two statements: then this one is new after all.
    return add(connection, job) if earlier is None else earlier


def known(connection: Connection, dedupe: str) -> Job | None:
    """The job with this dedupe key."""
    row = connection.execute(select(jobs).where(jobs.c.dedupe == dedupe)).mappings().first()
    return None if row is None else from_row(row)


def find(connection: Connection, job_id: JobId, *, locking: bool) -> Job | None:
    """The job; with `locking`, nobody else's until the transaction ends."""
    statement = select(jobs).where(jobs.c.id == job_id)
    if locking:
        statement = statement.with_for_update()  # SQLite has one writer and leaves this out
    row = connection.execute(statement).mappings().first()
    return None if row is None else from_row(row)


def save(connection: Connection, job: Job, priority: int) -> None:
    """Replace what the job decides; its lease and wake-up mark are not touched."""
    row = to_row(job) | {"priority": priority}
    connection.execute(update(jobs).where(jobs.c.id == job.id), row)


def forget(connection: Connection, before: datetime, limit: int) -> int:
    """Remove old jobs without files; history and progress go with them by their foreign keys."""
    old = select(jobs.c.id).where(jobs.c.purged, jobs.c.done_at < micros(before)).limit(limit)
    return connection.execute(delete(jobs).where(jobs.c.id.in_(old))).rowcount


def note(connection: Connection, job_id: JobId, step: Step) -> None:
    """Append a line to the history."""
    row = {
        "job_id": job_id,
        "at": micros(step.at),
        "event": step.event,
        "state": step.state,
        "attempt": step.attempt,
        # PostgreSQL has no NUL in texts, and neither database half a character.
        "detail": step.detail.replace("\0", "").encode(errors="replace").decode(),
    }
    connection.execute(insert(history), row)


def steps(connection: Connection, job_id: JobId) -> list[Step]:
    """The history, oldest first."""
    rows = connection.execute(
        select(history).where(history.c.job_id == job_id).order_by(history.c.id)
    )
    return [Step(moment(row.at), row.event, row.state, row.attempt, row.detail) for row in rows]


def keys_in_use(
    connection: Connection, keys: Collection[str], besides: JobId | None = None
) -> set[str]:
    """Which of these are the source of another job than this one that still has its files."""
    wanted = list(keys)
    used: set[str] = set()
    for start in range(0, len(wanted), IN_ONE_QUESTION):
        some = wanted[start : start + IN_ONE_QUESTION]
        statement = select(jobs.c.source_key).where(jobs.c.source_key.in_(some), ~jobs.c.purged)
        if besides is not None:
            statement = statement.where(jobs.c.id != besides)
        used.update(connection.execute(statement).scalars())
    return used
