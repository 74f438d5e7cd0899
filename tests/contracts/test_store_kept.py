"""Any store keeps progress, durations, settings of spaces and our own chats."""

import asyncio
from datetime import timedelta

from services import spaces
from services.model import Address, JobId, Progress, State
from services.problems import Code, Problem
from services.transactions import LedgerLine, Message
from tests.fakes.jobs import START, a_job

JOB = a_job()
LATER = START + timedelta(seconds=1)


async def test_progress_is_one_row_that_is_overwritten(store):
    await store.write(lambda tx: tx.add(JOB))
    assert await store.read(lambda tx: tx.progress(JOB.id)) is None
    await store.write(lambda tx: tx.put_progress(JOB.id, Progress(0.1, 5.0, 2), START))
    await store.write(lambda tx: tx.put_progress(JOB.id, Progress(0.5), LATER))
    assert await store.read(lambda tx: tx.progress(JOB.id)) == Progress(0.5)


async def test_progress_of_a_forgotten_job_is_no_error(store):
    await store.write(lambda tx: tx.put_progress(JobId("gone"), Progress(0.5), START))
    assert await store.read(lambda tx: tx.progress(JobId("gone"))) is None


async def test_the_latest_durations_come_first(store):
    def put(tx):
        for number in range(250):
            tx.put_duration("local", "denoise", number / 10, START)
        tx.put_duration("local", "stems", 9.0, START)

    await store.write(put)
    assert await store.read(lambda tx: tx.durations("local", "denoise", 3)) == [24.9, 24.8, 24.7]
    assert len(await store.read(lambda tx: tx.durations("local", "denoise", 999))) == 200
    assert await store.read(lambda tx: tx.durations("local", "stems", 3)) == [9.0]


async def test_a_spaces_settings_are_replaced_as_a_whole(store):
    assert await store.read(lambda tx: tx.space("web", "s")) == {}
    await store.write(lambda tx: tx.put_space("web", "s", {"a": [1, "ü\0"]}))
    await store.write(lambda tx: tx.put_space("web", "other", {"b": 1}))
    assert await store.read(lambda tx: tx.space("web", "s")) == {"a": [1, "ü\0"]}
    await store.write(lambda tx: tx.put_space("web", "s", {"c": None}))
    assert await store.read(lambda tx: tx.space("web", "s")) == {"c": None}


async def test_messages_come_in_the_order_of_their_changes(store):
    def put(key, at):
        return store.write(lambda tx: tx.put_message("c", key, {"at": at.isoformat()}, at))

    assert [await put("a", START), await put("b", START), await put("a", LATER)] == [1, 2, 3]
    shown = {"at": START.isoformat()}
    changed = Message(3, "a", {"at": LATER.isoformat()}, START)
    everything = await store.read(lambda tx: tx.messages("c", 0, 9))
    assert everything == [Message(2, "b", shown, START), changed]
    assert await store.read(lambda tx: tx.messages("c", 2, 9)) == [changed]
    assert await store.read(lambda tx: tx.messages("c", 0, 1)) == everything[:1]
    assert await store.read(lambda tx: tx.messages("other", 0, 9)) == []


async def test_a_number_that_was_shown_is_never_given_again(store):
    await store.write(lambda tx: tx.put_message("c", "a", {}, START))
    await store.write(lambda tx: tx.forget_messages(START + timedelta(seconds=1)))
    assert await store.read(lambda tx: tx.messages("c", 0, 9)) == []
    assert await store.write(lambda tx: tx.put_message("c", "b", {}, START)) == 2


async def test_only_old_messages_are_forgotten(store):
    await store.write(lambda tx: tx.put_message("c", "a", {}, START))
    await store.write(lambda tx: tx.put_message("c", "b", {}, LATER))
    await store.write(lambda tx: tx.forget_messages(LATER))
    assert [one.key for one in await store.read(lambda tx: tx.messages("c", 0, 9))] == ["b"]


async def test_writers_of_one_chat_get_numbers_of_their_own(store):
    def put(number):
        return store.write(lambda tx: tx.put_message("c", f"k{number}", {}, START))

    numbers = await asyncio.gather(*(put(number) for number in range(12)))
    assert sorted(numbers) == list(range(1, 13))


async def test_a_forgotten_person_leaves_sums_and_nothing_else(store):
    person = "person-1"
    done = a_job(1, state=State.DONE, outcome=Problem(Code.CANCELLED), done_at=START, purged=True)
    open_one = a_job(2)

    def fill(tx):
        for job in (done, open_one):
            tx.add(job)
        tx.put_space("web", f"person-{person}", {"habits": {"preset": "music"}})
        tx.put_space("web", person, {"quota": {"month": 5.0}})
        tx.put_message(person, "key", {"by": "person"}, START)
        for scope in (f"person:web:{person}", "space:web:space-1"):
            tx.write_line(LedgerLine(done.id, scope, "settle", 1000, START))

    await store.write(fill)
    await store.write(lambda tx: tx.wish_forgotten("web", person, START))
    assert await store.read(lambda tx: tx.leaving(5)) == [("web", person, START)]
    await store.write(lambda tx: tx.forget_person("web", person, START))

    def left(tx):
        jobs = [job.id for job in tx.jobs_of("web", person, 5)]
        spent = tx.spent(f"person:web:{person}", START), tx.spent("space:web:space-1", START)
        own, other = tx.space("web", f"person-{person}"), tx.space("web", person)
        kept = own, tx.messages(person, 0, 5), other
        lines = [one.milliseconds for one in tx.lines(done.id)]
        return jobs, spent, kept, lines, tx.leaving(5)

    # What was used still counts, under a name that does not tell whose it was.
    assert await store.read(left) == ([open_one.id], (1000, 1000), ({}, [], {}), [1000, 1000], [])
    lines = await store.read(lambda tx: tx.lines(done.id))
    assert not [line for line in lines if person in line.scope]


async def test_what_came_after_the_wish_stays(store):
    person, before = "person-1", START - timedelta(seconds=1)
    purged = {"state": State.DONE, "outcome": Problem(Code.CANCELLED), "done_at": LATER}
    later = a_job(1, created_at=START, purged=True, **purged)

    def fill(tx):
        tx.wish_forgotten("web", person, before)
        tx.add(later)
        spaces.change(tx, "web", f"person-{person}", "habits", {"preset": "music"})
        tx.put_message(person, "key", {"by": "person"}, START)
        tx.forget_person("web", person, before)

    await store.write(fill)
    assert await store.read(lambda tx: tx.jobs_of("web", person, 5)) == [later]
    kept = await store.read(lambda tx: tx.space("web", f"person-{person}"))
    assert kept == {"habits": {"preset": "music"}}
    assert len(await store.read(lambda tx: tx.messages(person, 0, 5))) == 1
    await store.write(lambda tx: tx.forget_job(later.id))
    assert await store.read(lambda tx: tx.jobs_of("web", person, 5)) == []


async def test_a_wish_to_be_forgotten_twice_counts_all_that_was_used(store):
    scope = "person:web:person-1"

    def use(tx, number):
        tx.write_line(LedgerLine(a_job(number).id, scope, "settle", 1000, START))

    for number in (1, 2):
        await store.write(lambda tx, number=number: use(tx, number))
        await store.write(lambda tx: tx.forget_person("web", "person-1", START))
    assert await store.read(lambda tx: tx.spent(scope, START)) == 2000
    assert await store.read(lambda tx: tx.spent("person:web:person-2", START)) == 0


async def test_a_space_that_moved_keeps_settings_minutes_and_jobs(store):
    address = Address("telegram", "-1", "-1", {"thread": "7"})
    other = a_job(2, address=Address("telegram", "-2", "-2"))
    moved = a_job(1, address=address)

    def fill(tx):
        for job in (moved, other):
            tx.add(job)
        tx.put_space("telegram", "-1", {"quota": {"month": 5.0}})
        tx.write_line(LedgerLine(moved.id, "space:telegram:-1", "reserve", 1000, START))

    await store.write(fill)
    for _ in range(2):
        await store.write(lambda tx: tx.move_space("telegram", "-1", "-1001"))
    here = await store.read(lambda tx: tx.job(moved.id))
    assert here.address == Address("telegram", "-1001", "-1001", {"thread": "7"})
    assert await store.read(lambda tx: tx.job(other.id)) == other
    assert await store.read(lambda tx: tx.space("telegram", "-1001")) == {"quota": {"month": 5.0}}
    assert await store.read(lambda tx: tx.space("telegram", "-1")) == {}
    assert await store.read(lambda tx: tx.spent("space:telegram:-1001", START)) == 1000
