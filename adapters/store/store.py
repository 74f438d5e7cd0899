"""Opens the store and runs changes and queries off the event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy.engine import URL, make_url

from adapters.store import postgres, sqlite
from adapters.store.migrate import migrate
from services.transactions import Tx

T = TypeVar("T")

FILE_NAME = "undertone.db"


class Runner(Protocol):
    """What the two databases do in their own ways."""

    def write(self, change: Callable[[Tx], T]) -> "Future[T]": ...

    def read(self, query: Callable[[Tx], T]) -> "Future[T]": ...

    def check(self) -> "Future[list[str]]": ...

    def scrub(self) -> "Future[bool]": ...

    def backup_to(self, path: Path) -> "Future[None]": ...

    def close(self) -> None: ...


class SqlStore:
    """The port `Store` over a database."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def write(self, change: Callable[[Tx], T]) -> T:
        """Run in one durable transaction; it returns after the commit. May run `change` twice.

        Cancelling the call before its turn drops the change; later it is written all the same.
        """
        return await asyncio.wrap_future(self._runner.write(change))

    async def read(self, query: Callable[[Tx], T]) -> T:
        """Run against a consistent view."""
        return await asyncio.wrap_future(self._runner.read(query))

    async def scrub(self) -> bool:
        """Overwrite what was removed; False where somebody reads, and it must be tried again."""
        return await asyncio.wrap_future(self._runner.scrub())

    async def ping(self) -> None:
        """Raise what a query would raise: for readiness."""
        await self.read(lambda tx: tx.open_jobs(1))

    async def check(self) -> list[str]:
        """What is wrong with the stored data; empty when all is well."""
        return await asyncio.wrap_future(self._runner.check())

    async def backup_to(self, path: Path) -> None:
        """Copy a consistent state into one file. Raises `NotSupported` on PostgreSQL."""
        await asyncio.wrap_future(self._runner.backup_to(path))


@asynccontextmanager
async def open_store(
    url: str | None, data_dir: Path, pepper: bytes = b""
) -> AsyncIterator[SqlStore]:
    """The store at `url`, or in a file under `data_dir`, brought to the current schema.

    pepper: key of the hashes by which minutes of forgotten people still count; empty: they do not.

    Raises `StoreDamaged` or `SchemaTooNew`; then nothing was changed.
    """
    runner = await asyncio.to_thread(_open, locate(url, data_dir), pepper)
    try:
        yield SqlStore(runner)
    finally:
        # Not on the loop: it waits for the changes under way, whose callers need the loop.
        await asyncio.to_thread(runner.close)


def locate(url: str | None, data_dir: Path) -> URL:
    """Where the database is; `sqlite:///name` counts from the data folder.

    Raises `ValueError` for a database that is neither SQLite nor PostgreSQL.
    """
    if not url:
        return URL.create("sqlite", database=str(data_dir / FILE_NAME))
    found = make_url(url)
    match found.get_backend_name():
        case "sqlite":
            return URL.create("sqlite", database=str(data_dir / (found.database or FILE_NAME)))
        case "postgresql" | "postgres":
            return found.set(drivername="postgresql+psycopg")
        case other:
            raise ValueError(f"The database must be SQLite or PostgreSQL, not {other}.")


def bring_up_to_date(url: str | None, data_dir: Path) -> bool:
    """Migrate without opening the store; False when there was nothing to do."""
    return _migrate(locate(url, data_dir))


def _open(url: URL, pepper: bytes) -> Runner:
    _migrate(url)
    if url.get_backend_name() == "sqlite":
        return sqlite.SqliteRunner(Path(str(url.database)), pepper)
    return postgres.PostgresRunner(url, pepper)


def _migrate(url: URL) -> bool:
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        sqlite.require_sound(path)
        engine = sqlite.open_engine(path, begin="BEGIN IMMEDIATE", size=1)
    else:
        engine = postgres.open_engine(url)
    try:
        return migrate(engine)
    finally:
        engine.dispose()
