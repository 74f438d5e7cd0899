"""Looks for what should not be anywhere: in every table, in raw bytes, in files and in the log."""

import logging
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

OURS = ("adapters", "bot", "services")


class Traces(logging.Handler):
    """Every record that our own code logs, down to DEBUG, while it is hung in."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.told: list[str] = []

    def emit(self, record):
        self.told.append(f"{record.getMessage()} {record.__dict__}")


@contextmanager
def listening():
    """What is logged inside the context."""
    traces, before = Traces(), {name: logging.getLogger(name).level for name in OURS}
    for name in OURS:
        logging.getLogger(name).addHandler(traces)
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield traces
    finally:
        for name, level in before.items():
            logging.getLogger(name).removeHandler(traces)
            logging.getLogger(name).setLevel(level)


def tables(folder: Path) -> dict[str, str]:
    """Every table as text."""
    with closing(sqlite3.connect(folder / "data" / "undertone.db")) as db:
        names = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {name: repr(db.execute(f"SELECT * FROM {name}").fetchall()) for name in names}


def found(folder: Path, marks) -> list[str]:
    """Where any of these strings is: tables by name, files by theirs."""
    texts = tables(folder)
    files = {path.relative_to(folder).as_posix(): path for path in (folder / "data").rglob("*")}
    raw = {name: path.read_bytes() for name, path in files.items() if path.is_file()}
    return sorted(
        f"{mark} in {place}"
        for mark in marks
        for place in (
            *(f"table {name}" for name, text in texts.items() if mark in text),
            *(name for name, body in raw.items() if mark.encode() in body),
            *(f"name {name}" for name in files if mark in name),
        )
    )


def sums(folder: Path) -> list[tuple]:
    """The ledger by scope and kind."""
    with closing(sqlite3.connect(folder / "data" / "undertone.db")) as db:
        return db.execute(
            "SELECT scope, kind, sum(milliseconds) FROM ledger GROUP BY scope, kind ORDER BY 1, 2"
        ).fetchall()
