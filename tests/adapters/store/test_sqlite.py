"""What only the SQLite file has to survive."""

import asyncio
import os
import signal
import subprocess
import sys
import threading

import pytest
from sqlalchemy import event

from adapters.store import sqlite
from adapters.store.errors import AlreadyRunning, StoreDamaged
from adapters.store.lock import lock_file
from adapters.store.store import FILE_NAME, open_store
from services.model import JobId
from tests.fakes.jobs import a_job

WRITING = """
import asyncio, sys
from pathlib import Path
from adapters.store.store import open_store
from tests.fakes.jobs import a_job

async def keep(store, number):
    await store.write(lambda tx: tx.add(a_job(number)))
    print(number, flush=True)

async def main():
    async with open_store(None, Path(sys.argv[1])) as store:
        for first in range(0, 100_000, 8):
            await asyncio.gather(*(keep(store, first + n) for n in range(8)))

asyncio.run(main())
"""
HOLDING = """
import sys
from pathlib import Path
from adapters.store.lock import lock_file

with lock_file(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


def started(program, folder):
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("lines", [1, 200])
async def test_what_was_acknowledged_survives_a_kill(tmp_path, lines):
    with started(WRITING, tmp_path) as writer:
        told = [writer.stdout.readline() for _ in range(lines)]
        os.kill(writer.pid, signal.SIGKILL)
        told += writer.stdout.readlines()
    ids = [a_job(int(line)).id for line in told if line.endswith("\n")]
    async with open_store(None, tmp_path) as store:
        lost = await store.read(lambda tx: [one for one in ids if tx.job(JobId(one)) is None])
        assert await store.check() == []
    assert lost == []


async def test_what_waits_together_is_committed_together(tmp_path):
    """While the writer is busy with one change, nine more gather: two commits in all."""
    is_busy, may_go_on = threading.Event(), threading.Event()

    def slow(tx):
        is_busy.set()
        assert may_go_on.wait(10)

    async with open_store(None, tmp_path) as store:
        first = asyncio.ensure_future(store.write(slow))
        await asyncio.to_thread(is_busy.wait, 10)
        rest = [asyncio.ensure_future(store.write(adding(n))) for n in range(9)]
        await asyncio.sleep(0)  # lets each of them line up
        commits = counted_commits(store)
        may_go_on.set()
        await asyncio.gather(first, *rest)
    assert len(commits) == 2


def adding(number):
    return lambda tx: tx.add(a_job(number))


def counted_commits(store):
    commits: list = []
    event.listen(store._runner._writing, "commit", commits.append)
    return commits


async def test_the_file_is_safe_against_a_power_cut(tmp_path):
    def settings(tx):
        ask = tx._connection.exec_driver_sql
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [ask(f"PRAGMA {name}").scalar_one() for name in names]

    async with open_store(None, tmp_path) as store:
        assert await store.write(settings) == ["wal", 2, 1, 30_000]


async def test_a_query_cannot_write(tmp_path):
    async with open_store(None, tmp_path) as store:
        with pytest.raises(Exception, match="readonly"):
            await store.read(lambda tx: tx.add(a_job()))


async def test_an_empty_folder_gets_a_new_file(tmp_path):
    async with open_store(None, tmp_path / "new" / "folder") as store:
        assert await store.read(lambda tx: tx.open_jobs(1)) == []


async def filled(folder, jobs=300):
    async with open_store(None, folder) as store:
        await store.write(lambda tx: [tx.add(a_job(n)) for n in range(jobs)])
    return folder / FILE_NAME


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"", id="emptied"),
        pytest.param(lambda data: b"not a database at all" * 100, id="another file"),
        pytest.param(lambda data: data[: len(data) // 2 + 100], id="cut off"),
        pytest.param(
            lambda data: data[:8192] + b"\xa5" * 65_536 + data[73_728:], id="garbage inside"
        ),
    ],
)
async def test_a_damaged_file_is_refused_and_left_alone(tmp_path, damage):
    path = await filled(tmp_path)
    harmed = damage(path.read_bytes())
    path.write_bytes(harmed)
    with pytest.raises(StoreDamaged, match=r"undertone\.db"):
        async with open_store(None, tmp_path):
            pass
    assert path.read_bytes() == harmed


async def test_a_backup_holds_what_was_written_before_it(tmp_path):
    target = tmp_path / "backup" / FILE_NAME
    target.parent.mkdir()
    async with open_store(None, tmp_path) as store:
        await store.write(lambda tx: tx.add(a_job(1)))
        await store.backup_to(target)
        await store.write(lambda tx: tx.add(a_job(2)))
    assert [path.name for path in target.parent.iterdir()] == [FILE_NAME]
    async with open_store(None, target.parent) as copied:
        assert await copied.read(lambda tx: tx.open_jobs(9)) == [a_job(1)]


async def test_a_backup_takes_the_place_of_a_damaged_file(tmp_path):
    path = await filled(tmp_path, jobs=3)
    backup = tmp_path / "backup.db"
    sqlite.copy(path, backup)
    path.write_bytes(b"damaged")
    path.with_name(f"{FILE_NAME}-wal").write_bytes(b"old log")
    sqlite.restore(backup, path)
    async with open_store(None, tmp_path) as store:
        assert len(await store.read(lambda tx: tx.open_jobs(9))) == 3


async def test_a_damaged_backup_changes_nothing(tmp_path):
    path = await filled(tmp_path, jobs=3)
    backup = tmp_path / "backup.db"
    backup.write_bytes(b"damaged")
    with pytest.raises(StoreDamaged):
        sqlite.restore(backup, path)
    async with open_store(None, tmp_path) as store:
        assert len(await store.read(lambda tx: tx.open_jobs(9))) == 3


def test_one_process_owns_a_folder_and_another_is_told_whose_it_is(tmp_path):
    with started(HOLDING, tmp_path) as owner:
        assert owner.stdout.readline() == "locked\n"
        with pytest.raises(AlreadyRunning, match=str(owner.pid)), lock_file(tmp_path):
            pass
        owner.kill()
    with lock_file(tmp_path):
        pass
