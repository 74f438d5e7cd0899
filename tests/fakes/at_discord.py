"""The built application on a pretended Discord."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot import lifecycle, wiring
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import load_settings
from services.model import Kind, State
from tests.fakes.discord import FakeDiscord

PATIENCE = 90  # seconds until a test that waits has failed; a busy machine is several times slower


class Shift:
    """The real clock, which tests may put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class AtDiscord:
    """An application that listens to a pretended Discord, and the people there."""

    def __init__(self, app: wiring.App, discord: FakeDiscord, clock: Shift) -> None:
        self.app = app
        self.discord = discord
        self.clock = clock
        self._changed = asyncio.Condition()
        self._loop = asyncio.get_running_loop()
        app.journal.observe(self._moved)

    def _moved(self, job, event) -> None:
        self._loop.create_task(self._tell())

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def jobs(self):
        """All jobs, oldest first."""
        return (await self.app.store.read(lambda tx: tx.jobs()))[::-1]

    async def done(self, count: int = 1):
        """The jobs, when so many of them are done."""
        async with asyncio.timeout(PATIENCE), self._changed:
            while True:
                jobs = await self.jobs()
                if sum(job.state is State.DONE for job in jobs) >= count:
                    return jobs
                await self._changed.wait()

    async def until(self, is_so):
        """Wait until this is so of the jobs, oldest first; looks after every change."""
        async with asyncio.timeout(PATIENCE), self._changed:
            while not is_so(await self.jobs()):
                await self._changed.wait()

    async def done_or_gone(self):
        """Wait until no job is under way."""
        async with asyncio.timeout(PATIENCE), self._changed:
            while any(job.state is not State.DONE for job in await self.jobs()):
                await self._changed.wait()

    async def reached(self, state: State):
        """The newest job, when it is there."""
        async with asyncio.timeout(PATIENCE), self._changed:
            while not [job for job in await self.jobs() if job.state is state]:
                await self._changed.wait()
        return (await self.jobs())[-1]


@asynccontextmanager
async def at_discord(
    folder,
    discord: FakeDiscord,
    providers=PROVIDERS,
    clock=None,
    works=True,
    listens=True,
    waits=True,
    token=None,
    more=None,
    **settings,
):
    """Build it, run it, close it; the folder keeps what a restart finds again."""
    clock = clock or Shift()
    told = {"token": token or discord.token, "api_base": discord.api_base, **(more or {})}
    made = load_settings(
        PLATFORMS, providers, data_dir=folder / "data", discord=told, env_file=None, **settings
    )
    async with (
        built(made, providers, clock) as app,
        lifecycle.working(app, tuple(Kind) if works else ()),
        lifecycle.hearing(app, list(app.platforms) if listens else []),
    ):
        if listens and waits:
            await discord.connected()
        yield AtDiscord(app, discord, clock)


def built(made, providers, clock):
    """The application with the platforms that are set up."""
    platforms = wiring.wanted(made, PLATFORMS)
    return wiring.build(made, platforms=platforms, providers=providers, now=clock, warm=False)
