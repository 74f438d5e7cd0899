"""Job ↔ row: columns for what is asked for or guarded, one JSON body for the rest."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from services.model import Job, needs_source, source_key
from services.problems import Problem

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

JOB: TypeAdapter[Job] = TypeAdapter(Job)
PLAIN = ("id", "dedupe", "state", "kind", "attempt", "purged")
TIMES = ("created_at", "updated_at", "due_at", "deadline_at", "done_at")
IN_COLUMNS = {*PLAIN, *TIMES}
# Newer fields are written only where they say something: other rows stay what they always were.
OF_RECIPES: Mapping[str, Any] = {"second": None, "bitrate": None, "picture": True}
OF_TRACKS: Mapping[str, Any] = {"wanted": ""}
OF_SOURCES: Mapping[str, Any] = {"seconds": None}


def micros(at: datetime) -> int:
    """Whole microseconds since 1970; exact, unlike a float."""
    return (at - EPOCH) // MICROSECOND


def moment(number: int) -> datetime:
    """The time that `micros` made this number from."""
    return EPOCH + timedelta(microseconds=number)


def to_json(value: Any) -> str:  # plain values of any shape
    """JSON that survives every database: ASCII only, so that no NUL or lone surrogate is left."""
    return json.dumps(value, separators=(",", ":"))


def to_row(job: Job) -> dict[str, Any]:  # bound parameters of many types
    """The columns that a job decides; its lease, priority and wake-up mark are not among them."""
    times = {name: getattr(job, name) for name in TIMES}
    return {
        "id": job.id,
        "dedupe": job.dedupe,
        "platform": job.address.platform,
        "space": job.address.space,
        "person": job.person.id,
        "source_key": source_key(job) if needs_source(job) else "",
        "state": job.state.value,
        "kind": job.kind.value,
        "attempt": job.attempt,
        "outcome": _outcome(job),
        "purged": job.purged,
        "keep": _kept(job),
        "operation": job.recipe.operation.value,
        "body": to_json(_body(job)),
        **{name: None if at is None else micros(at) for name, at in times.items()},
    }


def _kept(job: Job) -> int | None:
    return None if job.keep_hours is None else timedelta(hours=job.keep_hours) // MICROSECOND


def _body(job: Job) -> dict[str, Any]:
    made: dict[str, Any] = JOB.dump_python(job, mode="json", exclude=IN_COLUMNS)
    for tracks in (made["outcome"] if job.tracks else (), made["fitted"]):
        for track in tracks:
            _shorten(track, OF_TRACKS)
    _shorten(made["recipe"], OF_RECIPES)
    _shorten(made["source"], OF_SOURCES)
    return made


def _shorten(fields: dict[str, Any], later: Mapping[str, Any]) -> None:
    for name, usual in later.items():
        if fields[name] == usual:
            del fields[name]


def _outcome(job: Job) -> str | None:
    if isinstance(job.outcome, Problem):
        return job.outcome.code.value
    return None if job.outcome is None else "tracks"


def from_row(row: RowMapping) -> Job:
    """The job that `to_row` was given."""
    fields = json.loads(row["body"])
    fields.update((name, row[name]) for name in PLAIN)
    for name in TIMES:
        number = row[name]
        fields[name] = None if number is None else moment(number)
    return JOB.validate_python(fields)
