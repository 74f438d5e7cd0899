"""One small internet for each test."""

import pytest

from tests.adapters.fetcher.internet import site


@pytest.fixture
async def here(tmp_path):
    async with site(tmp_path) as made:
        yield made
