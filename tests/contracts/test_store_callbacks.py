"""Any store keeps callbacks as they came, a few of each job, and no longer than the job."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from services.model import JobId, State
from services.problems import Code, Problem
from services.records import KeptCallback, Verdict
from tests.fakes.jobs import START, a_job

JOB, OTHER = a_job(1), a_job(2)
KEPT = KeptCallback("there", JOB.id, 2, START, {"x-signature": "ü\0"}, b'{"ok": "\xff\x00"}')
PLENTY = 100


@pytest.fixture
async def jobs(store):
    await store.write(lambda tx: [tx.add(job) for job in (JOB, OTHER)])


async def keep(store, *callbacks):
    await store.write(lambda tx: [tx.keep_callback(one) for one in callbacks])


async def kept(store, job_id=None, limit=PLENTY):
    return await store.read(lambda tx: tx.callbacks(job_id, limit))


@pytest.mark.usefixtures("jobs")
async def test_a_callback_comes_back_byte_for_byte(store):
    poke = replace(KEPT, verdict=Verdict.POKED, is_addressed=False, body=b"")
    await keep(store, KEPT, poke)
    found = await kept(store)
    assert [replace(one, id=0) for one in found] == [poke, KEPT]
    newest = found[0]
    assert await store.read(lambda tx: tx.callback(newest.id)) == newest
    assert await store.read(lambda tx: tx.callback(newest.id + 1)) is None


@pytest.mark.usefixtures("jobs")
async def test_those_of_one_job_are_found_newest_first(store):
    await keep(store, KEPT, replace(KEPT, job=OTHER.id), replace(KEPT, attempt=3))
    assert [one.attempt for one in await kept(store, JOB.id)] == [3, 2]
    assert [one.job for one in await kept(store, limit=2)] == [JOB.id, OTHER.id]


@pytest.mark.usefixtures("jobs")
async def test_only_the_latest_of_a_job_stay(store):
    other = replace(KEPT, job=OTHER.id)
    await keep(store, other, *(replace(KEPT, attempt=n) for n in range(30)))
    assert [one.attempt for one in await kept(store, JOB.id)] == list(range(29, 9, -1))
    assert len(await kept(store, OTHER.id)) == 1


@pytest.mark.usefixtures("jobs")
async def test_bodies_go_and_what_was_said_of_them_stays(store):
    await keep(store, KEPT, replace(KEPT, job=OTHER.id))
    await store.write(lambda tx: tx.empty_callbacks(JOB.id))
    (emptied,), (other,) = await kept(store, JOB.id), await kept(store, OTHER.id)
    assert replace(emptied, id=0) == replace(KEPT, body=None)
    assert other.body == KEPT.body


async def test_they_go_with_their_job(store):
    over = a_job(3, state=State.DONE, outcome=Problem(Code.CANCELLED), done_at=START, purged=True)
    await store.write(lambda tx: tx.add(over))
    await keep(store, replace(KEPT, job=over.id))
    await store.write(lambda tx: tx.forget_jobs(START + timedelta(seconds=1), PLENTY))
    assert await kept(store) == []


async def test_there_is_none_of_a_job_that_does_not_exist(store):
    with pytest.raises(IntegrityError):
        await keep(store, replace(KEPT, job=JobId("gone")))
