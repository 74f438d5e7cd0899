"""The web chat on loopback, with the real desk, store and files behind it."""

from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import CookieJar, DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from adapters.files.blobs import open_files
from adapters.http.app import application
from adapters.plugin import Core, Platform
from adapters.store.store import open_store
from adapters.web import PLUGIN
from adapters.web.settings import WebSettings
from adapters.workers import SupervisedWorkers, open_workers
from services.links import Signer
from tests.adapters.web.browser import Browser
from tests.conftest import Storage
from tests.fakes.clock import Clock
from tests.fakes.desk import Bench
from tests.ports import free_port


@dataclass
class House:
    """An open web chat and what lies behind it."""

    bench: Bench
    platform: Platform
    clock: Clock
    server: TestServer
    folder: object
    workers: SupervisedWorkers

    @asynccontextmanager
    async def browser(self, *, keeps_cookies=True):
        """One more browser, with cookies of its own."""
        jar = CookieJar(unsafe=True) if keeps_cookies else DummyCookieJar()
        async with TestClient(self.server, cookie_jar=jar) as client:
            yield Browser(client, self)


@asynccontextmanager
async def open_house(folder, *, password=None, host="127.0.0.1", public_url=None):
    """The web chat, served on a free port."""
    clock = Clock()
    async with (
        open_store(None, folder) as store,
        open_files(None, folder, Storage()) as files,
        open_workers(1, warm=False) as workers,
    ):
        bench = Bench(store, files, clock)
        port = free_port()
        core = Core(
            desk=bench.desk,
            store=store,
            files=files,
            workers=workers,
            signer=Signer("a secret of the tests"),
            now=clock,
            public_url=public_url,
            http_host=host,
            http_port=port,
        )
        settings = WebSettings(password=SecretStr(password) if password else None)
        async with PLUGIN.open(settings, core) as platform:
            server = TestServer(application(platform.routes), host="127.0.0.1", port=port)
            await server.start_server()
            yield House(bench, platform, clock, server, folder, workers)
            await server.close()


@pytest.fixture
async def house(tmp_path):
    """A web chat without a password, as on one's own machine."""
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
async def browser(house):
    """A visitor's browser that has opened the page."""
    async with house.browser() as opened:
        await opened.boot()
        yield opened
