"""The whole application with both dialects on loopback, and programs with keys that call it."""

import asyncio
import json
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import aiohttp
from aiohttp import web

from adapters.api import PLUGIN
from adapters.store.store import bring_up_to_date
from bot import lifecycle, wiring
from bot.operating import DATABASE
from bot.registry import PROVIDERS
from bot.settings import load_settings
from services import keys
from services.model import JobId, State
from tests import wav
from tests.fakes.at_discord import Shift
from tests.fakes.loopback import served

PATIENCE = 90  # seconds until a test that waits has failed; an engine may be compiled first


def tone(seconds: float = 1.0, hertz: float = 440.0) -> bytes:
    """A WAV file."""
    return wav.tone(hertz, seconds)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict
    raw: bytes

    @property
    def body(self):
        return json.loads(self.raw)

    @property
    def error(self):
        """noise-remover.com's error code."""
        return self.body["error"]["code"]


@dataclass
class Heard:
    """One callback as it came."""

    path: str
    headers: dict
    raw: bytes

    @property
    def body(self):
        return json.loads(self.raw)


@dataclass
class Ear:
    """Somebody's server that is called back. statuses: of the next answers; then 200."""

    origin: str = ""
    statuses: list = field(default_factory=list)
    heard: list = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self):
        return f"{self.origin}/hook"

    async def until(self, count=1):
        """The callbacks, once there are so many."""
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: len(self.heard) >= count)
        return self.heard

    async def take(self, request):
        async with self.changed:
            self.heard.append(Heard(request.path_qs, dict(request.headers), await request.read()))
            self.changed.notify_all()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@asynccontextmanager
async def listening():
    """An ear on loopback."""
    ear = Ear()
    app = web.Application(client_max_size=1 << 20)
    app.router.add_route("*", "/{rest:.*}", ear.take)
    async with served(app) as ear.origin:
        yield ear


class Program:
    """Somebody's program with a key."""

    def __init__(self, room, text: str) -> None:
        self.room = room
        self.text = text
        self.id = text.removeprefix(keys.BEGINNING)[: keys.ID_LETTERS]

    async def call(self, method, path, *, headers=None, **given) -> Answer:
        """One request; path: below the dialect's own place, or whole."""
        url = path if path.startswith("http") else f"{self.room.origin}{path}"
        async with self.room.session.request(
            method, url, headers=headers or {}, allow_redirects=False, **given
        ) as response:
            return Answer(response.status, dict(response.headers), await response.read())

    # noise-remover.com's dialect.

    async def remover(self, method, path, **given) -> Answer:
        headers = {"Authorization": f"Bearer {self.text}", **given.pop("headers", {})}
        return await self.call(method, f"/api/noise-remover/v1{path}", headers=headers, **given)

    async def enhance(self, sound=None, name="recording.wav", headers=None, **fields) -> Answer:
        """POST /enhance."""
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_field("file", tone() if sound is None else sound, filename=name)
        for field_name, value in fields.items():
            form.add_field(field_name, value)
        return await self.remover("POST", "/enhance", data=form, headers=headers or {})

    async def enhanced(self, **given) -> dict:
        """A job at its end, as GET /job tells it."""
        taken = await self.enhance(**given)
        assert taken.status == 202, taken.raw
        job = taken.body["job_id"]
        await self.room.done(job)
        return (await self.remover("GET", f"/job/{job}")).body

    # MusicGPT's dialect.

    async def gpt(self, method, path, **given) -> Answer:
        headers = {"Authorization": self.text, **given.pop("headers", {})}
        return await self.call(method, f"/api/musicgpt/v1{path}", headers=headers, **given)

    async def convert(self, operation="denoise", sound=None, name="audio.wav", **fields) -> Answer:
        """POST a file to an operation."""
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_field("audio_file", tone() if sound is None else sound, filename=name)
        for field_name, value in fields.items():
            form.add_field(field_name, value)
        return await self.gpt("POST", f"/{operation}", data=form)

    async def by_id(self, task_id, kind="DENOISING") -> Answer:
        return await self.gpt("GET", "/byId", params={"conversionType": kind, "task_id": task_id})


class Room:
    """An open application with its API."""

    def __init__(self, app, origin, session, clock) -> None:
        self.app = app
        self.origin = origin
        self.session = session
        self.clock = clock
        self._changed = asyncio.Condition()
        self._telling = set()
        app.journal.observe(self._moved)

    def _moved(self, job, event) -> None:
        task = asyncio.get_running_loop().create_task(self._tell())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def program(self, name="program", plan="api_unlimited", webhook_url="") -> Program:
        """Somebody with a new key."""
        text, key = keys.made(name, self.app.now())
        await self.app.store.write(lambda tx: keys.add(tx, key, plan))
        if webhook_url:
            await self.app.store.write(lambda tx: keys.call_back(tx, name, webhook_url))
        return Program(self, text)

    async def secret(self, program) -> str:
        """What its callbacks are signed with."""
        key = await self.app.store.read(lambda tx: keys.of_space(tx, program.id))
        return keys.webhook_secret(self.app.signer, key)

    async def jobs(self):
        """Every job that there is."""
        return await self.app.store.read(lambda tx: tx.jobs(limit=1000))

    async def job(self, name):
        """The job behind a name or a task of either dialect, or by its own id."""
        from adapters.api import places

        job_id = places.named(name) or places.held_by(name, places.TASK) or JobId(name)
        return await self.app.store.read(lambda tx: tx.job(job_id))

    async def until(self, is_so):
        """Wait until `await is_so()`; looks after every change."""
        async with asyncio.timeout(PATIENCE), self._changed:
            while not await is_so():
                await self._changed.wait()

    async def done(self, name):
        """The job at its end."""

        async def is_done():
            return (await self.job(name)).state is State.DONE

        await self.until(is_done)
        return await self.job(name)


@cache
def empty_database() -> bytes:
    """One that is up to date: to bring it there takes longer than all else that is opened."""
    with tempfile.TemporaryDirectory() as folder:
        bring_up_to_date(None, Path(folder))
        return (Path(folder) / DATABASE).read_bytes()


@asynccontextmanager
async def open_room(folder, *, works=True, clock=None, providers=PROVIDERS, **settings):
    """The application in a folder, served on a free port."""
    clock = clock or Shift()
    database = folder / "data" / DATABASE
    if "database_url" not in settings and not database.exists():
        database.parent.mkdir(parents=True, exist_ok=True)
        database.write_bytes(empty_database())
    api = settings.pop("api", {})
    made = load_settings(
        (PLUGIN,),
        providers,
        env_file=None,
        data_dir=folder / "data",
        http={"port": 0, **settings.pop("http", {})},
        api={"enabled": True, **api},
        **settings,
    )
    async with (
        wiring.build(made, platforms=(PLUGIN,), providers=providers, now=clock, warm=False) as app,
        lifecycle.serving(app) as port,
        aiohttp.ClientSession() as session,
    ):
        room = Room(app, f"http://127.0.0.1:{port}", session, clock)
        if not works:
            yield room
            return
        async with lifecycle.working(app):
            yield room
