"""How far jobs are, and how long such jobs took."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from adapters.store.codec import micros
from adapters.store.tables import durations, jobs, progress
from adapters.store.upsert import insert_into
from services.model import JobId
from services.showing import Progress

KEPT = 200  # durations per provider and operation: recent enough to follow a faster machine


def put_progress(connection: Connection, job_id: JobId, told: Progress, at: datetime) -> None:
    """Overwrite the one row; nothing for a job that was forgotten meanwhile."""
    if connection.execute(select(jobs.c.id).where(jobs.c.id == job_id)).first() is None:
        return
    values = {
        "fraction": told.fraction,
        "seconds_left": told.seconds_left,
        "place": told.place,
        "at": micros(at),
    }
    statement = insert_into(connection, progress).values(job_id=job_id, **values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[progress.c.job_id], set_=values)
    )


def get_progress(connection: Connection, job_id: JobId) -> Progress | None:
    """What was told last."""
    row = connection.execute(select(progress).where(progress.c.job_id == job_id)).first()
    return None if row is None else Progress(row.fraction, row.seconds_left, row.place)


def get_durations(connection: Connection, provider: str, operation: str, limit: int) -> list[float]:
    """The latest ratios, newest first."""
    statement = (
        select(durations.c.ratio)
        .where(durations.c.provider == provider, durations.c.operation == operation)
        .order_by(durations.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


def put_duration(
    connection: Connection, provider: str, operation: str, ratio: float, at: datetime
) -> None:
    """Add a ratio and drop what is older than the latest ones."""
    same = (durations.c.provider == provider, durations.c.operation == operation)
    connection.execute(
        insert(durations),
        {"provider": provider, "operation": operation, "ratio": ratio, "at": micros(at)},
    )
    newest_dropped = (
        select(durations.c.id)
        .where(*same)
        .order_by(durations.c.id.desc())
        .offset(KEPT)
        .limit(1)
        .scalar_subquery()
    )
    connection.execute(delete(durations).where(*same, durations.c.id <= newest_dropped))
