"""One thread that writes to SQLite: whatever waits when it comes round shares one commit."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from adapters.store.errors import translated
from adapters.store.tx import SqlTx
from services.transactions import Tx

T = TypeVar("T")

MOST_IN_ONE_COMMIT = 200  # so that the first of a flood does not wait for its last


@dataclass(frozen=True, slots=True)
class Entry:
    """A change that waits, and where its answer goes."""

    change: Callable[[Tx], Any]
    future: "Future[Any]"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change came to; told only after the commit."""

    value: Any = None
    error: BaseException | None = None


class Writer:
    """Runs changes in the order in which they came."""

    def __init__(self, engine: Engine, pepper: bytes = b"") -> None:
        self._engine = engine
        self._pepper = pepper
        self._waiting: SimpleQueue[Entry | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, change: Callable[[Tx], T]) -> "Future[T]":
        """The future of `change`'s answer, resolved after its commit."""
        future: Future[T] = Future()
        with self._closing:
            if self._is_closed:
                raise RuntimeError("The store is closed.")
            self._waiting.put(Entry(change, future))
        return future

    def close(self) -> None:
        """Write what was asked for so far, then stop."""
        with self._closing:
            self._is_closed = True
            self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_last = False
        while not is_last:
            entries, is_last = self._take()
            # A caller that stopped waiting before its turn came wants no change any more.
            wanted = [one for one in entries if one.future.set_running_or_notify_cancel()]
            if wanted:
                self._commit(wanted)

    def _take(self) -> tuple[list[Entry], bool]:
        """What waits now, at least one; and whether it is the end."""
        entries: list[Entry] = []
        entry = self._waiting.get()
        while entry is not None:
            entries.append(entry)
            if len(entries) == MOST_IN_ONE_COMMIT:
                return entries, False
            try:
                entry = self._waiting.get_nowait()
            except Empty:
                return entries, False
        return entries, True

    def _commit(self, entries: list[Entry]) -> None:
        try:
            with self._engine.begin() as connection:
                answers = [self._attempt(connection, one.change, len(entries)) for one in entries]
        # Every error belongs to whoever asked for the change; the thread must outlive them all.
        except BaseException as error:  # noqa: BLE001 - told to the caller, see above
            if len(entries) > 1:
                # Something undid the whole group, e.g. a full disk: find out whom it concerns.
                for one in entries:
                    self._commit([one])
                return
            answers = [Answer(error=translated(error))]
        for one, answer in zip(entries, answers, strict=True):
            if answer.error is not None:
                one.future.set_exception(answer.error)
            else:
                one.future.set_result(answer.value)

    def _attempt(self, connection: Connection, change: Callable[[Tx], Any], group: int) -> Answer:
        """Run one change so that its failure undoes nothing but itself."""
        tx = SqlTx(connection, writing=True, pepper=self._pepper)
        if group == 1:
            return Answer(change(tx))
        savepoint = connection.begin_nested()
        try:
            value = change(tx)
        except BaseException as error:  # noqa: BLE001 - told to the caller, as a Future does
            savepoint.rollback()
            return Answer(error=translated(error))
        savepoint.commit()
        return Answer(value)
