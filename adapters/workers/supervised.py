"""Port Workers over child processes in three lanes: heavy, light and quick."""

import asyncio
import contextlib
import logging
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.workers.child import FOLDER, Setup
from adapters.workers.lane import Lane
from services.model import Progress
from services.ports import Report, SoundTask
from services.problems import Fault

log = logging.getLogger(__name__)

HEAVY = frozenset(("clean", "stems", "warm"))  # minutes of both cores
LIGHT = frozenset(("convert", "draw"))  # seconds
# Everything else is quick: a person waits for the answer.

MEMORY_BYTES = 2 << 30  # of address space; 0.8 GB were seen, and hostile files get no more
ENGINE = (
    *("services.audio.cleaning", "services.audio.drawing"),
    *("services.engine.denoise", "services.engine.enhance"),
)
WARM_TIMEOUT = timedelta(minutes=10)  # the very first start compiles the engine


class SupervisedWorkers:
    """Port Workers."""

    def __init__(self, processes: int, setup: Setup) -> None:
        self._heavy = Lane(processes, replace(setup, modules=ENGINE))
        small = replace(setup, memory_bytes=setup.memory_bytes // 2)
        self._light = Lane(1, small)
        self._quick = Lane(1, small)

    async def run(
        self, task: SoundTask, *, timeout: timedelta, progress: Report | None = None
    ) -> Mapping[str, Any]:
        """As the port promises. The timeout begins when a child takes the task."""

        def report(fraction: float) -> None:
            if progress is not None:
                progress(Progress(fraction=fraction))

        return await self._lane(task.name).run(task, timeout, report)

    def sandbox(self) -> Mapping[str, bool]:
        """What the system allowed children to give up; empty before the first one started."""
        return self._quick.sandbox or self._light.sandbox or self._heavy.sandbox

    async def close(self) -> None:
        """End every child process."""
        await asyncio.gather(self._heavy.close(), self._light.close(), self._quick.close())

    def _lane(self, name: str) -> Lane:
        if name in HEAVY:
            return self._heavy
        return self._light if name in LIGHT else self._quick


@asynccontextmanager
async def open_workers(
    processes: int,
    *,
    warm: bool = True,
    memory_bytes: int = MEMORY_BYTES,
    folder: Path | None = None,
    tasks: str = "services.audio.tasks",
) -> AsyncIterator[SupervisedWorkers]:
    """Workers with `processes` children for heavy work, beside two small ones.

    Opening returns at once; children start when first needed, and with `warm` one heavy child
    loads the engine in the background. folder: for the children's scratch, made and swept here;
    best on a real disk, because an hour of enhanced stereo needs 1.4 GB of it.
    """
    if folder is not None:
        await asyncio.to_thread(_sweep, folder)
    workers = SupervisedWorkers(processes, Setup(memory_bytes, tasks, folder))
    warming = asyncio.create_task(_warm(workers)) if warm else None
    try:
        yield workers
    finally:
        if warming is not None:
            warming.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await warming
        await workers.close()


async def _warm(workers: SupervisedWorkers) -> None:
    try:
        await workers.run(SoundTask("warm", ()), timeout=WARM_TIMEOUT)
    except Fault as error:
        # The first person's job will try again, and say what is wrong.
        log.warning("engine not warm", extra={"detail": error.problem.detail})


def _sweep(folder: Path) -> None:
    """Remove what children of a parent that was killed left behind."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{FOLDER}*-*"):
        parent = left.name.removeprefix(FOLDER).split("-")[0]
        if not (parent.isdigit() and _runs(int(parent))):
            shutil.rmtree(left, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
