"""Port Workers over child processes in four lanes: heavy, light, quick, and one for models."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.workers.child import Child, Setup
from adapters.workers.lane import Lane
from services.ports import Report, SoundTask
from services.problems import Fault
from services.showing import Progress

log = logging.getLogger(__name__)

HeadStart = asyncio.Task[Child]
"""A heavy child on its way."""

HEAVY = frozenset(("clean", "stems", "warm", "warm-rest"))  # minutes of both cores
DRAW = "draw"  # seconds
CONVERT = frozenset(("convert", "remux"))  # minutes where hours must fit a small chat
MODELS = frozenset(("models", "model-stems"))  # as long as the sound and longer
# Everything else is quick: a person waits for the answer.

MEMORY_BYTES = 2 << 30  # of address space; 0.8 GB were seen, and hostile files get no more
# What is written to counts, not addresses: libraries for models map gigabytes, and 1.7 GB were
# in use by the largest of Demucs' models.
MODEL_BYTES = 12 << 30
ENGINE = (
    *("services.audio.cleaning", "services.audio.drawing"),
    *("services.engine.denoise", "services.engine.enhance"),
)
WARM_TIMEOUT = timedelta(minutes=10)  # the very first start compiles the engine


class SupervisedWorkers:
    """Port Workers."""

    def __init__(
        self,
        processes: int,
        setup: Setup,
        models: Path | None = None,
        first: HeadStart | None = None,
    ) -> None:
        self._heavy = Lane(processes, replace(setup, modules=ENGINE), first=first)
        small = replace(setup, memory_bytes=setup.memory_bytes // 2)
        # Nobody's picture waits until somebody's hours fit a chat.
        self._drawing = Lane(1, small, keep=0)
        self._converting = Lane(1, small, keep=0)
        # The first to open a stranger's file: it leaves nothing that another child would run.
        self._quick = Lane(1, replace(small, keeps_code=False))
        # Model files are programs: what they do stays in their child, and one is enough for all.
        alone = replace(setup, bound="DATA", memory_bytes=MODEL_BYTES, keeps_code=False)
        early = ("services.audio.models.early",)
        alone = replace(alone, models=models, threads=os.cpu_count() or 1, modules=early)
        self._models = Lane(1, alone, keep=0, most_memory=MODEL_BYTES // 2)
        self._processes = processes
        self._warming: asyncio.Task[None] | None = None
        self._warming_rest: asyncio.Task[None] | None = None

    async def run(
        self, task: SoundTask, *, timeout: timedelta, progress: Report | None = None
    ) -> Mapping[str, Any]:
        """As the port promises. The timeout begins when a child takes the task."""

        def report(fraction: float) -> None:
            if progress is not None:
                progress(Progress(fraction=fraction))

        if self._warming is not None and task.name in HEAVY:
            # The child that loads the engine will be free before another one could be.
            await asyncio.wait({self._warming})
        return await self._lane(task.name).run(task, timeout, report)

    def warm(self) -> None:
        """Load the engine in the background, in one heavy child."""
        self._warming = asyncio.create_task(_warm(self._heavy, "warm"))

    def warm_rest(self) -> None:
        """The same for what is asked for less often, where another child is left for the rest."""
        if self._processes > 1:
            self._warming_rest = asyncio.create_task(self._warm_rest())

    async def _warm_rest(self) -> None:
        if self._warming is not None:
            await asyncio.wait({self._warming})
        await _warm(self._heavy, "warm-rest")

    def sandbox(self) -> Mapping[str, bool]:
        """What the system allowed children to give up; empty before the first one started."""
        return self._quick.sandbox or self._drawing.sandbox or self._heavy.sandbox

    async def close(self) -> None:
        """End every child process."""
        warming = {each for each in (self._warming, self._warming_rest) if each is not None}
        for each in warming:
            each.cancel()
        if warming:
            await asyncio.wait(warming)
        lanes = (self._heavy, self._drawing, self._converting, self._quick, self._models)
        await asyncio.gather(*(lane.close() for lane in lanes))

    def _lane(self, name: str) -> Lane:
        if name in HEAVY:
            return self._heavy
        if name in MODELS:
            return self._models
        if name in CONVERT:
            return self._converting
        return self._drawing if name == DRAW else self._quick


@asynccontextmanager
async def open_workers(
    processes: int,
    *,
    warm: bool = True,
    memory_bytes: int = MEMORY_BYTES,
    folder: Path | None = None,
    tasks: str = "services.audio.tasks",
    models: Path | None = None,
    first: HeadStart | None = None,
) -> AsyncIterator[SupervisedWorkers]:
    """Workers with `processes` children for heavy work, beside two small ones.

    Opening returns at once; children start when first needed, and with `warm` one heavy child
    loads the engine in the background. folder: for the children's scratch; best on a real disk,
    because an hour of enhanced stereo needs 1.4 GB of it. models: where model files lie; without
    it no task may want one. first: what `head_start` gave, if `tasks` and memory are the usual.
    """
    setup = Setup(memory_bytes, tasks, folder)
    workers = SupervisedWorkers(processes, setup, models.resolve() if models else None, first)
    if warm and first is None:
        workers.warm()
    try:
        yield workers
    finally:
        await workers.close()


@asynccontextmanager
async def head_start(folder: Path) -> AsyncIterator[HeadStart]:
    """The first heavy child, started and made warm before it is known who will want it.

    folder: for its scratch. Whether the child was used or not, it is gone at the end.
    """
    setup = Setup(MEMORY_BYTES, folder=folder, modules=ENGINE)
    starting = asyncio.create_task(_loaded(setup))
    try:
        yield starting
    finally:
        starting.cancel()
        with suppress(asyncio.CancelledError, Fault):
            await (await starting).kill()


async def _loaded(setup: Setup) -> Child:
    child = await Child.start(setup)
    try:
        async with asyncio.timeout(WARM_TIMEOUT.total_seconds()):
            seconds = WARM_TIMEOUT.total_seconds()
            await child.do(SoundTask("warm", ()), seconds, lambda _fraction: None)
    except (Fault, TimeoutError):
        # Whoever wants the engine tries again, and hears what is wrong.
        await child.kill()
    except BaseException:
        await child.kill()
        raise
    return child


async def _warm(lane: Lane, task: str) -> None:
    try:
        await lane.run(SoundTask(task, ()), WARM_TIMEOUT, lambda _fraction: None)
    except Fault as error:
        # The first person's job will try again, and say what is wrong.
        log.warning("engine not warm", extra={"detail": error.problem.detail})
