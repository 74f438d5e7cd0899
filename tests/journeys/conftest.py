"""A pretended Discord that nobody may ask for more than it allows."""

import pytest

from tests.fakes.discord import FakeDiscord
from tests.journeys.discord_room import Room


@pytest.fixture
async def discord():
    async with FakeDiscord.running() as fake:
        yield fake
        assert fake.broken == []


@pytest.fixture
def room(discord):
    return Room(discord)
