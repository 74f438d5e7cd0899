"""Something in the engine's place that gives the recording back, when a test lets it."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from bot import wiring
from services.events import Finished
from services.model import Kind, Result
from services.problems import Fault, Problem
from tests.adapters.api.room import open_room
from tests.fakes.remote import Remote


class Engine(Remote):
    """Port Provider. goes_on: clear it to hold the work. breaks: the problem that it ends with."""

    kind = Kind.SOUND
    paid = False

    def __init__(self) -> None:
        super().__init__("local", "Engine")
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.breaks: Problem | None = None

    async def accept(self, order, estimate=None):
        """The clip itself, for each part."""
        await self.goes_on.wait()
        if self.breaks is not None:
            raise Fault(self.breaks)
        keys = [(part, f"{order.job}/{part}.wav") for part in order.recipe.parts]
        async with self.tools.files.local(order.clip.key) as path:
            for _, key in keys:
                async with self.tools.files.scratch() as folder:
                    copy = folder / "copy"
                    copy.write_bytes(path.read_bytes())
                    await self.tools.files.put_path(key, copy)
        return Finished(tuple(Result(part, key) for part, key in keys))


@asynccontextmanager
async def quick_room(folder, engine=None, **given):
    """A room whose jobs cost nothing."""
    async with open_room(folder, providers=((engine or Engine()).plugin,), **given) as room:
        yield room


@asynccontextmanager
async def told_room(folder, borrowed_workers, **given):
    """The same for what a whole file of tests looks at, before any test's own fixtures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "open_workers", borrowed_workers)
        async with quick_room(folder, **given) as room:
            yield room
