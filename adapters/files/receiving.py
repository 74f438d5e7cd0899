"""Writes a stream into a local file: counted, capped, and on the disk before it is believed."""

import errno
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

from adapters.files.blocking import in_thread
from services.problems import Code, fault

BLOCK = 1024 * 1024  # bytes per write: smaller ones cost a thread's turn each
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Room:
    """How much must stay free beside what is received, for the database and for work under way."""

    min_free_bytes: int

    def check(self, folder: Path) -> None:
        """Raise `Fault` with `DISK_FULL` when there is less."""
        free = shutil.disk_usage(folder).free
        if free < self.min_free_bytes:
            raise fault(Code.DISK_FULL, f"{free} bytes are free", free=free)


@contextmanager
def saying_full() -> Iterator[None]:
    """Turn the system's words for a full disk into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise fault(Code.DISK_FULL, str(error)) from error
        raise


async def receive(data: AsyncIterator[bytes], path: Path, max_bytes: int | None, room: Room) -> int:
    """Write `data` to a new file at `path`, flushed to the disk; returns its size.

    Raises `Fault` with `TOO_LARGE` or `DISK_FULL`; whoever owns the folder removes the rest.
    """
    size = 0
    with saying_full():
        room.check(path.parent)
        with opened(path, "xb") as file:
            async with aclosing(_blocks(data)) as blocks:
                async for block in blocks:
                    size += len(block)
                    if max_bytes is not None and size > max_bytes:
                        raise fault(Code.TOO_LARGE, limit=max_bytes)
                    await in_thread(partial(_write, file, block, path, room))
            await in_thread(partial(os.fsync, file.fileno()))
    return size


def opened(path: Path, mode: Literal["rb", "xb"]) -> BinaryIO:
    """The file, unbuffered. Not in a thread: a cancelled call would lose it there, still open."""
    return path.open(mode, buffering=0)


async def _blocks(data: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The same bytes in blocks of at least `BLOCK`, but for the last."""
    waiting = bytearray()
    async for piece in data:
        waiting += piece
        if len(waiting) >= BLOCK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _write(file: BinaryIO, block: bytes, path: Path, room: Room) -> None:
    room.check(path.parent)
    rest = memoryview(block)
    while rest:  # an unbuffered write may take less than it was given
        rest = rest[file.write(rest) :]
