"""The schema grows step by step and is never misread."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from adapters.store import postgres, sqlite
from adapters.store.errors import SchemaTooNew
from adapters.store.store import bring_up_to_date, locate, open_store
from adapters.store.tables import metadata


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
