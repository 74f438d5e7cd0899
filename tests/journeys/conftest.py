"""A pretended Discord that nobody may ask for more than it allows."""

from datetime import timedelta

import pytest

from adapters.discord import completing, replying
from adapters.telegram import presses
from bot import wiring
from services import worker
from tests.fakes.at_discord import Shift
from tests.fakes.discord import FakeDiscord
from tests.fakes.telegram import FakeTelegram
from tests.journeys.discord_room import Room


@pytest.fixture(autouse=True)
def shares_workers(monkeypatch, borrowed_workers):
    """Applications come and go, their children stay."""
    monkeypatch.setattr(wiring, "open_workers", borrowed_workers)


@pytest.fixture(autouse=True)
def has_time(monkeypatch):
    """What is answered otherwise when it takes too long does not, on a machine that is busy."""
    monkeypatch.setattr(presses, "PATIENCE", 60.0)
    for module in (replying, completing):
        # Discord itself waits for three.
        monkeypatch.setattr(module, "PATIENCE", 2.5)


@pytest.fixture
def clock():
    """The time at which Discord lives; the application's too where a test hands it over."""
    return Shift()


@pytest.fixture
async def discord(clock):
    async with FakeDiscord.running(now=clock) as fake:
        yield fake
        assert fake.broken == []


@pytest.fixture
def room(discord):
    return Room(discord)


@pytest.fixture
async def telegram():
    async with FakeTelegram.running() as fake:
        yield fake
        assert fake.broken == []
        assert fake.limited == []


@pytest.fixture
def ada(telegram):
    return telegram.add_user("Ada")


@pytest.fixture
def chat(telegram, ada):
    return telegram.private(ada)


@pytest.fixture(params=["polling", "webhook"])
def mode(request):
    return request.param


@pytest.fixture
def impatient(monkeypatch):
    """What failed is tried again at once."""
    for name in ("PAUSE", "LONGEST_PATIENCE"):
        monkeypatch.setattr(worker, name, timedelta(seconds=0.05))
