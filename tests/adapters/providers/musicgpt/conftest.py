"""A pretended MusicGPT, and our provider talking to it."""

from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from adapters.files.blobs import open_files
from adapters.plugin import Tools
from adapters.providers.musicgpt import PLUGIN
from tests.adapters.providers.musicgpt.orders import SOUND, Checking, Converting
from tests.conftest import Storage
from tests.fakes.clock import Clock
from tests.fakes.jobs import CLIP
from tests.fakes.musicgpt import FakeMusicGpt


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def fake(clock):
    async with FakeMusicGpt.running(now=clock) as running:
        yield running


@pytest.fixture
async def tools(clock, tmp_path):
    async with open_files(None, tmp_path, Storage()) as files:
        path = tmp_path / "sound"
        path.write_bytes(SOUND)
        await files.put_path(CLIP.key, path)
        yield Tools(files, Converting(), clock, fetcher=Checking())


@pytest.fixture
async def opened(fake, tools):
    """Opens the provider with these settings, until the end of the test."""
    async with AsyncExitStack() as stack:

        async def opened(*, is_called=True, **given):
            told = {"api_key": fake.key, "base_url": fake.base, **given}
            settings = PLUGIN.settings(**told)
            assert PLUGIN.is_on(settings)
            return await stack.enter_async_context(
                PLUGIN.open(settings, replace(tools, is_called=is_called))
            )

        yield opened


@pytest.fixture
async def provider(opened):
    return await opened()
