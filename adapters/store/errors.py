"""What can be wrong with a database before any job is looked at, and how drivers' words read."""

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from services.problems import Code, fault

DatabaseTrouble = SQLAlchemyError  # whatever else a database says, for those who only report it

DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
FULL = {sqlite3.SQLITE_FULL}
DISK_FULL_STATE = "53100"  # PostgreSQL: disk_full


class StoreDamaged(Exception):
    """The database file cannot be read as one; it is never replaced by an empty one."""


class SchemaTooNew(Exception):
    """A newer program has changed the schema; this one would misread it."""


class AlreadyRunning(Exception):
    """Another process owns this data folder."""


class NotSupported(Exception):
    """This is done with the database's own tools, e.g. `pg_dump`."""


def translated(error: BaseException) -> BaseException:
    """`error` in our words where we have some, else as it is."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(origin, "sqlite_errorcode", 0) & 0xFF
    if code in DAMAGED:
        return StoreDamaged(str(origin))
    if code in FULL or getattr(origin, "sqlstate", None) == DISK_FULL_STATE:
        return fault(Code.DISK_FULL, str(origin))
    return error
