"""noise-remover.com against a fake that speaks its document literally."""

import pytest

from tests.adapters.providers.noise_remover.desk import opened
from tests.adapters.providers.ticking import Time
from tests.fakes.clock import Clock
from tests.fakes.noise_remover import FakeNoiseRemover


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def fake(clock):
    async with FakeNoiseRemover.running(clock) as fake:
        yield fake


@pytest.fixture
async def desk(fake, clock, tmp_path):
    time = Time(clock)
    async with time.passing(), opened(fake, tmp_path, time) as desk:
        yield desk
