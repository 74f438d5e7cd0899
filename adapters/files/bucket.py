"""Files in an S3-compatible object store, through obstore."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from datetime import datetime
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, NotFoundError, PreconditionError
from obstore.store import S3Store

from adapters.files.blocking import in_thread
from adapters.files.keys import checked_key, checked_prefix, folder_of
from adapters.files.receiving import Room, receive
from adapters.files.scratch import Scratch

ONE_PIECE = 8 * 1024 * 1024  # bytes; larger files go in parts, so that memory stays small
DELETE_AT_ONCE = 1000  # keys in one S3 DeleteObjects


class Bucket:
    """The port `Files` over a bucket.

    A stream is received on the local disk first: so its size is known and within its cap before
    the store hears of it, and no half upload is left there when the sender breaks off.
    """

    def __init__(self, store: S3Store, scratch: Scratch, room: Room) -> None:
        self._store = store
        self._scratch = scratch
        self._room = room

    async def put(
        self, key: str, data: AsyncIterator[bytes], *, max_bytes: int | None = None
    ) -> int:
        """Store a stream under a new key, all or nothing; returns its size."""
        await self._require_new(key)
        is_stored = False
        try:
            async with self._scratch.folder() as folder:
                received = folder / "received"
                size = await receive(data, received, max_bytes, self._room)
                await self._upload(key, received, size)
                is_stored = True
        except asyncio.CancelledError:  # while the folder was removed
            if is_stored:
                await obstore.delete_async(self._store, key)
            raise
        return size

    async def put_path(self, key: str, path: Path) -> int:
        """Store a finished local file, replacing what lies there."""
        checked_key(key)
        size = (await in_thread(path.stat)).st_size
        await obstore.put_async(self._store, key, path)
        return size

    async def get(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`."""
        size = await self.size(key)
        end = size if end is None else min(end, size)
        if start >= end:  # the store would call an empty range an error
            return
        while start < end:
            # One request for each piece: the store's timeout is that of a whole answer.
            stop = min(start + ONE_PIECE, end)
            with saying_missing(key):
                piece = await obstore.get_range_async(self._store, key, start=start, end=stop)
            yield bytes(piece)
            start = stop

    async def size(self, key: str) -> int:
        """Bytes. Raises `FileNotFoundError`."""
        checked_key(key)
        with saying_missing(key):
            return (await obstore.head_async(self._store, key))["size"]

    @asynccontextmanager
    async def local(self, key: str) -> AsyncIterator[Path]:
        """A copy of the bytes, removed at the end."""
        async with self._scratch.folder() as folder:
            path = folder / key.rpartition("/")[2]
            await receive(self.get(key), path, None, Room(0))
            yield path

    def scratch(self) -> AbstractAsyncContextManager[Path]:
        """An empty private folder, removed at the end whatever happens."""
        return self._scratch.folder()

    async def delete(self, prefix: str) -> int:
        """Remove every key that begins so; returns how many."""
        if not checked_prefix(prefix):
            raise ValueError("An empty prefix would remove everything.")
        keys = [key async for key, _ in self.list(prefix)]
        for start in range(0, len(keys), DELETE_AT_ONCE):
            await obstore.delete_async(self._store, keys[start : start + DELETE_AT_ONCE])
        return len(keys)

    async def list(self, prefix: str) -> AsyncIterator[tuple[str, datetime]]:
        """Keys that begin so, with the time of their last change."""
        folder = folder_of(checked_prefix(prefix))
        found = obstore.list(self._store, folder or None, offset=just_before(prefix))
        async for page in found:
            for one in page:
                if one["path"].startswith(prefix):
                    yield one["path"], one["last_modified"]
                elif one["path"] > prefix:  # S3 lists in order: nothing more begins so
                    return

    async def _require_new(self, key: str) -> None:
        with suppress(FileNotFoundError):
            await self.size(key)
            raise FileExistsError(key)

    async def _upload(self, key: str, path: Path, size: int) -> None:
        """Create the object; when cancelled, wait for the answer and take it away again."""
        upload = asyncio.ensure_future(self._create(key, path, size))
        try:
            await asyncio.shield(upload)
        except asyncio.CancelledError:
            await asyncio.wait([upload])
            if upload.exception() is None:
                await obstore.delete_async(self._store, key)
            raise

    async def _create(self, key: str, path: Path, size: int) -> None:
        if size > ONE_PIECE:
            # Parts know no "create": two senders of one large key at once are not told apart.
            await obstore.put_async(self._store, key, path)
            return
        try:
            await obstore.put_async(self._store, key, path, mode="create", use_multipart=False)
        except (AlreadyExistsError, PreconditionError) as error:
            raise FileExistsError(key) from error


@contextmanager
def saying_missing(key: str) -> Iterator[None]:
    """Turn the store's word for a missing object into Python's."""
    try:
        yield
    # obstore says it in either way, and Python's own word comes with a page of its insides.
    except (NotFoundError, FileNotFoundError) as error:
        raise FileNotFoundError(key) from error


def just_before(prefix: str) -> str | None:
    """A name that sorts after every key before `prefix`, and before every key that begins so.

    None where the whole folder is wanted anyway.
    """
    if not prefix or prefix.endswith("/"):
        return None
    return f"{prefix[:-1]}{chr(ord(prefix[-1]) - 1)}~"  # no key has a ~, which sorts after all
