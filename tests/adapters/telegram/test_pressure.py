"""Nobody is asked more often than Telegram allows, and one chat never waits for another."""

import asyncio

import pytest

from adapters.telegram import pressure
from adapters.telegram.faults import FloodWait
from adapters.telegram.limits import GROUP_CALLS, GROUP_ROOM_FOR_PROGRESS
from adapters.telegram.pressure import Pressure
from services.problems import Fault


@pytest.fixture
def clock(monkeypatch):
    """A clock that tests put forward."""
    now = [1000.0]
    monkeypatch.setattr(pressure, "_clock", lambda: now[0])
    return now


async def test_a_group_takes_so_many_messages_in_any_minute(clock):
    made = Pressure()
    for _ in range(GROUP_CALLS):
        await made.turn("-1", is_group=True)
    with pytest.raises(FloodWait) as raised:
        await made.turn("-1", is_group=True)
    assert raised.value.seconds == pytest.approx(60.0)
    await made.turn("-2", is_group=True)
    clock[0] += 60.0
    await made.turn("-1", is_group=True)


async def test_progress_leaves_the_last_turns_of_a_minute_to_results(clock):
    made, shown = Pressure(), 0
    with pytest.raises(Fault):
        while True:
            await made.spare("-1", is_group=True)
            shown += 1
            clock[0] += 1
            await asyncio.sleep(0.2)
    assert shown == GROUP_CALLS - GROUP_ROOM_FOR_PROGRESS
    await made.turn("-1", is_group=True, count=8)


async def test_a_chat_that_must_be_left_alone_holds_up_no_other(clock):
    made = Pressure()
    made.told("1", 30.0)
    with pytest.raises(FloodWait) as raised:
        await made.turn("1", is_group=False)
    assert raised.value.seconds == 30.0
    await made.turn("2", is_group=False)
    clock[0] += 30.0
    await made.turn("1", is_group=False)


async def test_progress_is_left_out_while_many_want_to_be_told(monkeypatch):
    # A tenth of a second later there is room again, so none passes.
    now = asyncio.get_running_loop().time()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    made = Pressure()
    for chat in "123":
        await made.turn(chat, is_group=False)
    with pytest.raises(Fault):
        await made.spare("4", is_group=False)
