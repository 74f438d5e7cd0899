"""The store in one file: one writer thread, a few readers beside it."""

import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL

from adapters.store.errors import StoreDamaged, translated
from adapters.store.tx import SqlTx
from adapters.store.writer import Writer
from services.transactions import Tx

T = TypeVar("T")

READERS = 4
BUSY_SECONDS = 30.0  # an operator's command may hold the write lock for a moment
SCRUB_SECONDS = 0.5  # while others wait to write
LOG_BYTES = 64 * 1024 * 1024  # to which the write-ahead log shrinks after a burst
SIDE_FILES = ("-wal", "-shm")


class SqliteRunner:
    """Runs changes and queries on one database file."""

    def __init__(self, path: Path, pepper: bytes = b"") -> None:
        self._path = path
        self._pepper = pepper
        self._writing = open_engine(path, begin="BEGIN IMMEDIATE", size=1)
        self._reading = open_engine(path, begin="BEGIN", size=READERS, is_read_only=True)
        self._writer = Writer(self._writing, pepper)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    def write(self, change: Callable[[Tx], T]) -> "Future[T]":
        """Run `change` in the writer's next commit."""
        return self._writer.submit(change)

    def read(self, query: Callable[[Tx], T]) -> "Future[T]":
        """Run `query` on a view of its own."""
        return self._readers.submit(self._query, query)

    def check(self) -> "Future[list[str]]":
        """What SQLite finds wrong with the file; reads all of it."""
        return self._readers.submit(problems, self._path)

    def scrub(self) -> "Future[bool]":
        """Empty the write-ahead log, where copies of what was removed may still be."""
        return self._readers.submit(empty_log, self._path)

    def backup_to(self, path: Path) -> "Future[None]":
        """Copy a consistent state to `path`, while others write."""
        return self._readers.submit(copy, self._path, path)

    def close(self) -> None:
        """Finish what was asked for."""
        self._writer.close()
        self._readers.shutdown()
        self._reading.dispose()
        self._writing.dispose()

    def _query(self, query: Callable[[Tx], T]) -> T:
        try:
            with self._reading.connect() as connection, connection.begin():
                return query(SqlTx(connection, writing=False, pepper=self._pepper))
        except Exception as error:
            raise translated(error) from error


def open_engine(path: Path, *, begin: str, size: int, is_read_only: bool = False) -> Engine:
    """Connections to `path` that begin their transactions with `begin`."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # no hidden BEGIN: it would be the wrong one
        connection.execute("PRAGMA journal_mode = WAL")
        # NORMAL would lose the newest commits with the power; group commit pays for FULL.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # What is removed is overwritten: a stolen file must not tell of somebody who is forgotten.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
        connection.execute(f"PRAGMA query_only = {int(is_read_only)}")

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", start)
    return engine


def require_sound(path: Path) -> None:
    """Raise `StoreDamaged` for a file that is there but is no sound database.

    An empty file counts as damaged: something cut it off, and starting anew would hide the loss.
    """
    if not path.exists():
        return
    if path.stat().st_size == 0:
        raise StoreDamaged(f"{path} is empty. Restore a backup, or remove it to start anew.")
    if found := problems(path, quickly=True):
        raise StoreDamaged(f"{path} is damaged: {found[0]}. Restore a backup.")


def problems(path: Path, *, quickly: bool = False) -> list[str]:
    """What is wrong with the file, in SQLite's words; empty when all is well."""
    pragma = "quick_check" if quickly else "integrity_check"
    try:
        with closing(_connect(path)) as connection:
            found = [str(row[0]) for row in connection.execute(f"PRAGMA {pragma}(20)")]
            if not quickly:
                broken = connection.execute("PRAGMA foreign_key_check").fetchall()
                found += [f"{row[0]} row {row[1]} lacks its {row[2]}" for row in broken]
    except sqlite3.DatabaseError as error:
        if isinstance(translated(error), StoreDamaged):
            return [str(error)]
        raise
    return [line for line in found if line != "ok"]


def empty_log(path: Path) -> bool:
    """Move everything from the log into the database; False where somebody reads an old state."""
    with closing(sqlite3.connect(path, timeout=SCRUB_SECONDS)) as connection:
        (is_busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def copy(source: Path, target: Path) -> None:
    """Copy a consistent state of one database to a file that appears only when complete."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with closing(_connect(source)) as origin, closing(sqlite3.connect(unfinished)) as copied:
            origin.backup(copied)
            # One file to carry away: nothing beside it.
            copied.execute("PRAGMA journal_mode = DELETE")
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(backup: Path, path: Path) -> None:
    """Put `backup` in the place of the database; call it under `lock_file`.

    Raises `StoreDamaged` when the backup is not sound; then nothing was changed.
    """
    if not backup.exists():
        raise FileNotFoundError(backup)
    require_sound(backup)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.restored")
    copy(backup, fresh)
    # The old log belongs to the old file; with the new one it would be nonsense.
    for ending in SIDE_FILES:
        path.with_name(path.name + ending).unlink(missing_ok=True)
    fresh.replace(path)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS)
