"""Any store lets no pot fall below zero, whoever asks at the same moment."""

import asyncio
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services import quotas, spaces
from services.commands.quota import number
from services.events import Collected, Finished, GaveUp, Picked, Received, Routed
from services.journal import Journal
from services.machine import CANCELLED
from services.model import Address, Kind, Person, Result, Track
from services.periods import Period
from services.plans import Plans
from services.problems import Code, Fault, Problem
from services.quotas import MINUTE, Allowance
from services.records import Grant
from tests.fakes.desk import StillQueue
from tests.fakes.jobs import CLIP, START, a_job

AT_ONCE = 20
HERE = a_job().address
TRACK = Track("clean", "k/clean.wav", "a.wav", "wav", "audio/wav", 1, 60.0)


def journal(store, allowance=None, now=lambda: START):
    return Journal(store, StillQueue(), now, Plans(lambda _platform: allowance or Allowance()))


def jobs(count, **changes):
    return [a_job(n, **changes) for n in range(1, count + 1)]


async def received(keeper, job, seconds=60.0):
    return await keeper.record(job.id, Received(replace(CLIP, seconds=seconds)))


async def delivered(keeper, job, seconds=60.0):
    await received(keeper, job, seconds)
    for event in (
        Routed("local", Kind.SOUND),
        Picked(START + timedelta(hours=1)),
        Finished((Result("clean", "k"),)),
        Collected((TRACK,), None),
    ):
        job = await keeper.record(job.id, event)
    return job


async def spent(store, job=None, since=START):
    place = (job or a_job()).address
    return await store.read(lambda tx: tx.spent(quotas.space_scope(tx, place), since))


PLACES = {
    "space": Allowance(space={Period.MONTH: 10}),
    "person": Allowance(person={Period.DAY: 10}),
    "installation": Allowance(installation={Period.MONTH: 10}),
    "guests": Allowance(guests={Period.DAY: 10}),
}


@pytest.mark.parametrize("whose", PLACES)
async def test_of_twenty_at_the_last_minute_one_passes(store, whose):
    keeper = journal(store, PLACES[whose])
    first, *rest = jobs(AT_ONCE + 1)
    await keeper.add(lambda tx: [first, *rest])
    await received(keeper, first, 9 * 60.0)
    ended = await asyncio.gather(*(received(keeper, job) for job in rest))
    passed = [job for job in ended if job.outcome is None]
    refused = [job.outcome for job in ended if job.outcome is not None]
    assert len(passed) == 1
    assert {problem.code for problem in refused} == {Code.QUOTA_SPENT}
    assert {problem.args["whose"] for problem in refused} == {whose}
    assert await spent(store) == 10 * MINUTE


async def test_what_one_gives_back_the_next_may_use(store):
    keeper = journal(store, PLACES["space"])
    first, second = jobs(2)
    await keeper.add(lambda tx: [first, second])
    await received(keeper, first, 600.0)
    assert (await keeper.record(first.id, GaveUp(CANCELLED))).outcome is not None
    assert (await received(keeper, second, 600.0)).outcome is None


async def test_a_job_ended_twice_gives_back_once(store):
    keeper = journal(store, PLACES["space"])
    first, second = jobs(2)
    await keeper.add(lambda tx: [first, second])
    await delivered(keeper, first, 300.0)
    await received(keeper, second, 300.0)
    await asyncio.gather(*(keeper.record(second.id, GaveUp(CANCELLED)) for _ in range(5)))
    assert await spent(store) == 5 * MINUTE


async def test_none_means_none_and_unlimited_is_a_word(store):
    nothing = Allowance(space={Period.MONTH: 0})
    assert spaces.amount("unlimited") > 1e300
    (job,) = jobs(1)
    keeper = journal(store, nothing)
    await keeper.add(lambda tx: [job])
    ended = await received(keeper, job, 0.06)
    assert ended.outcome.code is Code.QUOTA_SPENT
    assert "date" not in ended.outcome.args, "of nothing there is no more tomorrow"


async def test_what_is_free_draws_nothing(store):
    keeper = journal(store, PLACES["space"])
    job = a_job(1, is_free=True)
    await keeper.add(lambda tx: [job])
    ended = await delivered(keeper, job, 6000.0)
    assert ended.tracks
    assert await store.read(lambda tx: tx.lines(job.id)) == []


async def test_one_space_never_touches_another(store):
    keeper = journal(store, Allowance(person={Period.DAY: 10}, space={Period.MONTH: 10}))
    here, there = a_job(1), a_job(2, address=replace(HERE, space="space-2"))
    await keeper.add(lambda tx: [here, there])
    await received(keeper, here, 600.0)
    assert (await received(keeper, there, 600.0)).outcome is None


async def test_who_is_exempt_is_counted_and_never_refused(store):
    keeper = journal(store, PLACES["space"])

    def exempt(tx):
        alias = tx.alias("web", "person", "person-1")
        spaces.change(tx, "web", "space-1", "quota", {"exempt": {"people": [alias]}})

    await store.write(exempt)
    (job,) = jobs(1)
    await keeper.add(lambda tx: [job])
    assert (await received(keeper, job, 1200.0)).outcome is None
    assert await spent(store) == 20 * MINUTE


ROLES = {"a": {"day": 1}, "b": {"day": 30, "month": "unlimited"}}


@pytest.mark.parametrize(
    ("quota", "roles", "day"),
    [
        pytest.param({}, (), 10, id="the operator's"),
        pytest.param({"each": {"day": 5}}, (), 5, id="the admins'"),
        pytest.param({"each": {"day": 5}, "roles": ROLES}, ("a",), 1, id="a role's"),
        pytest.param({"roles": ROLES}, ("a", "b"), 30, id="the most generous role's"),
        pytest.param({"roles": ROLES}, ("c",), 10, id="no role of those"),
        pytest.param({"roles": ROLES, "people": {"?": {"day": 2}}}, ("b",), 2, id="one's own"),
    ],
)
async def test_whose_minutes_count(store, quota, roles, day):
    person = Person("person-1", roles=roles)

    def change(tx):
        alias = tx.alias("web", "person", person.id)
        own = quota.get("people", {}).get("?")
        named = {"people": {alias: own}} if own else {}
        spaces.change(tx, "web", "space-1", "quota", {**quota, **named})
        plans = Plans(lambda _platform: PLACES["person"])
        return spaces.allowance(tx, plans, HERE, person, START)

    assert (await store.write(change)).person[Period.DAY] == day


# --- gifts and what is left over ------------------------------------------------------------------


async def give(store, amount, until=None, name="gift-1"):
    def change(tx):
        scope = quotas.space_scope(tx, HERE)
        tx.grant(Grant(name, scope, "gift", amount * MINUTE, START, until))

    await store.write(change)


async def left(store, name="gift-1", now=START):
    def ask(tx):
        found = tx.grants(quotas.space_scope(tx, HERE), now)
        return [quotas.left_of(tx, one) / MINUTE for one in found if one.id == name]

    return await store.read(ask)


async def test_a_gift_is_used_when_the_rest_is_spent(store):
    keeper = journal(store, PLACES["space"])
    first, second, third = jobs(3)
    await keeper.add(lambda tx: [first, second, third])
    await give(store, 5)
    await delivered(keeper, first, 480.0)
    assert await left(store) == [5]
    await delivered(keeper, second, 240.0)  # 2 of the month, 2 of the gift
    assert await left(store) == [3]
    refused = await received(keeper, third, 240.0)
    assert refused.outcome.args["left"] == 3.0
    assert (await spent(store)) == 10 * MINUTE


async def test_a_gift_goes_back_as_it_came(store):
    keeper = journal(store, PLACES["space"])
    (job,) = jobs(1)
    await keeper.add(lambda tx: [job])
    await give(store, 5)
    await received(keeper, job, 720.0)
    assert await left(store) == [3]
    await keeper.record(job.id, GaveUp(Problem(Code.PROVIDER_FAILED)))
    assert (await left(store), await spent(store)) == ([5], 0)


async def test_a_gift_expires(store):
    keeper = journal(store, PLACES["space"])
    (job,) = jobs(1)
    await keeper.add(lambda tx: [job])
    await give(store, 5, until=START)
    assert (await received(keeper, job, 720.0)).outcome.code is Code.QUOTA_SPENT


async def test_twenty_at_once_share_a_gift_and_no_more(store):
    keeper = journal(store, PLACES["space"])
    many = jobs(AT_ONCE)
    await keeper.add(lambda tx: many)
    await give(store, 3)
    ended = await asyncio.gather(*(received(keeper, job) for job in many))
    assert sum(job.outcome is None for job in ended) == 13
    assert await left(store) == [0]


MARCH, APRIL = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("used", "cap", "more"),
    [
        pytest.param(4, 3, 3, id="up to the cap"),
        pytest.param(8, 3, 2, id="what was left"),
        pytest.param(10, 3, 0, id="nothing was left"),
        pytest.param(0, 3, 0, id="nobody was there before"),
        pytest.param(4, 0, 0, id="no rollover"),
    ],
)
async def test_what_is_left_over_goes_into_the_next_period(store, used, cap, more):
    allowance = Allowance(space={Period.MONTH: 10}, rollover=cap)
    early, late, last = jobs(3)
    now = [MARCH]
    keeper = journal(store, allowance, lambda: now[0])
    await keeper.add(lambda tx: [early, late, last])
    if used:
        await delivered(keeper, early, used * 60.0)
    now[0] = APRIL
    assert (await received(keeper, late, (10 + more) * 60.0)).outcome is None
    refused = await received(keeper, last, 6.0)
    assert refused.outcome.args["left"] == 0


async def test_work_that_ends_in_the_next_period_counts_where_it_was_asked_for(store):
    allowance, now = Allowance(space={Period.MONTH: 10}), [MARCH]
    keeper = journal(store, allowance, lambda: now[0])
    early, late = jobs(2)
    await keeper.add(lambda tx: [early, late])
    await received(keeper, early, 600.0)
    now[0] = APRIL
    await delivered(keeper, early, 600.0)
    assert (await received(keeper, late, 600.0)).outcome is None


async def test_a_clock_that_jumps_back_gives_nothing_twice(store):
    allowance, now = Allowance(space={Period.MONTH: 10}), [APRIL]
    keeper = journal(store, allowance, lambda: now[0])
    early, late = jobs(2)
    await keeper.add(lambda tx: [early, late])
    await received(keeper, early, 600.0)
    now[0] = MARCH
    assert (await received(keeper, late)).outcome.code is Code.QUOTA_SPENT
    await keeper.record(early.id, GaveUp(CANCELLED))
    now[0] = APRIL
    assert await spent(store, since=MARCH) == 0


async def test_guests_from_elsewhere_share_one_pot(store):
    keeper = journal(store, Allowance(visitors={Period.DAY: 1}))
    places = [Address("web", f"person-{n}", "c", is_guest=True) for n in (1, 2)]
    one, two = a_job(1, address=places[0]), a_job(2, address=places[1])
    await keeper.add(lambda tx: [one, two])
    assert (await received(keeper, one)).outcome is None
    assert (await received(keeper, two)).outcome.args["whose"] == "visitors"


async def test_whatever_is_left_over_may_go_on(store):
    allowance, now = Allowance(space={Period.MONTH: 10}, rollover=math.inf), [MARCH]
    keeper = journal(store, allowance, lambda: now[0])
    early, late = jobs(2)
    await keeper.add(lambda tx: [early, late])
    await delivered(keeper, early, 60.0)
    now[0] = APRIL
    assert (await received(keeper, late, 19 * 60.0)).outcome is None


async def test_a_day_and_a_month_are_warned_of_once_each(store):
    allowance, now = Allowance(space={Period.DAY: 10, Period.MONTH: 100}), [MARCH]
    keeper = journal(store, allowance, lambda: now[0])
    many = jobs(12)
    await keeper.add(lambda tx: many)
    warned = []
    for job in many:
        warned.append((await received(keeper, job, 540.0)).warning)
        now[0] += timedelta(days=1 if job.id != many[10].id else 0)
    # 9 of 10 min each day is a warning of that day; the month has its own on the ninth.
    assert warned == [80] * 11 + [0]


async def test_who_sets_their_own_clock_has_one_day_a_day(store):
    keeper = journal(store, PLACES["person"])
    private = Address("web", "person-1", "c")
    one, two = a_job(1, address=private), a_job(2, address=private)
    await keeper.add(lambda tx: [one, two])
    assert (await received(keeper, one, 600.0)).outcome is None
    clock = {"timezone": "Etc/GMT-14"}
    await store.write(lambda tx: tx.put_space("web", "person-1", clock))
    assert (await received(keeper, two, 600.0)).outcome.code is Code.QUOTA_SPENT


async def test_a_group_that_moved_after_it_had_spoken_keeps_what_was_used(store):
    keeper = journal(store, PLACES["space"])
    new = replace(HERE, space="space-new")
    old, early, late = a_job(1), a_job(2, address=new), a_job(3, address=new)
    await keeper.add(lambda tx: [old, early, late])
    await received(keeper, old, 300.0)
    await received(keeper, early, 120.0)
    await store.write(lambda tx: tx.move_space("web", "space-1", "space-new"))
    assert await spent(store, late) == 7 * MINUTE
    assert (await received(keeper, late, 240.0)).outcome.args["left"] == 3.0


@pytest.mark.parametrize("said", ["1e300", "1,000", "1.000", "-1", "nan", "1e10", "ten"])
def test_a_number_that_nobody_means_is_no_limit(said):
    with pytest.raises(Fault) as caught:
        number("month", said)
    assert caught.value.problem.code is Code.BAD_OPTION


@pytest.mark.parametrize(("said", "kept"), [("1,5", 1.5), ("0", 0), ("Unlimited", "unlimited")])
def test_numbers_as_people_write_them(said, kept):
    assert number("month", said) == kept
