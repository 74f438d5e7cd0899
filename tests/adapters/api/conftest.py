"""Both dialects on loopback, and somebody who is called back."""

import secrets

import pytest
import pytest_asyncio

from bot import wiring
from tests.adapters.api.conversions import Everything
from tests.adapters.api.engine import told_room
from tests.adapters.api.room import listening, open_room


@pytest.fixture(autouse=True)
def shares_workers(monkeypatch, borrowed_workers):
    """Applications come and go, their children stay."""
    monkeypatch.setattr(wiring, "open_workers", borrowed_workers)


@pytest.fixture
async def ear():
    async with listening() as opened:
        yield opened


@pytest.fixture
async def room(tmp_path, ear):
    """The application; it may call the ear back."""
    private = [ear.origin.removeprefix("http://")]
    async with open_room(tmp_path, fetch={"allowed_private": private}) as opened:
        yield opened


@pytest.fixture
async def program(room):
    """Somebody with a key without limits."""
    return await room.program()


@pytest.fixture
async def waiting(tmp_path):
    """The same where nothing is worked on: what is answered, and nothing after it."""
    async with open_room(tmp_path, works=False) as opened:
        yield await opened.program()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def still(tmp_path_factory, borrowed_workers):
    """One for a whole file whose tests share a loop: every stem is served, nothing is worked on."""
    folder = tmp_path_factory.mktemp("still")
    async with told_room(folder, borrowed_workers, engine=Everything(), works=False) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def asker(still):
    """Somebody with a key of their own there, who sees nothing of what other tests did."""
    return await still.program(secrets.token_hex(4))
