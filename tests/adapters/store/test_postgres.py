"""What only PostgreSQL does: lose connections and find deadlocks."""

import asyncio
import threading

import pytest

from adapters.store.errors import NotSupported
from adapters.store.store import open_store
from tests.fakes.jobs import a_job

pytestmark = pytest.mark.postgres


@pytest.fixture
async def store(postgres_url, tmp_path):
    async with open_store(postgres_url, tmp_path) as opened:
        yield opened


def cut_off_others(tx):
    tx._connection.exec_driver_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


async def test_a_lost_connection_is_replaced(store):
    names = threading.Barrier(3)

    def together(tx):
        names.wait(10)

    await asyncio.gather(*(store.write(together) for _ in range(3)))  # three connections wait
    await store.write(cut_off_others)
    await asyncio.gather(*(store.write(lambda tx, n=n: tx.add(a_job(n))) for n in range(6)))
    assert len(await store.read(lambda tx: tx.open_jobs(9))) == 6


async def test_a_connection_lost_under_a_change_runs_it_again(store):
    runs = []

    def change(tx):
        runs.append(1)
        if len(runs) == 1:
            tx._connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        return tx.add(a_job(1))

    await store.write(change)
    assert len(runs) == 2
    assert await store.read(lambda tx: tx.job(a_job(1).id)) == a_job(1)


async def test_a_deadlock_ends_with_both_changes_done(store):
    await store.write(lambda tx: [tx.add(a_job(n)) for n in (1, 2)])
    meeting = threading.Barrier(2)

    def locking(first, second):
        runs = []

        def change(tx):
            runs.append(1)
            tx.job(a_job(first).id)
            if len(runs) == 1:
                meeting.wait(10)
            tx.job(a_job(second).id)
            return True

        return change

    changes = (locking(1, 2), locking(2, 1))
    assert all(await asyncio.gather(*map(store.write, changes)))


async def test_processes_that_start_together_migrate_once(postgres_url, tmp_path):
    async def opened():
        async with open_store(postgres_url, tmp_path) as store:
            await store.ping()

    await asyncio.gather(*(opened() for _ in range(4)))


async def test_a_backup_is_the_servers_business(store, tmp_path):
    with pytest.raises(NotSupported, match="pg_dump"):
        await store.backup_to(tmp_path / "x")
