"""How long files are kept: to the hour that was said, also when passes die half way."""

import random
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from adapters.files.blobs import open_files
from adapters.store.store import open_store
from services import delivery
from services.delivery import Delivery
from services.model import Source, State, Track
from services.problems import Code, Problem
from services.records import Change
from tests.conftest import Storage
from tests.fakes.clock import Clock
from tests.fakes.desk import Bench, chunked
from tests.fakes.jobs import START, a_job

USUAL = timedelta(hours=24)  # as the bench has it
LATEST = timedelta(minutes=5)  # after that time


@asynccontextmanager
async def bench(folder, clock):
    async with open_store(None, folder) as store, open_files(None, folder, Storage()) as files:
        yield Bench(store, files, clock)


async def delivered(bench, number, *, keep_hours=None, outcome=None, after=timedelta(0)):
    """A job that ended so long after the beginning, with its files."""
    source = f"incoming/{number:020x}"
    job = a_job(number, source=Source("a.wav", key=source), keep_hours=keep_hours)
    key = f"{job.id}/clean.wav"
    for name in (source, key):
        await bench.files.put(name, chunked(b"sound"))
    tracks = (Track("clean", key, "a.wav", "wav", "audio/wav", 5, 1.0),)
    ended = {"state": State.DONE, "outcome": outcome or tracks, "done_at": START + after}
    await bench.store.write(lambda tx: tx.add(a_job(number, **_of(job), **ended)))
    return job


def _of(job):
    return {"source": job.source, "keep_hours": job.keep_hours}


async def left(bench):
    """The jobs that still have files, by their numbers."""
    keys = [key async for key, _ in bench.files.list("")]
    return sorted({int(key.removeprefix("incoming/").partition("/")[0], 16) for key in keys})


@pytest.mark.parametrize(
    ("minutes", "there"),
    [
        pytest.param(59, [1, 2, 3, 4], id="within the hour"),
        pytest.param(61, [1, 3], id="after the hour"),
        pytest.param(24 * 60 + 1, [], id="after a day"),
    ],
)
async def test_files_go_when_their_space_said_so(tmp_path, minutes, there):
    clock, broken = Clock(), Problem(Code.PROVIDER_DOWN)
    async with bench(tmp_path, clock) as here:
        await delivered(here, 1)
        await delivered(here, 2, keep_hours=1.0)
        await delivered(here, 3, keep_hours=100.0)
        # So that Try again works, what failed stays for an hour whatever its space said.
        await delivered(here, 4, keep_hours=0.0, outcome=broken)
        clock.turn(minutes=minutes)
        await here.retention.purge()
        assert await left(here) == there


async def test_what_is_kept_for_no_time_goes_with_the_next_pass(tmp_path):
    clock = Clock()
    async with bench(tmp_path, clock) as here:
        await delivered(here, 1, keep_hours=0.0)
        clock.turn(seconds=30)
        await here.retention.purge()
        assert await left(here) == []


class Killed(BaseException):
    """The process is gone in the middle of something."""


def dying(files, calls):
    """Files whose process dies with this call that removes something."""
    delete, left = files.delete, iter(range(calls, -1, -1))

    async def delete_or_die(prefix):
        if next(left, 1) == 0:
            raise Killed
        return await delete(prefix)

    return delete_or_die


@pytest.mark.parametrize("seed", range(3))
async def test_no_file_is_kept_for_longer_than_it_should_be_whenever_a_pass_dies(tmp_path, seed):
    rng, clock, ends = random.Random(seed), Clock(), {}
    async with bench(tmp_path, clock) as here:
        whole = here.files.delete
        for number in range(1, 41):
            hours = rng.choice([None, 0.5, 1.0, 3.0])
            after = timedelta(minutes=rng.randrange(240))
            await delivered(here, number, keep_hours=hours, after=after)
            keep = USUAL if hours is None else timedelta(hours=hours)
            ends[number] = START + after + keep + LATEST
        while clock() < max(ends.values()):
            # It dies, and whoever starts it again needs a while.
            clock.turn(seconds=rng.choice([30, 60, 120]))
            here.files.delete = dying(here.files, rng.randrange(12))
            with suppress(Killed):
                await here.retention.purge()
            here.files.delete = whole
            clock.turn(seconds=30)
            await here.retention.purge()
            late = [number for number in await left(here) if clock() > ends[number]]
            assert late == []
            clock.turn(minutes=rng.choice([0, 1, 2]))
        assert await left(here) == []


async def test_an_answer_says_when_the_first_of_its_files_goes(tmp_path):
    clock = Clock()
    told = delivery.Means(None, {}, None, None, USUAL, clock)
    jobs = a_job(1), a_job(2, keep_hours=1.0), a_job(3, keep_hours=100.0)
    delivers = Delivery(told)
    assert delivers.kept_until(*jobs) == START + timedelta(hours=1)
    assert delivers.kept_until(jobs[0], jobs[2]) == START + USUAL
    # Shown once more later, it is the same time.
    done = a_job(1, state=State.DONE, outcome=Problem(Code.CANCELLED), done_at=START)
    clock.turn(hours=5)
    assert delivers.kept_until(done) == START + USUAL


async def test_who_changed_what_is_known_for_a_year(tmp_path):
    clock = Clock()
    async with bench(tmp_path, clock) as here:
        change = Change(START, "", "quota.jobs", "", "5.0")
        await here.store.write(lambda tx: tx.note_change("web", "s", change))
        clock.turn(hours=364 * 24)
        await here.retention.forget()
        assert len(await here.store.read(lambda tx: tx.changes("web", "s", 9))) == 1
        clock.turn(hours=48)
        await here.retention.forget()
        assert await here.store.read(lambda tx: tx.changes("web", "s", 9)) == []
