"""What many tests share: servers and where things are kept."""

import logging
import secrets
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from pydantic import SecretStr

from tests import services_at_hand
from tests.shared_workers import shared_workers

# The same examples for everybody, however slow the machine: who changes something breaks it.
settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


@dataclass(frozen=True, slots=True)
class Storage:
    """Settings of the file storage, as adapters.files wants them."""

    endpoint: str | None = None
    region: str | None = "us-east-1"
    access_key: str | None = "test"
    secret_key: SecretStr | None = field(default_factory=lambda: SecretStr("test"))
    min_free_mb: int = 0


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL server; what is made on it is dropped again."""
    with services_at_hand.postgres_server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server):
    """An empty database of the test's own."""
    name = f"undertone_{secrets.token_hex(6)}"
    with services_at_hand.fresh_database(postgres_server, name) as url:
        yield url


@pytest.fixture(scope="session")
def s3_endpoint():
    """An object store on loopback."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with services_at_hand.s3_server() as endpoint:
        yield endpoint


@pytest.fixture
def s3_bucket(s3_endpoint):
    """The address of an empty bucket and the settings to reach it."""
    name = f"undertone-{secrets.token_hex(6)}"
    services_at_hand.make_bucket(s3_endpoint, name)
    return f"s3://{name}/pre/fix", Storage(endpoint=s3_endpoint)


@pytest.fixture(scope="session")
def borrowed_workers(tmp_path_factory):
    """In the place of `open_workers`, for tests that are not about child processes."""
    with shared_workers(tmp_path_factory.mktemp("workers")) as borrow:
        yield borrow
