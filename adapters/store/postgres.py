"""The store on PostgreSQL: a small pool, one transaction per change, again when it was unlucky."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from adapters.store.errors import NotSupported, translated
from adapters.store.tx import SqlTx
from services.transactions import Tx

T = TypeVar("T")

CONNECTIONS = 8
PATIENCE = 15.0  # seconds; a fail-over or restart of the server takes about that
# serialization_failure, deadlock_detected, too_many_connections; class 08 and 57P are connections
UNLUCKY = ("40001", "40P01", "53300", "08", "57P")
CONNECT = {
    "connect_timeout": 5,
    # A server that vanished without a word is noticed within about half a minute.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


class PostgresRunner:
    """Runs changes and queries in threads, each on a connection of its own."""

    def __init__(self, url: URL, pepper: bytes = b"") -> None:
        self._pepper = pepper
        self._engine = open_engine(url)
        self._viewing = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="store")

    def write(self, change: Callable[[Tx], T]) -> "Future[T]":
        """Commit `change`; it runs again when the database undid it or may have lost it."""
        return self._threads.submit(self._patiently, self._engine, change, True)

    def read(self, query: Callable[[Tx], T]) -> "Future[T]":
        """Run `query` on a view of its own."""
        return self._threads.submit(self._patiently, self._viewing, query, False)

    def check(self) -> "Future[list[str]]":
        """Nothing: the server checks its own pages."""
        return self._threads.submit(list[str])

    def scrub(self) -> "Future[bool]":
        """Nothing: the server's own vacuum does it."""
        return self._threads.submit(lambda: True)

    def backup_to(self, path: Path) -> "Future[None]":
        """Raises `NotSupported`."""
        raise NotSupported(f"Use pg_dump to write {path}.")

    def close(self) -> None:
        """Finish what was asked for."""
        self._threads.shutdown()
        self._engine.dispose()

    def _patiently(self, engine: Engine, work: Callable[[Tx], T], writing: bool) -> T:
        tries = Retrying(
            retry=retry_if_exception(is_unlucky),
            wait=wait_random_exponential(multiplier=0.02, max=1.0),
            stop=stop_after_delay(PATIENCE),
            reraise=True,
        )
        try:
            answer: T = tries(_once, engine, work, writing, self._pepper)
        except Exception as error:
            raise translated(error) from error
        return answer


def _once(engine: Engine, work: Callable[[Tx], T], writing: bool, pepper: bytes) -> T:
    with engine.begin() as connection:
        return work(SqlTx(connection, writing=writing, pepper=pepper))


def is_unlucky(error: BaseException) -> bool:
    """Whether the same change may well succeed the next time."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # no answer at all: refused, cut off or timed out
        return error.connection_invalidated or type(error.orig).__name__ == "OperationalError"
    return str(state).startswith(UNLUCKY)


def open_engine(url: URL) -> Engine:
    """A pool of connections; a lost one is replaced at its next use."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_recycle=1800,
        connect_args=CONNECT,
    )
