"""Lines that take turns."""

import asyncio

import pytest

from adapters.workers.turns import Turns


class Row:
    """Remembers who had a place, in the order in which they had it."""

    def __init__(self, places=1):
        self.had = []
        self.turns = Turns(places)

    async def join(self, line):
        """Stand in the line at once; the place is given back with `end`."""

        async def wait():
            await self.turns.take(line)
            self.had.append(line)

        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        return task

    async def end(self):
        self.turns.give_back()
        for _ in range(3):
            await asyncio.sleep(0)


async def test_whoever_comes_first_has_a_place_at_once():
    row = Row(places=2)
    for line in "aab":
        await row.join(line)
    await asyncio.sleep(0)
    assert row.had == ["a", "a"]


async def test_a_long_line_lets_a_short_one_pass():
    row = Row()
    for line in "aaaa":
        await row.join(line)
    for line in "bcb":
        await row.join(line)
    for _ in range(6):
        await row.end()
    assert "".join(row.had) == "abcabaa"


async def test_one_that_comes_again_and_again_passes_nobody_twice():
    row = Row()
    for line in "aaa":
        await row.join(line)
    for _ in range(4):
        await row.join("b")
        await row.end()
    assert "".join(row.had) == "ababa"


async def test_a_line_that_was_long_is_like_any_other_when_nobody_waits():
    row = Row()
    for line in "aaa":
        await row.join(line)
    for _ in range(3):
        await row.end()
    await row.join("a")
    await row.join("b")
    await row.join("a")
    for _ in range(2):
        await row.end()
    assert "".join(row.had) == "aaa" + "aba"


@pytest.mark.parametrize("has_come", [False, True], ids=["waiting", "just let in"])
async def test_a_cancel_loses_no_place(has_come):
    row = Row()
    await row.join("a")
    gone = await row.join("b")
    if has_come:
        row.turns.give_back()
    gone.cancel()
    await asyncio.wait({gone})
    if not has_come:
        row.turns.give_back()
    await row.join("c")
    await asyncio.sleep(0)
    assert row.had == ["a", "c"]
