"""Any store commits a change as a whole or not at all."""

import asyncio
import threading
from dataclasses import replace

import pytest

from adapters.store.store import open_store
from services.problems import Code, Fault, fault
from tests.fakes.jobs import START, a_job


def add(number):
    return lambda tx: tx.add(a_job(number))


def add_and_fail(number):
    def change(tx):
        tx.add(a_job(number))
        raise fault(Code.QUOTA_SPENT, "on purpose")

    return change


async def test_a_failing_change_leaves_nothing_and_says_why(store):
    with pytest.raises(Fault, match="on purpose"):
        await store.write(add_and_fail(1))
    assert await store.read(lambda tx: tx.job(a_job(1).id)) is None


async def test_a_failing_change_takes_no_other_with_it(store):
    changes = [add_and_fail(n) if n % 3 == 0 else add(n) for n in range(30)]
    answers = await asyncio.gather(*map(store.write, changes), return_exceptions=True)
    assert [isinstance(answer, Fault) for answer in answers] == [n % 3 == 0 for n in range(30)]
    assert len(await store.read(lambda tx: tx.open_jobs(99))) == 20


async def test_a_broken_statement_takes_no_other_with_it(store):
    wrong = a_job(7, attempt=-1)
    answers = await asyncio.gather(
        store.write(add(1)),
        store.write(lambda tx: tx.add(wrong)),
        store.write(add(2)),
        return_exceptions=True,
    )
    assert isinstance(answers[1], Exception)
    assert len(await store.read(lambda tx: tx.open_jobs(9))) == 2


async def test_a_view_does_not_change_while_it_is_looked_at(store):
    has_looked, may_go_on = threading.Event(), threading.Event()

    def look_twice(tx):
        before = len(tx.open_jobs(9))
        has_looked.set()
        assert may_go_on.wait(10)
        return before, len(tx.open_jobs(9))

    looking = asyncio.ensure_future(store.read(look_twice))
    await asyncio.to_thread(has_looked.wait, 10)
    await store.write(add(1))
    may_go_on.set()
    assert await looking == (0, 0)


async def test_two_changes_of_one_job_follow_each_other(store):
    await store.write(add(1))

    def count(tx):
        job = tx.job(a_job(1).id)
        tx.save(replace(job, attempt=job.attempt + 1), 0)

    await asyncio.gather(*(store.write(count) for _ in range(10)))
    job = await store.read(lambda tx: tx.job(a_job(1).id))
    assert job.attempt == 10


async def test_a_change_that_nobody_waits_for_any_more_is_dropped_or_done(store):
    waiting = [asyncio.ensure_future(store.write(add(n))) for n in range(40)]
    await asyncio.sleep(0)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await store.write(add(99))
    assert a_job(99) in await store.read(lambda tx: tx.open_jobs(99))


async def test_what_was_written_is_there_after_opening_again(store_url, tmp_path):
    async with open_store(store_url, tmp_path) as first:
        await first.write(add(1))
    async with open_store(store_url, tmp_path) as second:
        assert await second.read(lambda tx: tx.job(a_job(1).id)) == a_job(1)


async def test_two_processes_may_have_it_open(store_url, tmp_path):
    async with open_store(store_url, tmp_path) as one, open_store(store_url, tmp_path) as other:
        await asyncio.gather(*((one, other)[n % 2].write(add(n)) for n in range(20)))
        assert len(await one.read(lambda tx: tx.open_jobs(99))) == 20


async def test_a_ready_store_answers_and_is_sound(store):
    await store.ping()
    assert await store.check() == []


async def test_a_closed_store_refuses(store_url, tmp_path):
    async with open_store(store_url, tmp_path) as opened:
        pass
    with pytest.raises(RuntimeError):
        await opened.write(lambda tx: tx.put_space("web", "s", {"at": START.isoformat()}))
