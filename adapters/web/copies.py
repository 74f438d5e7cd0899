"""Copies of sounds for players: Opus, which every browser plays, made when first asked for."""

import asyncio
from datetime import timedelta
from weakref import WeakValueDictionary

from services.model import JobId
from services.ports import Files, SoundTask, Workers
from services.problems import Code, fault

TIMEOUT = timedelta(minutes=10)


class Copies:
    """Each copy is made once and lies beside the results of its job, so that it goes with them."""

    def __init__(self, files: Files, workers: Workers) -> None:
        self._files = files
        self._workers = workers
        # One at a time: results wait for the same child to draw their pictures.
        self._turn = asyncio.Semaphore(1)
        # One for each copy that is being made; who waits for it keeps it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def of(self, job: JobId, part: str, key: str) -> str:
        """The key of the copy of the sound at `key`, of the same length.

        Whoever asks while it is being made waits. Raises `Fault` with `FILE_GONE` when the sound
        is not there, and what `Workers.run` raises.
        """
        copy = f"{job}/play-{part}.ogg"
        lock = self._locks.setdefault(copy, asyncio.Lock())
        async with lock:
            if not await self._is_there(copy):
                await self._make(key, copy)
        return copy

    async def _is_there(self, key: str) -> bool:
        try:
            await self._files.size(key)
        except FileNotFoundError:
            return False
        return True

    async def _make(self, key: str, copy: str) -> None:
        try:
            async with (
                self._turn,
                self._files.local(key) as path,
                self._files.scratch() as folder,
            ):
                made = folder / "copy.ogg"
                task = SoundTask("convert", [path], [made], {"format": "ogg"})
                await self._workers.run(task, timeout=TIMEOUT)
                await self._files.put_path(copy, made)
        except FileNotFoundError:
            raise fault(Code.FILE_GONE, name="") from None
