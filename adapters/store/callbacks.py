"""Callbacks as they came, until the files that they speak of are gone."""

import json
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from adapters.store.codec import micros, moment, to_json
from adapters.store.tables import callbacks
from services.model import JobId
from services.records import KeptCallback, Verdict

KEPT = 20  # of one job


def keep_callback(connection: Connection, callback: KeptCallback) -> None:
    """Add it and drop what is older than the latest ones of its job."""
    row = {
        "at": micros(callback.at),
        "provider": callback.provider,
        "job_id": callback.job,
        "attempt": callback.attempt,
        "verdict": callback.verdict.value,
        "is_addressed": callback.is_addressed,
        "headers": to_json(dict(callback.headers)),
        "body": callback.body,
    }
    connection.execute(insert(callbacks), row)
    same = callbacks.c.job_id == callback.job
    newest_dropped = (
        select(callbacks.c.id)
        .where(same)
        .order_by(callbacks.c.id.desc())
        .offset(KEPT)
        .limit(1)
        .scalar_subquery()
    )
    connection.execute(delete(callbacks).where(same, callbacks.c.id <= newest_dropped))


def get_callback(connection: Connection, number: int) -> KeptCallback | None:
    """The one with this id."""
    row = connection.execute(select(callbacks).where(callbacks.c.id == number)).first()
    return None if row is None else _kept(row)


def get_callbacks(connection: Connection, job_id: JobId | None, limit: int) -> list[KeptCallback]:
    """The latest of one job or of all, newest first."""
    statement = select(callbacks).order_by(callbacks.c.id.desc()).limit(limit)
    if job_id is not None:
        statement = statement.where(callbacks.c.job_id == job_id)
    return [_kept(row) for row in connection.execute(statement)]


def empty_callbacks(connection: Connection, job_id: JobId) -> None:
    """Remove the bodies of a job's callbacks."""
    statement = update(callbacks).where(callbacks.c.job_id == job_id)
    connection.execute(statement.values(body=None))


def _kept(row: Row[Any]) -> KeptCallback:
    return KeptCallback(
        provider=row.provider,
        job=JobId(row.job_id),
        attempt=row.attempt,
        at=moment(row.at),
        headers=json.loads(row.headers),
        body=None if row.body is None else bytes(row.body),
        is_addressed=row.is_addressed,
        verdict=Verdict(row.verdict),
        id=row.id,
    )
