"""Every implementation of a port that the contract suites run on."""

import secrets

import pytest

from adapters.files.blobs import open_files
from adapters.store.store import bring_up_to_date, open_store
from adapters.store.tables import metadata
from tests import services_at_hand
from tests.conftest import Storage


@pytest.fixture(scope="session")
def migrated_database(postgres_server, tmp_path_factory):
    """One database for all: the server takes half a second to make and drop one."""
    name = f"undertone_{secrets.token_hex(6)}"
    with services_at_hand.fresh_database(postgres_server, name) as url:
        bring_up_to_date(url, tmp_path_factory.mktemp("unused"))
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request):
    """Where an empty store is; None: a file in the test's folder."""
    if request.param == "sqlite":
        return None
    url = request.getfixturevalue("migrated_database")
    services_at_hand.empty(url, [table.name for table in metadata.sorted_tables])
    return url


@pytest.fixture
async def store(store_url, tmp_path):
    async with open_store(store_url, tmp_path) as opened:
        yield opened


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.s3)])
def files_place(request):
    """Address and settings of empty files."""
    if request.param == "folder":
        return None, Storage()
    return request.getfixturevalue("s3_bucket")


@pytest.fixture
async def files(files_place, tmp_path):
    url, storage = files_place
    async with open_files(url, tmp_path, storage) as opened:
        yield opened
