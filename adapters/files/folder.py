"""Files in a local folder.

Written with the system's own calls and not through obstore: only they give an atomic create
that was flushed to the disk, the path itself to read from, and an exact word for a full disk.
"""

import errno
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from adapters.files.blocking import in_thread
from adapters.files.keys import checked_key, checked_prefix, folder_of
from adapters.files.receiving import BLOCK, Room, opened, receive, saying_full
from adapters.files.scratch import Scratch

NO_HARD_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK)


class Folder:
    """The port `Files` over a folder of this machine."""

    def __init__(self, root: Path, incoming: Scratch, scratch: Scratch, room: Room) -> None:
        self._root = root
        self._incoming = incoming  # on the same file system, so that a finished file can be moved
        self._scratch = scratch
        self._room = room

    async def put(
        self, key: str, data: AsyncIterator[bytes], *, max_bytes: int | None = None
    ) -> int:
        """Store a stream under a new key, all or nothing; returns its size."""
        target = self._path(key)
        if target.exists():
            raise FileExistsError(key)
        with _undone_unless_told() as placed:
            async with self._incoming.folder() as folder:
                received = folder / "received"
                size = await receive(data, received, max_bytes, self._room)
                await in_thread(partial(_place, target, partial(_link, received, placed)))
        return size

    async def put_path(self, key: str, path: Path) -> int:
        """Store a finished local file, replacing what lies there; `path` is moved away."""
        target = self._path(key)
        async with self._incoming.folder() as folder:
            return await in_thread(partial(_move_in, path, folder / "moved", target))

    async def get(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`."""
        with opened(self._path(key), "rb") as file:
            file.seek(start)
            left = None if end is None else max(0, end - start)
            while block := await in_thread(
                partial(file.read, BLOCK if left is None else min(left, BLOCK))
            ):
                yield block
                left = None if left is None else left - len(block)

    async def size(self, key: str) -> int:
        """Bytes. Raises `FileNotFoundError`."""
        path = self._path(key)
        return (await in_thread(path.stat)).st_size

    @asynccontextmanager
    async def local(self, key: str) -> AsyncIterator[Path]:
        """The file itself, to read only."""
        path = self._path(key)
        await in_thread(path.stat)  # says that it is missing before anybody works with the path
        yield path

    def scratch(self) -> AbstractAsyncContextManager[Path]:
        """An empty private folder, removed at the end whatever happens."""
        return self._scratch.folder()

    async def delete(self, prefix: str) -> int:
        """Remove every key that begins so; returns how many."""
        if not checked_prefix(prefix):
            raise ValueError("An empty prefix would remove everything.")
        return await in_thread(lambda: self._delete(prefix))

    async def list(self, prefix: str) -> AsyncIterator[tuple[str, datetime]]:
        """Keys that begin so, with the time of their last change."""
        checked_prefix(prefix)
        for found in await in_thread(lambda: list(self._dated(prefix))):
            yield found

    def _path(self, key: str) -> Path:
        return self._root / checked_key(key)

    def _walk(self, prefix: str) -> Iterator[tuple[str, Path]]:
        for folder, folders, names in os.walk(self._root / folder_of(prefix)):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                path = Path(folder, name)
                key = path.relative_to(self._root).as_posix()
                if key.startswith(prefix):
                    yield key, path

    def _dated(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        for key, path in self._walk(prefix):
            with suppress(FileNotFoundError):  # removed while we looked
                yield key, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def _delete(self, prefix: str) -> int:
        count = 0
        for _, path in list(self._walk(prefix)):
            with suppress(FileNotFoundError):
                path.unlink()
                count += 1
            _remove_empty(path.parent, self._root)
        return count


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root:
        try:
            folder.rmdir()
        except OSError:  # not empty, or gone already
            return
        folder = folder.parent


def _place(target: Path, step: Callable[[Path], None]) -> None:
    """Make the folder, put the file there, and flush the folder, or the name may be lost."""
    with saying_full():
        for is_last in (False, False, True):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                step(target)
            except FileNotFoundError:  # `delete` has just removed the empty folder
                if is_last:
                    raise
            else:
                break
        _flush(target.parent)


def _link(source: Path, placed: list[Path], target: Path) -> None:
    """Give the file its name if nobody has it; `FileExistsError` otherwise."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        target.touch(exist_ok=False)
        source.replace(target)
    placed.append(target)


@contextmanager
def _undone_unless_told() -> Iterator[list[Path]]:
    """Remove what was placed when the caller hears anything but success, e.g. a cancellation."""
    placed: list[Path] = []
    try:
        yield placed
    except BaseException:
        for path in placed:
            path.unlink(missing_ok=True)
        raise


def _move_in(path: Path, moved: Path, target: Path) -> int:
    with saying_full():
        try:
            path.replace(moved)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            shutil.copyfile(path, moved)
        _flush(moved)
        size = moved.stat().st_size
        _place(target, partial(os.replace, moved))
    return size


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
