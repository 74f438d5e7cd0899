"""The schema grows step by step and is never misread."""

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from adapters.store import postgres, sqlite
from adapters.store.errors import SchemaTooNew
from adapters.store.migrate import SCRIPTS
from adapters.store.store import bring_up_to_date, locate, open_store
from adapters.store.tables import metadata
from services import quotas, spaces
from services.model import Address, JobId, Person
from services.periods import Period
from services.plans import Plans
from services.quotas import Allowance


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request):
    return request.getfixturevalue("postgres_url") if request.param == "postgres" else None


@pytest.fixture
def engine(url, tmp_path):
    place = locate(url, tmp_path)
    if url is None:
        opened = sqlite.open_engine(tmp_path / "undertone.db", begin="BEGIN", size=1)
    else:
        opened = postgres.open_engine(place)
    yield opened
    opened.dispose()


def test_an_empty_database_is_brought_to_the_schema_once(url, tmp_path):
    assert bring_up_to_date(url, tmp_path)
    assert not bring_up_to_date(url, tmp_path)


def test_the_steps_lead_to_the_tables_of_this_program(url, tmp_path, engine):
    bring_up_to_date(url, tmp_path)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_steps_make_every_check(url, tmp_path, engine):
    bring_up_to_date(url, tmp_path)
    found = inspect(engine)
    for table in metadata.sorted_tables:
        wanted = {str(one.name) for one in table.constraints if "ck_" in str(one.name)}
        assert {one["name"] for one in found.get_check_constraints(table.name)} == wanted


async def test_a_newer_schema_is_refused_and_left_alone(url, tmp_path, engine):
    bring_up_to_date(url, tmp_path)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(SchemaTooNew, match="9999"):
        async with open_store(url, tmp_path):
            pass
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    assert found == "9999"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (None, "sqlite:////data/undertone.db"),
        ("sqlite:///other.db", "sqlite:////data/other.db"),
        ("sqlite:////abs/other.db", "sqlite:////abs/other.db"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_an_address_is_understood(given, found):
    assert str(locate(given, Path("/data"))) == found


def test_another_database_is_refused(tmp_path):
    with pytest.raises(ValueError, match="mysql"):
        locate("mysql://u@h/d", tmp_path)


OLD_QUOTA = {"month": 5, "day": 2, "people": {"p1": 3}, "roles": {"r": 4}, "jobs": 2}
OLD_LINES = [
    ("j1", "space:web:s1", "reserve", 4000),
    ("j1", "person:web:p1", "reserve", 4000),
    ("j1", "installation", "reserve", 4000),
    ("j1", "space:web:s1", "settle", 3000),
    ("j1", "person:web:p1", "settle", 3000),
    ("j1", "installation", "settle", 3000),
    ("j2", "space:web:s1", "reserve", 500),
    ("j2", "person:web:p2", "reserve", 500),
    ("j3", "space:web:s:2", "settle", 70),
    ("j3", "person:web:p1", "settle", 70),
]


def fill_old(connection):
    """A database as the version before aliases left it."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS))
    command.upgrade(config, "0002")
    line = "INSERT INTO ledger (job_id, scope, kind, milliseconds, at, reason) VALUES "
    for job, scope, kind, milliseconds in OLD_LINES:
        connection.exec_driver_sql(f"{line}('{job}', '{scope}', '{kind}', {milliseconds}, 5, '')")
    space = "INSERT INTO spaces (platform, space, settings) VALUES ('web', '{}', '{}')"
    kept = {"quota": OLD_QUOTA, "habits": {"preset": "music"}}
    connection.exec_driver_sql(space.format("s1", json.dumps(kept)))
    connection.exec_driver_sql(space.format("s3", json.dumps({"habits": {"preset": "call"}})))


@pytest.fixture
async def upgraded(url, tmp_path, engine):
    """What was counted and set before everybody had an alias, as it reads now."""
    with engine.begin() as connection:
        fill_old(connection)
    engine.dispose()
    async with open_store(url, tmp_path) as store:
        yield store


@pytest.mark.parametrize(
    ("space", "person", "milliseconds"),
    [
        pytest.param("s1", "", 3500, id="space"),
        pytest.param("s:2", "", 70, id="space with a colon"),
        pytest.param("s1", "p1", 3000, id="person"),
        pytest.param("s1", "p2", 500, id="another person"),
        pytest.param("s:2", "p1", 70, id="the same person elsewhere"),
        pytest.param("s:2", "p2", 0, id="nobody"),
    ],
)
async def test_minutes_of_before_count_under_aliases(upgraded, space, person, milliseconds):
    def spent(tx):
        place = Address("web", space, "")
        if not person:
            return tx.spent(quotas.space_scope(tx, place), quotas.BEGINNING)
        return tx.spent(quotas.person_scope(tx, place, Person(person)), quotas.BEGINNING)

    assert await upgraded.read(spent) == milliseconds


async def test_what_everybody_used_together_stays(upgraded):
    spent = await upgraded.read(lambda tx: tx.spent(quotas.INSTALLATION, quotas.BEGINNING))
    assert spent == 3000


async def test_no_line_names_anybody_any_more(upgraded):
    lines = await upgraded.read(lambda tx: [tx.lines(JobId(job)) for job in ("j1", "j2", "j3")])
    scopes = {line.scope for of_job in lines for line in of_job}
    assert len(lines[0]) == 6
    assert not [scope for scope in scopes if "web" in scope or "p1" in scope]


async def test_limits_of_before_are_limits_by_period(upgraded):
    kept, alias = await upgraded.read(lambda tx: (tx.space("web", "s1"), person_of(tx, "p1")))
    assert kept["habits"] == {"preset": "music"}
    assert kept["quota"] == {
        "space": {"month": 5},
        "each": {"day": 2},
        "people": {alias: {"day": 3}},
        "roles": {"r": {"day": 4}},
        "jobs": 2,
    }


async def test_limits_of_before_hold_as_before(upgraded):
    plans = Plans(lambda _platform: Allowance())

    def allowed(tx):
        place, person = Address("web", "s1", ""), Person("p1")
        return spaces.allowance(tx, plans, place, person, quotas.BEGINNING)

    found = await upgraded.read(allowed)
    assert (found.space, found.person) == ({Period.MONTH: 5}, {Period.DAY: 3})
    assert found.active_jobs == 2


async def test_settings_without_limits_are_left_alone(upgraded):
    kept = await upgraded.read(lambda tx: tx.space("web", "s3"))
    assert kept == {"habits": {"preset": "call"}}


def person_of(tx, name):
    return tx.alias("web", "person", name)
