"""The whole application in a folder, with chats and providers that tests hold in their hands."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.plugin import ProviderPlugin
from adapters.providers.local import LocalSettings
from bot import lifecycle, wiring
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import load_settings
from services import quotas
from services.model import Address, Ask, JobId, Person, Source, State
from tests.fakes.chat import FileChat

HERE = Address("discord", "space", "chat")
PATIENCE = 90  # seconds until a test that waits has failed; a busy machine is several times slower


class World:
    """An open application and what happened in it."""

    def __init__(self, app: wiring.App, chat: FileChat) -> None:
        self.app = app
        self.chat = chat
        self.moves: list[tuple[str, str]] = []
        self._changed = asyncio.Condition()
        self._loop = asyncio.get_running_loop()
        app.journal.observe(self._moved)

    def _moved(self, job, event) -> None:
        self.moves.append((job.id, type(event).__name__))
        self._loop.create_task(self._tell())

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def ask(self, path: Path, command: str = "denoise", event: str = "e1", **options):
        """Ask as a person would; returns the job's id."""
        (card,) = await self.app.desk.handle(an_ask(path, command, event, **options))
        receipt = await self.chat.post(None, card, card.job)
        await self.app.desk.shown(card.job, receipt)
        return card.job

    async def job(self, job_id: JobId):
        """The job as it stands."""
        return await self.app.store.read(lambda tx: tx.job(job_id))

    async def until(self, is_so: Callable) -> None:
        """Wait until `is_so` of a job that the argument closes over; looks after every change."""
        async with asyncio.timeout(PATIENCE), self._changed:
            while not await is_so():
                await self._changed.wait()

    async def done(self, job_id: JobId):
        """The job at its end."""

        async def is_done():
            return (await self.job(job_id)).state is State.DONE

        await self.until(is_done)
        return await self.job(job_id)

    async def heard(self, is_so: Callable[[], bool]) -> None:
        """Wait until the chat says so."""
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                self.chat.said.clear()
                await self.chat.said.wait()

    async def spent(self, scope: str = "", address: Address | None = None) -> float:
        """Seconds that count in this scope, or in the space of this address."""
        since, place = self.app.now().replace(year=2000), address or HERE

        def count(tx):
            return tx.spent(scope or quotas.space_scope(tx, place), since)

        return await self.app.store.read(count) / 1000


def an_ask(path, command="denoise", event="e1", person="person", chat="chat", **options) -> Ask:
    return Ask(
        command=command,
        options={"format": "wav", **options},
        sources=(Source(Path(path).name, ref=str(path)),),
        person=person if isinstance(person, Person) else Person(person),
        address=Address("discord", "space", chat),
        event=event,
    )


def plugin_of(name: str, make: Callable) -> ProviderPlugin:
    """A provider plugin for one object that `make(tools)` gives."""

    @asynccontextmanager
    async def opened(settings, tools):
        yield make(tools)

    return ProviderPlugin(name, LocalSettings, lambda settings: True, opened)


@asynccontextmanager
async def world(folder: Path, plugins=PROVIDERS, works=True, **settings):
    """Build it, run it, close it."""
    made = load_settings(PLATFORMS, plugins, data_dir=folder / "data", **settings)
    chat = FileChat(folder / "chat.log")
    async with wiring.build(
        made,
        platforms=(),
        providers=plugins,
        messengers={"discord": lambda files: chat},
        warm=False,
    ) as app:
        if not works:
            yield World(app, chat)
            return
        async with lifecycle.working(app):
            yield World(app, chat)
