"""What was reserved, used and given back."""

from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from adapters.store.codec import micros, moment
from adapters.store.forgetting import disguised
from adapters.store.tables import ledger
from adapters.store.upsert import insert_into
from services.model import JobId
from services.transactions import LedgerLine


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
    return [
        LedgerLine(
            JobId(row.job_id), row.scope, row.kind, row.milliseconds, moment(row.at), row.reason
        )
        for row in rows
    ]


def spent(connection: Connection, scope: str, since: datetime) -> int:
    """Milliseconds settled, or reserved and neither settled nor released, since then.

    Also what was used before a wish to be forgotten.
    """
    scopes = {scope, disguised(connection, scope)}
    end = ledger.alias("end")
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
    total = select(func.coalesce(func.sum(ledger.c.milliseconds), 0)).where(
        ledger.c.scope.in_(scopes), ledger.c.at >= micros(since), counts
    )
    return int(connection.execute(total).scalar_one())  # PostgreSQL sums into a Decimal


def lock_scope(connection: Connection, scope: str) -> None:
    """Wait for the other transaction that reserves here; on SQLite there is none."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(scope, 0))))
