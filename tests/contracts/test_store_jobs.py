"""Any store keeps jobs, finds them and forgets them."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from services.model import (
    Kind,
    Person,
    Picture,
    Posting,
    Receipt,
    Result,
    Source,
    State,
    Track,
)
from services.problems import Code, Problem
from services.recipes import Operation, Recipe, Stem
from services.records import Step
from tests.fakes.jobs import CLIP, START, a_job

TRACK = Track("clean", "k/clean", "a.wav", "wav", "audio/wav", 9, 1.5, {"peak_dbfs": -math.inf})
TOO_LARGE = Problem(Code.TOO_LARGE, {"size": 5, "limit": math.inf, "name": "7"}, "why")
RICH = a_job(
    recipe=Recipe(Operation.STEMS, stems=(Stem.VOCALS, Stem.HI_HAT), end=2.5),
    source=Source("odd \x00 \ud800 ü.wav", key="incoming/a"),
    state=State.RUNNING,
    kind=Kind.WIRE,
    attempt=2,
    clip=CLIP,
    provider="local",
    refused=("musicgpt",),
    last=Problem(Code.PROVIDER_DOWN),
    results=(Result("clean", url="https://example.test/a"),),
    card=Receipt("r"),
    due_at=START + timedelta(microseconds=1),
    album=(a_job(1).id, a_job(2).id),
)


def done(number, ended=START, outcome=(TRACK,), **changes):
    return a_job(number, state=State.DONE, outcome=outcome, done_at=ended, **changes)


async def keep(store, *jobs):
    await store.write(lambda tx: [tx.add(job) for job in jobs])


@pytest.mark.parametrize(
    "job",
    [
        pytest.param(a_job(), id="fresh"),
        pytest.param(RICH, id="under way"),
        pytest.param(
            replace(
                RICH,
                state=State.DELIVERING,
                outcome=(TRACK,),
                picture=Picture("k/p", 3, {"a": 1.0}),
                postings=(Posting(0, 1, Receipt("x")), Posting(1)),
            ),
            id="with tracks",
        ),
        pytest.param(
            replace(RICH, state=State.DONE, outcome=TOO_LARGE, done_at=START, purged=True),
            id="failed and purged",
        ),
        pytest.param(replace(RICH, state=State.DELIVERING, outcome=()), id="no track at all"),
    ],
)
async def test_a_job_comes_back_as_it_was(store, job):
    await keep(store, job)
    assert await store.read(lambda tx: tx.job(job.id)) == job


async def test_a_code_keeps_what_its_row_says(store):
    await keep(store, replace(RICH, state=State.DELIVERING, outcome=TOO_LARGE))
    job = await store.read(lambda tx: tx.job(RICH.id))
    assert job.outcome.code is Code.TOO_LARGE


async def test_the_same_event_gives_the_earlier_job(store):
    await keep(store, a_job(1))
    again = a_job(2, dedupe=a_job(1).dedupe)
    assert await store.write(lambda tx: tx.add(again)) == a_job(1)
    assert await store.read(lambda tx: tx.job(again.id)) is None


async def test_the_job_of_an_event_is_known(store):
    await keep(store, a_job(1))
    assert await store.read(lambda tx: tx.known(a_job(1).dedupe)) == a_job(1)
    assert await store.read(lambda tx: tx.known("web:other:0")) is None


async def test_a_saved_job_replaces_the_old_one(store):
    await keep(store, a_job())
    changed = replace(RICH, updated_at=START + timedelta(seconds=1))
    await store.write(lambda tx: tx.save(changed, 7))
    assert await store.read(lambda tx: tx.job(changed.id)) == changed


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(a_job(state=State.DELIVERING), id="delivering without an outcome"),
        pytest.param(a_job(outcome=(TRACK,)), id="an outcome before delivering"),
        pytest.param(a_job(state=State.DONE, outcome=(TRACK,)), id="done at no time"),
        pytest.param(a_job(purged=True), id="purged before it is done"),
        pytest.param(a_job(attempt=-1), id="less than no attempt"),
    ],
)
async def test_the_schema_refuses_what_cannot_be(store, wrong):
    with pytest.raises(IntegrityError):
        await keep(store, wrong)


async def test_history_is_told_in_order(store):
    steps = [Step(START, "Asked", "receiving", 0), Step(START, "Received", "queued", 0, "a\0b")]
    await keep(store, a_job())
    await store.write(lambda tx: [tx.note(a_job().id, step) for step in steps])
    told = await store.read(lambda tx: tx.history(a_job().id))
    assert told == [steps[0], replace(steps[1], detail="ab")]


async def test_a_forgotten_job_leaves_only_its_ledger(store):
    old, kept, young = (
        replace(done(1), purged=True),
        done(2),
        replace(done(3), purged=True, done_at=START + timedelta(days=1)),
    )
    await keep(store, old, kept, young, a_job(4))
    await store.write(lambda tx: tx.note(old.id, Step(START, "Asked", "receiving", 0)))
    before = START + timedelta(hours=1)
    counts = [await store.write(lambda tx: tx.forget_jobs(before, 5)) for _ in range(2)]
    assert counts == [1, 0]
    assert await store.read(lambda tx: tx.job(old.id)) is None
    assert await store.read(lambda tx: tx.history(old.id)) == []
    assert len(await store.read(lambda tx: tx.jobs())) == 3


async def test_open_jobs_are_the_oldest_first(store):
    late = a_job(1, created_at=START + timedelta(seconds=1))
    await keep(store, late, a_job(2), done(3))
    assert await store.read(lambda tx: tx.open_jobs(5)) == [a_job(2), late]


async def test_a_persons_jobs_are_the_newest_first(store):
    late = a_job(1, created_at=START + timedelta(seconds=1))
    await keep(store, a_job(2), late, a_job(3, person=Person("other")))
    assert await store.read(lambda tx: tx.jobs_of("web", "person-1", 5)) == [late, a_job(2)]
    assert await store.read(lambda tx: tx.jobs_of("web", "person-1", 1)) == [late]
    assert await store.read(lambda tx: tx.jobs_of("discord", "person-1", 5)) == []


async def test_all_jobs_can_be_asked_for_by_state(store):
    await keep(store, a_job(1), done(2))
    assert await store.read(lambda tx: tx.jobs(state="done")) == [done(2)]
    assert len(await store.read(lambda tx: tx.jobs())) == 2


async def test_active_jobs_have_no_outcome(store):
    told = a_job(2, state=State.DELIVERING, outcome=TOO_LARGE)
    await keep(store, a_job(1), told, done(3))
    assert await store.read(lambda tx: tx.active("web", "person-1")) == 1


async def test_several_files_of_one_ask_are_active_once(store):
    ask = [a_job(number, dedupe=f"web:event-1:{number}") for number in range(3)]
    await keep(store, *ask, a_job(7))
    assert await store.read(lambda tx: tx.active("web", "person-1")) == 2


async def test_a_space_counts_its_own_line(store):
    late = a_job(4, created_at=START + timedelta(seconds=1))
    other = replace(late, id="other", address=replace(late.address, space="space-2"))
    await keep(store, a_job(1), a_job(2), done(3), late)
    assert await store.read(lambda tx: tx.ahead_in_space(late)) == 2
    assert await store.read(lambda tx: tx.ahead_in_space(a_job(2))) == 1
    assert await store.read(lambda tx: tx.ahead_in_space(other)) == 0


async def test_in_a_space_its_people_take_turns(store):
    ada, bob = Person("ada"), Person("bob")
    at = [START + timedelta(seconds=n) for n in range(6)]
    many = [a_job(n, person=ada, created_at=at[n]) for n in range(4)]
    few = [a_job(n + 4, person=bob, created_at=at[n + 4]) for n in range(2)]
    await keep(store, *many, *few)

    def ahead(tx):
        return {job.id: tx.ahead_in_space(job) for job in (*many, *few)}

    places = await store.read(ahead)
    assert [places[job.id] for job in many] == [0, 2, 4, 5]
    assert [places[job.id] for job in few] == [1, 3]


async def test_of_a_space_the_next_ones_are_found(store):
    held = timedelta(hours=1)
    elsewhere = replace(a_job(1), address=replace(a_job(1).address, space="space-2"))
    parked = a_job(2, state=State.QUEUED, due_at=START + timedelta(minutes=1))
    queued = [a_job(number, state=State.QUEUED) for number in (3, 4)]
    back = [a_job(number, due_at=START + held) for number in (5, 6)]
    at_work, elsewhere_at_work = a_job(8, state=State.SUBMITTING), a_job(10, state=State.RUNNING)
    asked = replace(elsewhere_at_work, due_at=START + timedelta(seconds=3))
    await keep(store, elsewhere, done(7), parked, *queued, *back, at_work, a_job(9), asked)
    here, late = a_job().address, START + held

    def found(tx):
        return (
            tx.next_waiting(here, START),
            tx.next_held(here, held, START, 9),
            tx.next_held(elsewhere.address, held, START, 9),
            tx.next_held(here, held, late, 9),
            tx.let_in(here, held, START),
        )

    waiting, theirs, none, none_any_more, count = await store.write(found)
    assert waiting.id == queued[0].id
    assert [job.id for job in theirs] == [job.id for job in back]
    assert (none, none_any_more, count) == ([], [], 4)


async def test_the_people_of_a_space_take_turns_also_where_they_are_held_back(store):
    held = timedelta(hours=1)
    ada, bob = Person("ada"), Person("bob")

    def back(number, person):
        at = START + timedelta(seconds=number)
        return a_job(number, person=person, created_at=at, due_at=at + held)

    await keep(store, *(back(number, ada) for number in range(3)), back(5, bob), back(6, bob))
    here = a_job().address
    found = await store.write(lambda tx: tx.next_held(here, held, START, 3))
    assert [job.person.id for job in found] == ["ada", "bob", "ada"]


async def test_the_line_goes_by_priority_then_by_age(store):
    def queued(number, seconds):
        at = START + timedelta(seconds=seconds)
        return a_job(number, state=State.QUEUED, created_at=at)

    first, second, third = queued(1, 9), queued(2, 0), queued(3, 1)
    other_kind = a_job(4, state=State.QUEUED, kind=Kind.SOUND)
    await keep(store, first, second, third, other_kind)
    await store.write(lambda tx: (tx.save(first, 1), tx.save(second, 2), tx.save(third, 2)))
    places = await store.read(lambda tx: [tx.place(job) for job in (first, second, third)])
    assert places == [1, 2, 3]


async def test_what_has_files_too_long_is_found_oldest_first(store):
    later = START + timedelta(seconds=1)
    await keep(store, done(1, later), done(2), done(3, purged=True), a_job(4))
    usual, now = timedelta(seconds=10), later + timedelta(seconds=11)
    assert await expired(store, now, usual) == [done(2).id, done(1).id]
    assert await expired(store, START + usual, usual) == []


async def test_a_space_may_keep_files_for_less_and_never_for_longer(store):
    short, long = done(1, keep_hours=1.0), done(2, keep_hours=100.0)
    await keep(store, short, long)
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert await expired(store, START + 2 * hour, day) == [short.id]
    assert await expired(store, START + 25 * hour, day) == [short.id, long.id]


async def test_what_failed_stays_long_enough_to_try_again(store):
    failed = done(1, outcome=Problem(Code.PROVIDER_DOWN), keep_hours=0.0)
    await keep(store, failed, done(2, outcome=(), keep_hours=0.0))
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    assert await expired(store, START + second, hour, hour) == [done(2).id]
    assert await expired(store, START + hour + second, hour, hour) == [failed.id, done(2).id]


async def expired(store, now, usual, for_another_try=timedelta(0)):
    found = await store.read(lambda tx: tx.expired(now, usual, for_another_try, 5))
    return [job.id for job in found]


async def test_a_source_is_in_use_until_its_last_job_is_purged(store):
    def keys(tx):
        return tx.keys_in_use(["incoming/a", "incoming/b", *map(str, range(2000))])

    await keep(store, a_job(1), done(2, purged=True, source=Source("b", key="incoming/b")))
    assert await store.read(keys) == {"incoming/a"}
    assert await store.read(lambda tx: tx.keys_in_use(["incoming/a"], besides=a_job(1).id)) == set()
