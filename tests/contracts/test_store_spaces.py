"""Any store lists the jobs of a space, page by page."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from services import keys
from services.model import Address, JobId, Phase, State
from services.problems import Code, Problem
from services.recipes import Operation, Recipe
from services.records import Wanted
from tests.fakes.jobs import START, a_job

HERE = Address("api", "key-1", "key-1")
ENHANCE = Recipe(Operation.ENHANCE)
WANTED = Wanted((Operation.ENHANCE,))
FAILED = Problem(Code.UNREADABLE_AUDIO)


def of_key(number, state=State.QUEUED, outcome=None, **changes):
    changes = {"address": HERE, "recipe": ENHANCE, **changes}
    at = START + timedelta(minutes=number)
    done_at = at if state is State.DONE else None
    return a_job(number, state=state, outcome=outcome, created_at=at, done_at=done_at, **changes)


JOBS = (
    of_key(1, State.RECEIVING),
    of_key(2),
    of_key(3, State.SUBMITTING),
    of_key(4, State.DONE, ()),
    of_key(5, State.DONE, FAILED),
    of_key(6, recipe=Recipe(Operation.DENOISE)),
    of_key(7, address=Address("api", "key-2", "key-2")),
    of_key(8, address=Address("web", "key-1", "key-1")),
    of_key(9, State.DONE, Problem(Code.WITHDRAWN)),
    of_key(10, State.DONE, (), purged=True),
)


@pytest.fixture
async def kept(store):
    await store.write(lambda tx: [tx.add(job) for job in JOBS])
    return store


async def page(store, wanted=WANTED, offset=0, limit=100, *, is_down=True):
    found = await store.read(
        lambda tx: tx.page("api", "key-1", wanted, offset, limit, is_down=is_down)
    )
    return [int(job.id, 16) for job in found]


async def test_a_space_has_its_own_jobs_without_those_that_were_withdrawn(kept):
    assert await page(kept) == [10, 5, 4, 3, 2, 1]
    assert await kept.read(lambda tx: tx.count("api", "key-1", WANTED)) == 6


@pytest.mark.parametrize(
    ("phase", "numbers"),
    [
        (Phase.PENDING, [2, 1]),
        (Phase.PROCESSING, [3]),
        (Phase.COMPLETED, [10, 4]),
        (Phase.FAILED, [5]),
    ],
    ids=str,
)
async def test_a_phase_is_the_same_to_the_store_and_to_the_job(kept, phase, numbers):
    wanted = Wanted((Operation.ENHANCE,), phase)
    assert await page(kept, wanted) == numbers
    assert {job.phase for job in JOBS if int(job.id, 16) in numbers} == {phase}


async def test_pages_follow_each_other_in_both_directions(kept):
    assert await page(kept, offset=2, limit=2) == [4, 3]
    assert await page(kept, offset=1, limit=2, is_down=False) == [2, 3]
    assert await page(kept, offset=6) == []


async def test_a_time_has_both_its_ends(kept):
    since, until = START + timedelta(minutes=2), START + timedelta(minutes=4)
    assert await page(kept, Wanted((Operation.ENHANCE,), since=since, until=until)) == [4, 3, 2]


async def test_several_operations_are_listed_together(kept):
    assert await page(kept, Wanted((Operation.ENHANCE, Operation.DENOISE))) == [
        10,
        6,
        5,
        4,
        3,
        2,
        1,
    ]


async def test_a_job_of_another_space_is_not_there(kept):
    async def found(job_id):
        return await kept.read(lambda tx: tx.job_in("api", "key-1", job_id))

    assert await found(JOBS[0].id) == JOBS[0]
    assert await found(JOBS[6].id) is None
    assert await found(JobId("nobody's")) is None


async def test_what_was_withdrawn_and_has_ended_is_found(kept):
    found = await kept.read(lambda tx: tx.withdrawn(10))
    assert [job.id for job in found] == [JOBS[8].id]


async def test_a_revoked_key_stays_so_whatever_is_set_of_it_meanwhile(store):
    for number in range(10):
        name = f"app {number}"
        key = keys.made(name, START)[1]
        sets = [partial(keys.call_back, name=name, webhook_url=url) for url in "abcdef"]
        revokes = partial(keys.revoke, name=name, now=START)
        await store.write(partial(keys.add, key=key, plan="api_pro"))
        await asyncio.gather(*(store.write(one) for one in (*sets[:3], revokes, *sets[3:])))
        assert (await store.read(partial(keys.get, name=name))).revoked_at == START
