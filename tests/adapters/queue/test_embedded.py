"""The queue of one process."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from adapters.queue.embedded import EmbeddedQueue
from services.model import JobId, Kind
from tests.fakes.clock import Clock
from tests.fakes.jobs import START

SOON = START - timedelta(seconds=1)


@asynccontextmanager
async def running(queue, step, kinds=tuple(Kind)):
    task = asyncio.create_task(queue.run(step, kinds))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


class Seen:
    """Remembers what was run, and says when enough was."""

    def __init__(self, enough):
        self.jobs = []
        self._enough = enough
        self.done = asyncio.Event()

    async def __call__(self, job):
        self.jobs.append(job)
        if len(self.jobs) >= self._enough:
            self.done.set()


def queue(slots=1):
    return EmbeddedQueue(Clock(), {Kind.SOUND: slots, Kind.WIRE: slots})


async def wake(line, name, priority=0, at=SOON, kind=Kind.WIRE):
    await line.wake(JobId(name), at=at, kind=kind, priority=priority)


async def test_what_matters_most_comes_first():
    line, seen = queue(), Seen(3)
    for name, priority in [("late", 9), ("first", 0), ("middle", 5)]:
        await wake(line, name, priority)
    async with running(line, seen):
        await asyncio.wait_for(seen.done.wait(), 30)
    assert seen.jobs == ["first", "middle", "late"]


async def test_a_job_woken_twice_runs_once():
    line, seen = queue(), Seen(2)
    await wake(line, "twin")
    await wake(line, "twin")
    await wake(line, "other", 1)
    async with running(line, seen):
        await asyncio.wait_for(seen.done.wait(), 30)
    assert seen.jobs == ["twin", "other"]


async def test_a_job_that_runs_is_run_again_only_when_it_is_done():
    line, began, others, twice = queue(slots=2), Seen(1), Seen(2), Seen(2)
    gate = asyncio.Event()

    async def step(job):
        if job != "twin":
            await others(job)
            return
        await began(job)
        await gate.wait()
        await twice(job)

    await wake(line, "twin")
    async with running(line, step):
        await asyncio.wait_for(began.done.wait(), 30)
        for name, priority in [("twin", 1), ("twin", 0), ("other", 2), ("end", 3)]:
            await wake(line, name, priority)
        await asyncio.wait_for(others.done.wait(), 30)
        assert began.jobs == ["twin"]
        gate.set()
        await asyncio.wait_for(twice.done.wait(), 30)
    assert line.waiting(Kind.WIRE) == 0


async def test_there_is_no_moment_in_which_a_job_is_begun_twice():
    line, under_way, seen = queue(slots=2), [], []

    async def step(job):
        under_way.append(job)
        seen.append(len(under_way))
        for _ in range(3):
            await asyncio.sleep(0)
        under_way.pop()

    async with running(line, step):
        for number in range(60):
            await wake(line, "twin", number)
            await asyncio.sleep(0)
    assert set(seen) == {1}
    assert len(seen) > 5


async def test_the_next_step_may_be_of_another_kind():
    line, seen = queue(), Seen(1)
    await wake(line, "job", kind=Kind.SOUND)
    await wake(line, "job", kind=Kind.WIRE)
    assert (line.waiting(Kind.SOUND), line.waiting(Kind.WIRE)) == (0, 1)
    await wake(line, "other", 1, kind=Kind.SOUND)
    async with running(line, seen, [Kind.SOUND]):
        await asyncio.wait_for(seen.done.wait(), 30)
    assert seen.jobs == ["other"]


async def test_nothing_runs_before_its_time():
    line, seen = queue(), Seen(1)
    await wake(line, "tomorrow", at=START + timedelta(days=1))
    await wake(line, "now", 5)
    async with running(line, seen):
        await asyncio.wait_for(seen.done.wait(), 30)
    assert seen.jobs == ["now"]
    assert line.waiting(Kind.WIRE) == 1


async def test_a_clock_that_jumps_ahead_is_noticed_when_it_is_said_again():
    clock, seen, later = Clock(), Seen(1), START + timedelta(hours=1)
    line = EmbeddedQueue(clock, {Kind.SOUND: 1, Kind.WIRE: 1})
    await wake(line, "job", at=later)
    async with running(line, seen):
        for _ in range(5):  # of the loop, until the queue waits
            await asyncio.sleep(0)
        clock.turn(hours=1)
        await wake(line, "job", at=later)
        await asyncio.wait_for(seen.done.wait(), 30)
    assert seen.jobs == ["job"]


async def test_only_the_kinds_of_this_worker_are_served():
    line, seen = queue(), Seen(1)
    await wake(line, "sound", kind=Kind.SOUND)
    await wake(line, "wire", kind=Kind.WIRE)
    async with running(line, seen, [Kind.WIRE]):
        await asyncio.wait_for(seen.done.wait(), 30)
    assert seen.jobs == ["wire"]
    assert line.waiting(Kind.SOUND) == 1


async def test_a_step_that_fails_does_not_stop_the_line():
    line, seen = queue(), Seen(1)

    async def step(job):
        if job == "bad":
            raise RuntimeError("the database is gone")
        await seen(job)

    await wake(line, "bad", 0)
    await wake(line, "good", 1)
    async with running(line, step):
        await asyncio.wait_for(seen.done.wait(), 30)
    assert seen.jobs == ["good"]


async def test_no_more_steps_at_once_than_slots():
    line = queue(slots=2)
    began, gate, seen = Seen(2), asyncio.Event(), Seen(6)

    async def step(job):
        await began(job)
        await gate.wait()
        await seen(job)

    for number in range(6):
        await wake(line, f"job-{number}")
    async with running(line, step):
        await asyncio.wait_for(began.done.wait(), 30)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(began.jobs) == 2
        gate.set()
        await asyncio.wait_for(seen.done.wait(), 30)
    assert len(seen.jobs) == 6


@pytest.mark.parametrize("rounds", range(6))
async def test_it_stops_also_when_a_job_comes_at_that_moment(rounds):
    line, ran = queue(), Seen(1)
    await wake(line, "early")
    await wake(line, "tomorrow", at=START + timedelta(days=1))
    task = asyncio.create_task(line.run(ran, tuple(Kind)))
    async with asyncio.timeout(30):
        await ran.done.wait()
        for _ in range(rounds):  # of the loop, until the queue waits again
            await asyncio.sleep(0)
        await wake(line, "late")
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled()


async def test_work_that_nobody_does_here_is_not_remembered_for_ever():
    line = queue()
    for n in range(3000):
        await wake(line, f"j{n}")
    assert line.waiting(Kind.WIRE) <= 1000
