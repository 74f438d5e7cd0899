"""Private folders that do not outlive their process, however it ends."""

import fcntl
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import IO

from adapters.files.blocking import in_thread

LOCK = ".lock"


class Scratch:
    """Hands out folders inside this process's own one."""

    def __init__(self, home: Path) -> None:
        self._home = home

    @asynccontextmanager
    async def folder(self) -> AsyncIterator[Path]:
        """An empty folder, removed at the end whatever happens."""
        path = await in_thread(self._make)
        try:
            yield path
        finally:
            await in_thread(lambda: shutil.rmtree(path, ignore_errors=True))

    def _make(self) -> Path:
        path = self._home / secrets.token_hex(8)
        path.mkdir(mode=0o700, parents=True)
        return path


@contextmanager
def open_scratch(parent: Path) -> Iterator[Scratch]:
    """A home under `parent` for this process; what dead processes left there is removed.

    Alive is who holds the lock beside its home. Process numbers would lie: they come again, and
    containers that share a folder count their own.
    """
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent)
    home = parent / secrets.token_hex(8)
    with _locked_anew(home):
        home.mkdir(mode=0o700)
        try:
            yield Scratch(home)
        finally:
            shutil.rmtree(home, ignore_errors=True)
            home.with_suffix(LOCK).unlink(missing_ok=True)


def _locked_anew(home: Path) -> IO[bytes]:
    """The lock of a new home, held for as long as the file is open."""
    path = home.with_suffix(LOCK)
    while True:
        file = path.open("wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        # Another process's sweep may have removed the file between the two calls.
        if _is_at(path, file):
            return file
        file.close()


def _is_at(path: Path, file: IO[bytes]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def sweep(parent: Path) -> None:
    """Remove the homes under `parent` whose process is gone."""
    for lock in parent.glob(f"*{LOCK}"):
        # Two may sweep at once: what the other has removed already is as good as swept.
        with suppress(FileNotFoundError, BlockingIOError), lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink(missing_ok=True)
