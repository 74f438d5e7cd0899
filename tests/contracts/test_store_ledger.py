"""Any store counts every second once."""

import asyncio
from datetime import timedelta

import pytest

from services.model import State
from services.problems import Code, Problem
from services.records import LedgerLine
from tests.fakes.jobs import START, a_job

SCOPE = "space:web:space-1"


def line(kind, number=1, milliseconds=1000, at=START, scope=SCOPE):
    return LedgerLine(a_job(number).id, scope, kind, milliseconds, at, "why")


async def write(store, *lines):
    return await store.write(lambda tx: [tx.write_line(one) for one in lines])


async def spent(store, since=START, scope=SCOPE):
    return await store.read(lambda tx: tx.spent(scope, since))


async def test_a_line_stands_once(store):
    assert await write(store, line("reserve"), line("reserve", milliseconds=7)) == [True, False]
    assert await store.read(lambda tx: tx.lines(a_job(1).id)) == [line("reserve")]


@pytest.mark.parametrize(
    ("lines", "counted"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param([line("reserve")], 1000, id="reserved"),
        pytest.param([line("reserve"), line("settle", milliseconds=800)], 800, id="settled"),
        pytest.param([line("reserve"), line("release")], 0, id="released"),
        pytest.param([line("reserve"), line("settle"), line("release")], 1000, id="ends once"),
        pytest.param([line("reserve"), line("reserve", 2)], 2000, id="two jobs"),
        pytest.param([line("reserve", scope="installation")], 0, id="another scope"),
    ],
)
async def test_spent_is_what_was_reserved_or_settled(store, lines, counted):
    await write(store, *lines)
    assert await spent(store) == counted


async def test_what_was_before_does_not_count(store):
    await write(store, line("reserve"))
    assert await spent(store, START + timedelta(microseconds=1)) == 0


async def test_the_ledger_outlives_its_job(store):
    over = a_job(1, state=State.DONE, outcome=Problem(Code.CANCELLED), done_at=START, purged=True)
    await store.write(lambda tx: tx.add(over))
    await write(store, line("settle"))
    assert await store.write(lambda tx: tx.forget_jobs(START + timedelta(days=1), 5)) == 1
    assert await spent(store) == 1000


async def test_reservations_at_once_never_pass_the_limit(store):
    def reserve(number):
        def change(tx):
            tx.lock_scope(SCOPE)
            if tx.spent(SCOPE, START) + 1000 > 5000:
                return False
            return tx.write_line(line("reserve", number))

        return change

    granted = await asyncio.gather(*(store.write(reserve(number)) for number in range(16)))
    assert sum(granted) == 5
    assert await spent(store) == 5000


async def test_lines_are_found_by_how_their_scopes_begin(store):
    later = START + timedelta(seconds=1)
    own = line("reserve", scope="space:a1")
    grant = line("reserve", 2, at=later, scope="space:a1+gift-1")
    person = line("settle", 3, at=later, scope="person:a1:b2")
    await write(store, own, grant, person, line("reserve", 4, scope="space:a_"))
    assert await store.read(lambda tx: tx.lines_of(["space:a1"], 9)) == [grant, own]
    both = ["space:a1", "person:a1:"]
    assert await store.read(lambda tx: tx.lines_of(both, 2)) == [grant, person]
    assert await store.read(lambda tx: tx.lines_of(["space:a_"], 9)) == [
        line("reserve", 4, scope="space:a_")
    ]
    assert await store.read(lambda tx: tx.lines_of([], 9)) == []
