"""A pretended Telegram with a person, and a bot for it."""

import pytest

from tests.fakes.clock import Clock
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.clients import (
    build,
    polling,
)


@pytest.fixture(autouse=True)
def spans(monkeypatch):
    """The library warns where it is not told to give times as timedelta."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def fake(clock):
    async with FakeTelegram.running(now=clock) as running:
        yield running


@pytest.fixture
def ada(fake):
    return fake.add_user("Ada")


@pytest.fixture
def chat(fake, ada):
    return fake.private(ada)


@pytest.fixture
def group(fake, ada):
    return fake.add_group("Band", admins=[ada], members=[fake.add_user("Bob")])


@pytest.fixture
async def bot(fake):
    """The methods of a bot that listens to nothing."""
    made = build(fake)
    async with made.bot:
        yield made.bot


@pytest.fixture
async def online(fake):
    async with polling(fake) as made:
        yield made
