"""For `make test-models`: children that run models, and sound that goes through them."""

from importlib.util import find_spec

import pytest

from adapters.workers import open_workers
from tests.models.splitting import Splitter

# Outside CI: see `make test-models`.
collect_ignore_glob = [] if find_spec("torch") else ["test_*.py"]


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent.name == "models" and item.path.parents[1].name == "tests":
            # Other people's libraries: what they warn of is theirs to mend.
            item.add_marker(pytest.mark.filterwarnings("ignore"))
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture
def folder(tmp_path):
    """An empty folder of models."""
    made = tmp_path / "models"
    made.mkdir()
    return made


@pytest.fixture
async def splitter(tmp_path, folder):
    """Children that may read the folder."""
    private = tmp_path / "workers"
    private.mkdir()
    tasks = "tests.models.tasks"
    async with open_workers(1, warm=False, folder=private, tasks=tasks, models=folder) as workers:
        yield Splitter(workers, folder, tmp_path)
