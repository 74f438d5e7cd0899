"""Any store keeps progress, durations, settings of spaces and our own chats."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

from adapters.store.store import open_store
from services import quotas, spaces
from services.model import Address, JobId, Person, State
from services.problems import Code, Problem
from services.records import FLEETING, Change, Grant, LedgerLine, Message
from services.showing import Progress
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

    first, second, third = [await put("a", START), await put("b", START), await put("a", LATER)]
    assert (second, third) == (first + 1, first + 2)
    shown = {"at": START.isoformat()}
    changed = Message(third, "a", {"at": LATER.isoformat()}, START)
    everything = await store.read(lambda tx: tx.messages("c", 0, 9))
    assert everything == [Message(second, "b", shown, START), changed]
    assert await store.read(lambda tx: tx.messages("c", second, 9)) == [changed]
    assert await store.read(lambda tx: tx.messages("c", 0, 1)) == everything[:1]
    assert await store.read(lambda tx: tx.messages("other", 0, 9)) == []


async def test_a_number_that_was_shown_is_never_given_again(store):
    before = await store.write(lambda tx: tx.put_message("c", "a", {}, START))
    await store.write(lambda tx: tx.forget_messages(LATER, LATER))
    assert await store.read(lambda tx: tx.messages("c", 0, 9)) == []
    assert await store.write(lambda tx: tx.put_message("c", "b", {}, LATER)) > before


async def test_what_was_said_for_the_moment_goes_before_the_rest(store):
    for key in ("a", f"{FLEETING}b"):
        await store.write(partial(_say, key))
    assert await store.write(lambda tx: tx.forget_messages(START, START)) is False
    assert await store.write(lambda tx: tx.forget_messages(START, LATER)) is True
    assert [one.key for one in await store.read(lambda tx: tx.messages("c", 0, 9))] == ["a"]


def _say(key, tx):
    tx.put_message("c", key, {}, START)


async def test_only_old_messages_are_forgotten(store):
    await store.write(lambda tx: tx.put_message("c", "a", {}, START))
    await store.write(lambda tx: tx.put_message("c", "b", {}, LATER))
    await store.write(lambda tx: tx.forget_messages(LATER, LATER))
    assert [one.key for one in await store.read(lambda tx: tx.messages("c", 0, 9))] == ["b"]


async def test_writers_of_one_chat_get_numbers_of_their_own(store):
    def put(number):
        return store.write(lambda tx: tx.put_message("c", f"k{number}", {}, START))

    numbers = await asyncio.gather(*(put(number) for number in range(12)))
    assert sorted(numbers) == list(range(min(numbers), min(numbers) + 12))


def use(tx, number=1, person="person-1", space="space-1"):
    """Somebody used a second there; returns whose scopes have it."""
    address, somebody = Address("web", space, "chat"), Person(person)
    scopes = quotas.person_scope(tx, address, somebody), quotas.space_scope(tx, address)
    for scope in scopes:
        tx.write_line(LedgerLine(a_job(number).id, scope, "settle", 1000, START))
    return scopes


async def test_a_space_is_known_that_used_or_set_something(store):
    def fill(tx):
        use(tx, space="used")
        tx.put_space("discord", "set", {"a": 1})
        tx.put_space("web", "used", {"a": 1})

    await store.write(fill)
    known = [("discord", "set"), ("web", "used")]
    assert await store.read(lambda tx: tx.known_spaces()) == known
    await store.write(lambda tx: tx.forget_space("web", "used", START))
    assert await store.read(lambda tx: tx.known_spaces()) == known[:1]


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
        return use(tx)

    scopes = await store.write(fill)
    (alias,) = {scopes[0].split(":")[2]}
    assert await store.read(lambda tx: tx.named(alias)) == ("web", "person", person)
    await store.write(lambda tx: tx.wish_forgotten("web", person, START))
    assert await store.read(lambda tx: tx.leaving(5)) == [("web", person, START)]
    await store.write(lambda tx: tx.forget_person("web", person, START))

    def left(tx):
        jobs = [job.id for job in tx.jobs_of("web", person, 5)]
        spent = [tx.spent(scope, START) for scope in scopes]
        own, other = tx.space("web", f"person-{person}"), tx.space("web", person)
        kept = own, tx.messages(person, 0, 5), other
        return jobs, spent, kept, tx.leaving(5), tx.named(alias)

    # The sums stay, under an alias that leads to nobody.
    assert await store.read(left) == ([open_one.id], [1000, 1000], ({}, [], {}), [], None)
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


async def test_who_comes_back_goes_on_with_what_was_used(store_url, tmp_path):
    async with open_store(store_url, tmp_path, b"secret") as store:
        before = await store.write(use)
        await store.write(lambda tx: tx.forget_person("web", "person-1", START))
        assert await store.write(lambda tx: use(tx, 2)) == before
        assert await store.read(lambda tx: tx.spent(before[0], START)) == 2000
        # Once no period can count it any more, nothing leads there.
        await store.write(lambda tx: tx.forget_person("web", "person-1", START))
        await store.write(lambda tx: tx.sweep_aliases(START + timedelta(days=31)))
        after = await store.write(lambda tx: use(tx, 3))
        assert after[0] != before[0]
        assert await store.read(lambda tx: tx.spent(after[0], START)) == 1000


async def test_without_a_key_nothing_leads_back(store):
    before = await store.write(use)
    await store.write(lambda tx: tx.forget_person("web", "person-1", START))
    assert await store.write(lambda tx: use(tx, 2)) != before


async def test_a_forgotten_space_leaves_sums(store):
    over = {"state": State.DONE, "outcome": Problem(Code.CANCELLED), "done_at": START}

    def fill(tx):
        tx.add(a_job(1, purged=True, **over))
        tx.put_space("web", "space-1", {"quota": {"jobs": 5.0}})
        tx.note_change("web", "space-1", Change(START, "", "quota.jobs", "", "5.0"))
        return use(tx)

    scopes = await store.write(fill)
    await store.write(lambda tx: tx.forget_space("web", "space-1", START))

    def left(tx):
        kept = tx.space("web", "space-1"), tx.changes("web", "space-1", 5)
        return kept, tx.job(a_job(1).id), [tx.spent(scope, START) for scope in scopes]

    assert await store.read(left) == (({}, []), None, [1000, 1000])


async def test_a_space_that_moved_keeps_settings_minutes_and_jobs(store):
    address = Address("telegram", "-1", "-1", {"thread": "7"})
    other = a_job(2, address=Address("telegram", "-2", "-2"))
    moved = a_job(1, address=address)

    def fill(tx):
        for job in (moved, other):
            tx.add(job)
        tx.put_space("telegram", "-1", {"quota": {"month": 5.0}})
        scope = quotas.space_scope(tx, address)
        tx.write_line(LedgerLine(moved.id, scope, "reserve", 1000, START))

    await store.write(fill)
    for _ in range(2):
        await store.write(lambda tx: tx.move_space("telegram", "-1", "-1001"))
    here = await store.read(lambda tx: tx.job(moved.id))
    assert here.address == Address("telegram", "-1001", "-1001", {"thread": "7"})
    assert await store.read(lambda tx: tx.job(other.id)) == other
    assert await store.read(lambda tx: tx.space("telegram", "-1001")) == {"quota": {"month": 5.0}}
    assert await store.read(lambda tx: tx.space("telegram", "-1")) == {}
    new = replace(address, space="-1001")
    spent = await store.read(lambda tx: tx.spent(quotas.space_scope(tx, new), START))
    assert spent == 1000


async def test_what_is_held_about_one_person_and_nobody_else(store):
    def fill(tx):
        mine, _ = use(tx)
        use(tx, 2, person="person-10")
        me = tx.alias("web", "person", "person-1")
        tx.grant(Grant("g", mine, "gift", 5000, START))
        tx.note_change("web", "space-1", Change(START, me, "quota.jobs", "", "5.0"))
        tx.note_change("web", "space-1", Change(START, "", "quota.jobs", "5.0", ""))
        tx.put_space("web", "space-1", {"access": {"bans": [me]}})
        tx.put_space("web", "space-2", {"access": {"bans": ["other"]}})
        return me

    me = await store.write(fill)
    lines, grants = await store.read(lambda tx: tx.held_by(me))
    assert ([line.job for line in lines], [one.id for one in grants]) == ([a_job(1).id], ["g"])
    assert [one.what for _, one in await store.read(lambda tx: tx.changes_by(me, 9))] == [
        "quota.jobs"
    ]
    assert [space for space, _ in await store.read(lambda tx: tx.spaces_naming("web", me))] == [
        "space-1"
    ]


async def test_who_has_no_alias_has_nothing(store):
    await store.write(use)
    assert await store.read(lambda tx: tx.held_by("")) == ([], [])
    assert await store.read(lambda tx: tx.changes_by("", 9)) == []
    assert await store.read(lambda tx: tx.spaces_naming("web", "")) == []


async def test_old_changes_are_forgotten(store):
    for at in (START, LATER):
        change = Change(at, "", "quota.jobs", "", "5.0")
        await store.write(partial(_note, change))
    await store.write(lambda tx: tx.forget_changes(LATER))
    assert [one.at for one in await store.read(lambda tx: tx.changes("web", "s", 9))] == [LATER]


def _note(change, tx):
    tx.note_change("web", "s", change)


async def test_a_group_that_somebody_hides_behind_is_not_theirs(store):
    def fill(tx):
        tx.put_space("telegram", "-100", {"quota": {"month": 5.0}})
        tx.wish_forgotten("telegram", "-100", START)
        tx.forget_person("telegram", "-100", START)
        return tx.space("telegram", "-100")

    assert await store.write(fill) == {"quota": {"month": 5.0}}


async def test_what_the_operator_said_of_a_private_chat_is_there_again(store_url, tmp_path):
    said = {"plan": "small", "quota": {"each": {"day": 1.0}}, "habits": {"preset": "music"}}
    async with open_store(store_url, tmp_path, b"secret") as store:
        await store.write(lambda tx: tx.put_space("web", "person-ada", said))
        await store.write(lambda tx: tx.wish_forgotten("web", "ada", START))
        await store.write(lambda tx: tx.forget_person("web", "ada", START))
        assert await store.read(lambda tx: tx.space("web", "person-ada")) == {}
        await store.write(lambda tx: tx.alias("web", "space", "person-ada"))
        again = await store.read(lambda tx: tx.space("web", "person-ada"))
    assert again == {"plan": "small", "quota": {"each": {"day": 1.0}}}
