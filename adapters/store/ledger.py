"""What was reserved, used and given back."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, func, or_, select

from adapters.store.codec import EPOCH, micros, moment
from adapters.store.tables import grants, ledger
from adapters.store.upsert import insert_into
from services.model import JobId
from services.records import Grant, LedgerLine

SLACK = timedelta(days=2)


def write_line(connection: Connection, line: LedgerLine) -> bool:
    """Append; False when this line, or the other way to end its reserve, stands already."""
    row = {
        "job_id": line.job,
        "scope": line.scope,
        "kind": line.kind,
        "milliseconds": line.milliseconds,
        "at": micros(line.at),
        "reason": line.reason,
    }
    statement = insert_into(connection, ledger).values(row).on_conflict_do_nothing()
    return connection.execute(statement.returning(ledger.c.job_id)).first() is not None


def lines(connection: Connection, job_id: JobId) -> list[LedgerLine]:
    """The job's lines, oldest first."""
    rows = connection.execute(
        select(ledger)
        .where(ledger.c.job_id == job_id)
        .order_by(ledger.c.at, ledger.c.scope, ledger.c.kind)
    )
    return [_line(row) for row in rows]


def lines_of(connection: Connection, beginnings: Collection[str], limit: int) -> list[LedgerLine]:
    """The lines of all scopes that begin like one of these, newest first."""
    theirs = or_(false(), *(ledger.c.scope.startswith(one, autoescape=True) for one in beginnings))
    newest_first = (ledger.c.at.desc(), ledger.c.job_id, ledger.c.scope, ledger.c.kind)
    rows = connection.execute(select(ledger).where(theirs).order_by(*newest_first).limit(limit))
    return [_line(row) for row in rows]


def spent(
    connection: Connection, scope: str, since: datetime, until: datetime | None = None
) -> int:
    """Milliseconds settled, or reserved and neither settled nor released.

    The period of a line is that of its reserve, whenever the work ended.
    """
    end, opened = ledger.alias("end"), ledger.alias("opened")
    is_ended = (
        select(end.c.job_id)
        .where(
            end.c.job_id == ledger.c.job_id,
            end.c.scope == ledger.c.scope,
            end.c.kind.in_(["settle", "release"]),
        )
        .exists()
    )
    counts = or_(ledger.c.kind == "settle", and_(ledger.c.kind == "reserve", ~is_ended))
    its_reserve = and_(
        opened.c.job_id == ledger.c.job_id,
        opened.c.scope == ledger.c.scope,
        opened.c.kind == "reserve",
    )
    began = func.coalesce(opened.c.at, ledger.c.at)
    total = (
        select(func.coalesce(func.sum(ledger.c.milliseconds), 0))
        .select_from(ledger.outerjoin(opened, its_reserve))
        # The first of these is for the index alone; the slack is for clocks that jump back.
        .where(ledger.c.scope == scope, ledger.c.at >= micros(since) - micros(EPOCH + SLACK))
        .where(began >= micros(since), counts)
    )
    if until is not None:
        total = total.where(began < micros(until))
    return int(connection.execute(total).scalar_one())  # PostgreSQL sums into a Decimal


def lock_scope(connection: Connection, scope: str) -> None:
    """Wait for the other transaction that reserves here; on SQLite there is none."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(scope, 0))))


def grant(connection: Connection, given: Grant) -> bool:
    """Give these minutes; False when a grant of this scope and id stands already."""
    row = {
        "scope": given.scope,
        "id": given.id,
        "kind": given.kind,
        "milliseconds": given.milliseconds,
        "at": micros(given.at),
        "until": None if given.until is None else micros(given.until),
    }
    statement = insert_into(connection, grants).values(row).on_conflict_do_nothing()
    return connection.execute(statement.returning(grants.c.id)).first() is not None


def get_grants(connection: Connection, scope: str, now: datetime) -> list[Grant]:
    """Those of the scope that have not expired, the one that ends first before the others."""
    holds = or_(grants.c.until.is_(None), grants.c.until > micros(now))
    statement = (
        select(grants)
        .where(grants.c.scope == scope, holds)
        .order_by(grants.c.until.is_(None), grants.c.until, grants.c.at, grants.c.id)
    )
    return [_grant(row) for row in connection.execute(statement)]


def held_by(connection: Connection, alias: str) -> tuple[list[LedgerLine], list[Grant]]:
    """What stands under the alias of a person, in every space; oldest first."""
    if not alias:
        return [], []
    lines = select(ledger).where(_is_of(ledger.c.scope, alias)).order_by(ledger.c.at)
    given = select(grants).where(_is_of(grants.c.scope, alias)).order_by(grants.c.at)
    return (
        [_line(row) for row in connection.execute(lines)],
        [_grant(row) for row in connection.execute(given)],
    )


def _is_of(scope: ColumnElement[str], alias: str) -> ColumnElement[bool]:
    """An own pot, or a grant to it; services.quotas says how they are called."""
    return or_(
        scope.like(f"person:%:{alias}"),
        scope.like(f"person:%:{alias}+%"),
    )


def _line(row: Row[Any]) -> LedgerLine:
    return LedgerLine(
        JobId(row.job_id), row.scope, row.kind, row.milliseconds, moment(row.at), row.reason
    )


def _grant(row: Row[Any]) -> Grant:
    until = None if row.until is None else moment(row.until)
    return Grant(row.id, row.scope, row.kind, row.milliseconds, moment(row.at), until)
