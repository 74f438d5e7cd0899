"""A key's limit is kept, whoever else uses it and however it is counted."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from adapters.providers.calling import Answer
from adapters.providers.pacing import Lane, Pacer
from services.problems import Code, Fault
from services.recipes import Operation, Recipe
from tests.adapters.providers.noise_remover.desk import opened
from tests.adapters.providers.ticking import Time
from tests.fakes.clock import Clock
from tests.fakes.noise_remover import FakeNoiseRemover
from tests.fakes.noise_remover import Fault as Trouble

PAUSE = 5  # seconds between the questions of a worker


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def time(clock):
    async with Time(clock).passing() as time:
        yield time


async def whole_life(desk, time, number):
    """What a worker does with one job."""
    ref = (await desk.provider.submit(desk.order(number))).ref
    while not await desk.provider.ask({ref: Recipe(Operation.DENOISE)}):
        await time.sleep(PAUSE)
    return time.seconds()


def lie(fake):
    fake.rates.reset = "1718272260"  # June 2024, as the document prints it


def say_nothing(fake):
    fake.rates.has_headers = False


def slide(fake):
    fake.rates.window = "sliding"


def leave_as_it_is(fake):
    pass


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param(leave_as_it_is, id="fixed windows"),
        pytest.param(slide, id="sliding windows"),
        pytest.param(lie, id="AMB-17 a reset in the past"),
        pytest.param(say_nothing, id="no headers"),
    ],
)
async def test_forty_jobs_of_the_smallest_plan_never_meet_the_limit(clock, time, tmp_path, counts):
    """AMB-16, NR-R-01, NR-R-04."""
    async with (
        FakeNoiseRemover.running(clock, plan="dev") as fake,
        opened(fake, tmp_path, time) as desk,
    ):
        counts(fake)
        fake.done_after = 8
        done = await asyncio.gather(*(whole_life(desk, time, n) for n in range(40)))
        assert fake.over_limit == 0
        assert len(fake.accepted) == 40
        # 36 submissions of a minute and the rest in the next; then eight questions.
        assert max(done) < 240


@pytest.mark.parametrize("counts", [leave_as_it_is, slide], ids=["fixed", "sliding"])
async def test_two_processes_with_one_key_never_meet_its_limit(clock, time, tmp_path, counts):
    """NR-R-01: what the headers say of the other one is obeyed."""
    async with FakeNoiseRemover.running(clock, plan="dev") as fake, AsyncExitStack() as stack:
        counts(fake)
        fake.done_after = 8
        desks = [await stack.enter_async_context(opened(fake, tmp_path, time)) for _ in range(2)]
        lives = [whole_life(desk, time, n) for desk in desks for n in range(20)]
        done = await asyncio.gather(*lives)
        assert fake.over_limit == 0
        assert max(done) < 600


@pytest.mark.parametrize(
    ("plan", "at_once"),
    [
        pytest.param("dev", 36, id="NR-T-05"),
        pytest.param("pro", 72, id="NR-T-06"),
        pytest.param("business", 180, id="NR-T-07"),
    ],
)
async def test_each_plan_has_its_pace(clock, time, tmp_path, plan, at_once):
    async with (
        FakeNoiseRemover.running(clock, plan=plan) as fake,
        opened(fake, tmp_path, time) as desk,
    ):
        fake.rates.has_headers = False
        orders = (desk.provider.submit(desk.order(n)) for n in range(at_once + 1))
        await asyncio.gather(*orders)
        sent = [job.created_at for job in fake.accepted]
        assert sum(at <= sent[0] + timedelta(seconds=1) for at in sent) == at_once
        assert sent[-1] - sent[0] >= timedelta(seconds=60)


async def test_a_wrong_plan_is_corrected_by_what_they_say(clock, time, tmp_path):
    """AMB-15: the setting says business, the key is of the smallest plan."""
    async with (
        FakeNoiseRemover.running(clock, plan="dev") as fake,
        opened(fake, tmp_path, time, plan="business") as desk,
    ):
        await asyncio.gather(*(desk.provider.submit(desk.order(n)) for n in range(100)))
        assert fake.over_limit == 0


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        pytest.param("17", 17, id="NR-R-02 seconds"),
        pytest.param("Sun, 01 Mar 2026 12:00:30 GMT", 30, id="a date"),
        pytest.param("", 60, id="absent"),
        pytest.param("soon", 60, id="no number"),
        pytest.param("-5", 60, id="negative"),
    ],
)
async def test_a_retry_after_holds_for_every_call_of_the_key(clock, time, tmp_path, told, seconds):
    """F20, NR-ERR-13."""
    async with (
        FakeNoiseRemover.running(clock) as fake,
        opened(fake, tmp_path, time) as desk,
    ):
        fake.fail("POST /enhance", Trouble("rate_limit_exceeded", headers={"Retry-After": told}))
        with pytest.raises(Fault):
            await desk.provider.submit(desk.order())
        began = clock()
        await desk.provider.account()
        assert clock() - began == timedelta(seconds=seconds)


async def test_a_long_pause_is_the_jobs_and_not_the_steps(clock, time, tmp_path):
    """F20: ten years are ten minutes, and no step sits them out."""
    async with (
        FakeNoiseRemover.running(clock) as fake,
        opened(fake, tmp_path, time) as desk,
    ):
        fake.fail(
            "GET /usage", Trouble("service_unavailable", headers={"Retry-After": "315360000"})
        )
        with pytest.raises(Fault):
            await desk.provider.account()
        with pytest.raises(Fault) as caught:
            await desk.provider.submit(desk.order())
        assert caught.value.problem.code is Code.PROVIDER_BUSY
        assert caught.value.retry_after == timedelta(minutes=10)
        assert fake.accepted == []


def answer(clock, limit="60", left="30", ahead=30.0):
    at = int(clock().timestamp() + ahead)
    headers = {
        "X-RateLimit-Limit": limit,
        "X-RateLimit-Remaining": left,
        "X-RateLimit-Reset": str(at),
    }
    return Answer(200, headers)


@pytest.mark.parametrize(
    ("ahead", "waits"),
    [(30, 30), (120, 120), (0, 0), (121, 60), (-1, 60), (40_000_000, 60)],
)
async def test_a_reset_is_believed_only_up_to_two_minutes(clock, time, ahead, waits):
    """AMB-17, NR-R-03b, NR-R-03c: nothing is left until then."""
    pacer = Pacer(60, clock, time.ticking)
    async with pacer.turn(Lane.QUESTION) as heard:
        heard(answer(clock, left="0", ahead=ahead))
    began = clock()
    async with pacer.turn(Lane.SUBMISSION):
        assert (clock() - began).total_seconds() == waits


async def test_the_limit_that_is_told_holds_and_not_the_plans(clock, time):
    """NR-R-03a"""
    pacer = Pacer(60, clock, time.ticking)
    began = clock()
    for _ in range(20):
        async with pacer.turn(Lane.QUESTION) as heard:
            heard(answer(clock, limit="20", left="20"))
    assert (clock() - began).total_seconds() > 60


@pytest.mark.parametrize("strange", ["", "-1", "many", "1e9", "٣", "9" * 99, "0"])
async def test_strange_headers_stop_nothing_for_long(clock, time, strange):
    pacer = Pacer(60, clock, time.ticking)
    for _ in range(3):
        async with pacer.turn(Lane.QUESTION) as heard:
            heard(answer(clock, limit=strange, left=strange))
    assert time.seconds() <= 120


@pytest.mark.parametrize("busy", list(Lane))
async def test_neither_kind_of_call_starves_the_other(clock, time, busy):
    pacer = Pacer(60, clock, time.ticking)
    (other,) = set(Lane) - {busy}

    async def call(lane):
        async with pacer.turn(lane) as heard:
            heard(Answer(200, {}))
        return time.seconds()

    many = asyncio.gather(*(call(busy) for _ in range(200)))
    few = await asyncio.gather(*(call(other) for _ in range(18)))
    assert max(few) < 10
    many.cancel()
    with pytest.raises(asyncio.CancelledError):
        await many


async def test_whoever_gives_up_waiting_leaves_the_line(clock, time):
    pacer = Pacer(60, clock, time.ticking)
    async with pacer.turn(Lane.QUESTION) as heard:
        heard(answer(clock, left="0", ahead=100))

    async def turn():
        async with pacer.turn(Lane.QUESTION):
            return time.seconds()

    first, second = asyncio.create_task(turn()), asyncio.create_task(turn())
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 100
