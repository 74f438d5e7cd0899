"""Any store lets exactly one worker run a step."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from services.model import Kind, State
from services.problems import Code, Problem
from services.records import Lease, Waiting
from tests.fakes.jobs import START, a_job

HOLD = timedelta(seconds=6)
JOB = a_job()
LATER = START + HOLD + timedelta(microseconds=1)


async def keep(store, job=JOB):
    await store.write(lambda tx: tx.add(job))


async def start(store, now=START):
    return await store.write(lambda tx: tx.start_step(JOB.id, now, HOLD))


async def test_many_try_to_start_and_one_does(store):
    await keep(store)
    leases = await asyncio.gather(*(start(store) for _ in range(12)))
    assert [lease for lease in leases if lease] == [Lease(JOB.id, 1)]


async def test_a_step_starts_when_it_is_due_and_not_before(store):
    await keep(store, replace(JOB, due_at=START + timedelta(microseconds=1)))
    assert await start(store) is None
    assert await start(store, START + timedelta(microseconds=1)) == Lease(JOB.id, 1)


async def test_a_done_job_starts_no_step(store):
    outcome = Problem(Code.CANCELLED)
    await keep(store, replace(JOB, state=State.DONE, outcome=outcome, done_at=START))
    assert await start(store) is None


async def test_a_lease_that_ran_out_is_taken_over_under_a_new_number(store):
    await keep(store)
    old = await start(store)
    new = await start(store, LATER)
    assert new == Lease(JOB.id, 2)
    assert not await store.write(lambda tx: tx.renew(old, LATER, HOLD))
    assert await store.write(lambda tx: tx.end_step(old)) is None
    assert await store.write(lambda tx: tx.renew(new, LATER, HOLD))


async def test_a_renewed_lease_holds_longer(store):
    await keep(store)
    lease = await start(store)
    assert await store.write(lambda tx: tx.renew(lease, START + timedelta(seconds=3), HOLD))
    assert await start(store, LATER) is None


async def test_a_job_that_was_let_go_says_what_to_wake(store):
    await keep(store)
    lease = await start(store)
    due = START + timedelta(seconds=9)
    await store.write(lambda tx: tx.save(replace(JOB, due_at=due, kind=Kind.SOUND), 101))
    waiting = await store.write(lambda tx: tx.end_step(lease))
    assert waiting == Waiting(JOB.id, due, Kind.SOUND, 101)
    assert not await store.write(lambda tx: tx.renew(lease, START, HOLD))


async def test_saving_a_job_leaves_its_lease_alone(store):
    await keep(store)
    await start(store)
    await store.write(lambda tx: tx.save(replace(JOB, attempt=1), 5))
    assert await start(store) is None


async def test_void_leases_free_every_job(store):
    await keep(store)
    await start(store)
    assert await store.write(lambda tx: tx.void_leases()) == 1
    assert await start(store) == Lease(JOB.id, 2)


async def overdue(store, now, window=10, limit=5, kinds=tuple(Kind)):
    before = now - timedelta(seconds=window)
    return await store.write(lambda tx: tx.overdue(now, before, limit, kinds))


async def test_overdue_jobs_are_woken_once_per_window(store):
    await keep(store)
    assert await overdue(store, START) == [Waiting(JOB.id, START, JOB.kind, 0)]
    assert await overdue(store, START + timedelta(seconds=9)) == []
    assert len(await overdue(store, START + timedelta(seconds=11))) == 1


async def test_only_the_wanted_kinds_are_overdue(store):
    await keep(store, replace(JOB, kind=Kind.SOUND))
    assert await overdue(store, START, kinds=[Kind.WIRE]) == []
    assert len(await overdue(store, START, kinds=[Kind.SOUND])) == 1


async def test_held_jobs_are_not_overdue(store):
    await keep(store)
    await start(store)
    assert await overdue(store, START) == []
    assert len(await overdue(store, LATER)) == 1


async def test_a_pass_is_bounded_and_the_next_goes_on(store):
    await store.write(lambda tx: [tx.add(a_job(n)) for n in range(5)])
    passes = [await overdue(store, START, limit=2) for _ in range(4)]
    assert [len(found) for found in passes] == [2, 2, 1, 0]


async def test_pass_after_pass_comes_to_every_job(store):
    await store.write(lambda tx: [tx.add(a_job(n)) for n in range(9)])
    passes = [await overdue(store, START + timedelta(seconds=11 * n), limit=3) for n in range(3)]
    assert len({one.job for found in passes for one in found}) == 9


async def test_void_leases_make_every_job_wakeable_again(store):
    await keep(store)
    await overdue(store, START)
    await store.write(lambda tx: tx.void_leases())
    assert len(await overdue(store, START)) == 1
