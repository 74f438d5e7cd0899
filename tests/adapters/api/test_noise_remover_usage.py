"""noise-remover.com's dialect, served: GET /usage."""

import asyncio
import io
from datetime import UTC, datetime

import pytest

from services import keys, quotas
from services.model import JobId
from services.records import LedgerLine
from tests.adapters.api.engine import quick_room, told_room
from tests.fakes.clock import Clock
from tests.hostile import sounds

SLOW = 4_000  # Hz
PRINTED = 1_847.3  # minutes
JUNE = datetime(2025, 6, 13, 10, 30, tzinfo=UTC)  # as on the page


@pytest.fixture
def clock():
    return Clock(JUNE)


@pytest.fixture
async def room(tmp_path, clock):
    async with quick_room(tmp_path, works=False, clock=clock) as opened:
        yield opened


async def spend(room, program, minutes, at=None, name="earlier"):
    """As if jobs had been settled for so much."""
    key = await program_key(room, program)

    def write(tx):
        scope = quotas.space_scope(tx, key.address)
        amount = round(minutes * quotas.MINUTE)
        tx.write_line(LedgerLine(JobId(name), scope, "settle", amount, at or room.clock()))

    await room.app.store.write(write)


async def program_key(room, program):
    return await room.app.store.read(lambda tx: keys.of_space(tx, program.id))


async def usage(program):
    answer = await program.remover("GET", "/usage")
    assert answer.status == 200
    return answer.body


FIELDS = [
    pytest.param("plan", "api_pro", id="NR-U-01a plan"),
    pytest.param("minutes_included", 4_000, id="NR-U-01b minutes_included"),
    pytest.param("minutes_used", PRINTED, id="NR-U-01c minutes_used"),
    pytest.param("minutes_remaining", 2_152.7, id="NR-U-01d minutes_remaining"),
    pytest.param("overage_minutes", 0, id="NR-U-01e overage_minutes"),
    pytest.param("overage_cost", "$0.00", id="NR-U-01f overage_cost"),
    pytest.param("period_start", "2025-06-01T00:00:00Z", id="NR-U-01g period_start"),
    pytest.param("period_end", "2025-06-30T23:59:59Z", id="NR-U-01h period_end"),
]


@pytest.fixture(scope="module")
def printed(tmp_path_factory, borrowed_workers):
    """The answer to a key that used as much as the one on the page."""
    return asyncio.run(_printed(tmp_path_factory.mktemp("printed"), borrowed_workers))


async def _printed(folder, borrowed_workers):
    async with told_room(folder, borrowed_workers, works=False, clock=Clock(JUNE)) as room:
        program = await room.program(plan="api_pro")
        await spend(room, program, PRINTED)
        return await usage(program)


@pytest.mark.parametrize(("name", "value"), FIELDS)
def test_usage_tells_what_the_page_prints(printed, name, value):
    assert printed[name] == value


def test_usage_tells_nothing_else(printed):
    assert list(printed) == [param.values[0] for param in FIELDS]


async def test_what_waits_is_used_already(tmp_path):  # NR-U-01c, NR-U-01d
    async with quick_room(tmp_path) as room:
        program = await room.program(plan="api_dev")
        sound = sounds.wav(b"\x80" * (SLOW * 37), sample_rate=SLOW, bits=8)
        await program.enhanced(sound=io.BytesIO(sound))
        told = await usage(program)
    assert (told["minutes_used"], told["minutes_remaining"]) == (0.62, 1_499.38)


async def test_a_key_uses_its_own_minutes_alone(room):  # NR-U-01c
    one, other = await room.program("one", "api_pro"), await room.program("other", "api_pro")
    await spend(room, one, 10)
    assert [(await usage(program))["minutes_used"] for program in (one, other)] == [10, 0]


async def test_a_new_month_begins_with_nothing_used(room, clock):
    """NR-U-01c, NR-U-01g, NR-U-01h."""
    program = await room.program(plan="api_pro")
    await spend(room, program, PRINTED)
    clock.at = datetime(2025, 6, 30, 23, 59, 59, tzinfo=UTC)
    assert (await usage(program))["minutes_used"] == PRINTED
    clock.turn(seconds=1)
    told = await usage(program)
    assert (told["minutes_used"], told["minutes_remaining"]) == (0, 4_000)
    assert (told["period_start"], told["period_end"]) == (
        "2025-07-01T00:00:00Z",
        "2025-07-31T23:59:59Z",
    )


async def test_a_key_without_limit_has_null_for_it(room):  # NR-U-01b, NR-U-01d
    told = await usage(await room.program(plan="api_unlimited"))
    assert (told["minutes_included"], told["minutes_remaining"]) == (None, None)


async def test_nothing_runs_over(room):
    """NR-U-01e, NR-U-01f: when the plan is used up, nothing more is taken, and nothing owed."""
    program = await room.program(plan="api_dev")
    await spend(room, program, 1_500)
    assert (await program.enhance()).error == "payment_required"
    told = await usage(program)
    assert (told["minutes_used"], told["minutes_remaining"]) == (1_500, 0)
    assert (told["overage_minutes"], told["overage_cost"]) == (0, "$0.00")
