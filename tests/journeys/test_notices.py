"""What those who look after a place are told, how often, and where."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from adapters.store.store import open_store
from services import digests, notices, spaces
from services.events import Confirmed, GaveUp, Received
from services.journal import Journal
from services.machine import CONFIRM_WITHIN
from services.model import Address, State, Track
from services.noticing import CLAIM, Noticing
from services.periods import Period
from services.plans import Plans
from services.problems import Code, Fault, Problem, fault
from services.quotas import Allowance
from tests.fakes.clock import Clock
from tests.fakes.desk import StillQueue
from tests.fakes.jobs import CLIP, START, a_job
from tests.fakes.world import an_ask, world
from tests.journeys.test_job_life import copying
from tests.wav import write_wav

OFFICE = Address("web", "space-1", "office")
MONDAY = START.replace(day=2, hour=9)  # START is a Sunday


class Wall:
    """Remembers what was posted where; refuses while told to."""

    def __init__(self) -> None:
        self.posted = []
        self.trouble: Code | None = None

    async def post(self, address, card, key):
        if self.trouble is not None:
            raise fault(self.trouble)
        self.posted.append((address.chat, [line.key for line in card.lines], key))


@pytest.fixture
async def store(tmp_path):
    async with open_store(None, tmp_path) as opened:
        yield opened


async def reports(store, **others):
    """The place has somewhere for reports."""
    kept = {spaces.REPORTS: spaces.kept_address(OFFICE), **others}
    await store.write(lambda tx: tx.put_space("web", "space-1", kept))


def journal(store, clock):
    allowance = Allowance(space={Period.MONTH: 10})
    return Journal(store, StillQueue(), clock, Plans(lambda _platform: allowance))


def posting(store, wall, clock):
    return Noticing(store, {"web": wall}, clock)


async def use(keeper, number, minutes):
    job = a_job(number)
    await keeper.add(lambda tx: [job])
    return await keeper.record(job.id, Received(replace(CLIP, seconds=minutes * 60.0)))


async def test_eighty_and_a_hundred_per_cent_are_told_once_in_a_period(store):
    clock, wall = Clock(), Wall()
    keeper, noticing = journal(store, clock), posting(store, wall, clock)
    await reports(store)
    levels = []
    for number, minutes in enumerate((7, 1, 1, 1, 3), 1):
        await use(keeper, number, minutes)
        await noticing.post()
        levels.append(len(wall.posted))
    assert levels == [0, 1, 1, 2, 2]
    assert {chat for chat, _, _ in wall.posted} == {"office"}
    clock.turn(days=31)
    await use(keeper, 9, 9)
    await noticing.post()
    assert len(wall.posted) == 3


async def test_who_finds_too_little_left_is_the_end_of_it(store):
    clock, wall = Clock(), Wall()
    keeper, noticing = journal(store, clock), posting(store, wall, clock)
    await reports(store)
    await use(keeper, 1, 9)
    refused = await use(keeper, 2, 5)
    await noticing.post()
    assert refused.outcome.code is Code.QUOTA_SPENT
    assert len(wall.posted) == 2


async def test_without_a_place_for_reports_the_one_who_asked_reads_it(store):
    keeper = journal(store, Clock())
    jobs = [await use(keeper, number, 8 if number == 1 else 1) for number in (1, 2, 3)]
    assert [job.warning for job in jobs] == [80, 0, 100]
    assert await store.read(lambda tx: tx.spaces_with(notices.PENDING, 5)) == []


async def test_a_platform_that_is_down_is_told_later_and_one_that_is_gone_is_not(store):
    clock, wall = Clock(), Wall()
    keeper, noticing = journal(store, clock), posting(store, wall, clock)
    await reports(store)
    wall.trouble = Code.CHAT_DOWN
    await use(keeper, 1, 8)
    await noticing.post()
    wall.trouble = None
    await noticing.post()
    assert wall.posted == [], "somebody else may be at it"
    clock.turn(seconds=CLAIM.total_seconds())
    await noticing.post()
    assert len(wall.posted) == 1
    wall.trouble = Code.CHAT_GONE
    await use(keeper, 2, 2)
    await noticing.post()
    assert await store.read(lambda tx: tx.spaces_with(notices.PENDING, 5)) == []


async def test_two_processes_post_a_notice_once(store):
    clock, wall = Clock(), Wall()
    keeper = journal(store, clock)
    await reports(store)
    await use(keeper, 1, 8)
    both = [posting(store, wall, clock) for _ in range(2)]
    await asyncio.gather(*(one.post() for one in both))
    assert len(wall.posted) == 1


def of_last_week():
    """Three delivered, one of them elsewhere, and two that failed for the same reason."""
    clip, tracks = replace(CLIP, seconds=120.0), ()
    day = START - timedelta(days=2)
    done = {"state": State.DONE, "done_at": day, "created_at": day, "clip": clip}
    for number in (1, 2, 3):
        sent = ("MusicGPT",) if number == 3 else ()
        yield a_job(number, outcome=(a_track(),), sent_to=sent, **done)
    for number in (4, 5):
        yield a_job(number, outcome=Problem(Code.PROVIDER_DOWN), **done)
    yield a_job(6, outcome=tracks, **{**done, "created_at": day - timedelta(days=9)})


def a_track():
    return Track("clean", "k/clean.wav", "a.wav", "wav", "audio/wav", 1, 120.0)


async def test_once_a_week_there_are_figures(store):
    clock, wall = Clock(MONDAY - timedelta(minutes=1)), Wall()
    noticing = posting(store, wall, clock)
    last = (MONDAY - timedelta(days=7)).date().isoformat()
    await reports(store, **{digests.MARK: last})
    await store.write(lambda tx: [tx.add(job) for job in of_last_week()])
    await noticing.write_digests()
    await noticing.post()
    assert wall.posted == [], "not before nine in the morning"
    clock.turn(minutes=1)
    for _ in range(3):
        await noticing.write_digests()
        await noticing.post()
    ((chat, lines, _),) = wall.posted
    assert chat == "office"
    assert lines == [
        "digest-title",
        "digest-here",
        "digest-sent",
        "digest-failures",
        "digest-cause",
    ]


def test_the_figures_of_a_week():
    counted = digests.count([job for job in of_last_week() if job.outcome != ()])
    assert counted == {
        "jobs": 3,
        "seconds": 360,
        "here": 240,
        "sent": {"MusicGPT": 120},
        "causes": {"provider_down": 2},
    }


async def test_a_quiet_week_is_not_worth_a_message(store):
    clock, wall = Clock(MONDAY), Wall()
    noticing = posting(store, wall, clock)
    await reports(store, **{digests.MARK: "2026-02-16"})
    await noticing.write_digests()
    await noticing.post()
    assert wall.posted == []


# --- a price that is asked about first ------------------------------------------------------------


@pytest.fixture
def voice(tmp_path):
    rng = np.random.default_rng(5)
    return write_wav(tmp_path / "voice.wav", rng.normal(0, 0.05, (1, 72_000)))


async def quoted(here, voice):
    """A job whose price is asked about."""
    kept = {spaces.CONFIRM: 0.02}
    await here.app.store.write(lambda tx: tx.put_space("discord", "space", kept))
    job_id = await here.ask(voice)

    async def awaits():
        return (await here.job(job_id)).awaits

    await here.until(awaits)
    return job_id


async def test_above_the_price_nothing_begins_before_its_person_agrees(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        job_id = await quoted(here, voice)
        assert await here.spent() == 1.5, "set aside meanwhile"
        assert not (tmp_path / "work.log").exists()
        with pytest.raises(Fault):
            stranger = an_ask(voice, "confirm", "e2", person="stranger", job=job_id)
            await here.app.desk.handle(replace(stranger, sources=()))
        agreed = an_ask(voice, "confirm", "e3", job=job_id)
        await here.app.desk.handle(replace(agreed, sources=()))
        job = await here.done(job_id)
    assert job.tracks


async def test_who_says_no_pays_nothing(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        job_id = await quoted(here, voice)
        await here.app.desk.handle(an_ask(voice, "cancel", "e2", job=job_id))
        job = await here.done(job_id)
        assert await here.spent() == 0
    assert job.outcome.code is Code.CANCELLED


async def test_below_the_price_nobody_is_asked(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        kept = {spaces.CONFIRM: 1}
        await here.app.store.write(lambda tx: tx.put_space("discord", "space", kept))
        job = await here.done(await here.ask(voice))
    assert job.tracks


async def test_whoever_does_not_answer_gets_the_minutes_back(store):
    clock = Clock()
    keeper = journal(store, clock)
    await store.write(lambda tx: tx.put_space("web", "space-1", {spaces.CONFIRM: 1}))
    job = await use(keeper, 1, 5)
    assert (job.awaits, job.due_at) == (True, START + CONFIRM_WITHIN)
    ended = await keeper.record(job.id, GaveUp(Problem(Code.NOT_CONFIRMED)))
    late = await keeper.record(job.id, Confirmed())
    lines = await store.read(lambda tx: tx.lines(job.id))
    assert ended.outcome.code is Code.NOT_CONFIRMED
    assert late == ended
    assert {line.kind for line in lines} == {"reserve", "release"}
