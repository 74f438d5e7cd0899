"""Who changed what in a space, and when."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from adapters.store.codec import micros, moment
from adapters.store.tables import audit
from services.records import Change


def note_change(connection: Connection, space: str, change: Change) -> None:
    """Append to the audit log of the space with this alias."""
    row = {
        "space": space,
        "at": micros(change.at),
        "who": change.who,
        "what": change.what,
        "before": change.before,
        "after": change.after,
    }
    connection.execute(insert(audit), row)


def changes(connection: Connection, space: str, limit: int) -> list[Change]:
    """Its audit log, newest first."""
    statement = select(audit).where(audit.c.space == space).order_by(audit.c.id.desc())
    return [_change(row) for row in connection.execute(statement.limit(limit))]


def changes_by(connection: Connection, who: str, limit: int) -> list[tuple[str, Change]]:
    """What somebody changed, newest first, each with the alias of its space."""
    if not who:
        return []
    statement = select(audit).where(audit.c.who == who).order_by(audit.c.id.desc())
    return [(row.space, _change(row)) for row in connection.execute(statement.limit(limit))]


def forget_changes(connection: Connection, before: datetime) -> None:
    """Remove what is older."""
    connection.execute(delete(audit).where(audit.c.at < micros(before)))


def _change(row: Row[Any]) -> Change:
    return Change(moment(row.at), row.who, row.what, row.before, row.after)
