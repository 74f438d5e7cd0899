"""MusicGPT's dialect, byUser: which conversions there are.

Names like MG-X-13 are rows of the providers' contract.
"""

import pytest
import pytest_asyncio

from tests.adapters.api.conversions import (
    Everything,
    started,
)
from tests.adapters.api.engine import told_room
from tests.fakes.clock import Clock

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOUR = ("denoise", "deecho", "Extraction", "denoise")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hourly(tmp_path_factory, borrowed_workers):
    """A program, and the tasks that it made on the hour, one after the other."""
    folder, clock = tmp_path_factory.mktemp("hourly"), Clock()
    given = {"engine": Everything(), "works": False, "clock": clock}
    async with told_room(folder, borrowed_workers, **given) as opened:
        program, made = await opened.program(), []
        for operation in FOUR:
            made.append((await started(program, operation))["task_id"])
            clock.turn(hours=1)
        yield program, made


async def listed(program, **query) -> list[str]:
    """The tasks that byUser tells of."""
    answer = await program.gpt("GET", "/byUser", params=query)
    assert answer.status == 200, answer.raw
    return [one["task_id"] for one in answer.body["conversions"]]


def at(hour) -> str:
    """So many hours after the first of them, in the middle between two."""
    return f"{Clock()().replace(hour=Clock()().hour + hour, minute=30):%Y-%m-%dT%H:%M:%S}"


TODAY = f"{Clock()():%Y-%m-%d}"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({}, [3, 2, 1, 0], id="newest first"),
        pytest.param({"limit": "2"}, [3, 2], id="limit"),
        pytest.param({"sortOrder": "asc"}, [0, 1, 2, 3], id="sortOrder asc"),
        pytest.param({"sortOrder": "desc", "limit": "1"}, [3], id="sortOrder desc"),
        pytest.param({"startDate": f"{at(1)}Z"}, [3, 2], id="startDate"),
        pytest.param({"endDate": f"{at(1)}Z"}, [1, 0], id="endDate"),
        pytest.param({"startDate": f"{at(0)}Z", "endDate": f"{at(2)}Z"}, [2, 1], id="both"),
        pytest.param({"startDate": at(1)}, [3, 2], id="startDate without a zone"),
        pytest.param({"startDate": f"{at(1)}+00:00"}, [3, 2], id="startDate with an offset"),
        pytest.param({"startDate": "2000-01-01"}, [3, 2, 1, 0], id="a day"),
        pytest.param({"startDate": TODAY, "endDate": TODAY}, [3, 2, 1, 0], id="the whole day"),
        pytest.param({"startDate": "", "endDate": "", "conversionType": ""}, [3, 2, 1, 0],
                     id="empty fields"),
        pytest.param({"conversionType": "DENOISING"}, [3, 0], id="conversionType"),
        pytest.param({"conversionType": "EXTRACTION"}, [2], id="conversionType EXTRACTION"),
        pytest.param({"conversionType": "STEMS_SEPARATION"}, [2], id="its other name"),
        pytest.param({"conversionType": "DEREVERB"}, [], id="a type without any"),
    ],
)  # fmt: skip
async def test_conversions_are_listed(hourly, query, found):
    """MG-X-13"""
    program, made = hourly
    assert await listed(program, **query) == [made[one] for one in found]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "101"}, {"limit": "ten"}, {"sortOrder": "up"},
        {"startDate": "yesterday"}, {"conversionType": "MUSIC_AI"},
    ],
    ids=str,
)  # fmt: skip
async def test_what_cannot_be_listed_is_a_bad_request(asker, query):
    """MG-X-07, MG-X-13"""
    answer = await asker.gpt("GET", "/byUser", params=query)
    assert (answer.status, answer.body["success"]) == (400, False)
    assert answer.body["error"].startswith(f"{next(iter(query))}: ")


async def test_nobody_lists_what_others_have(still):
    """MG-X-13"""
    mine, theirs = await still.program("mine"), await still.program("theirs")
    await started(theirs)
    assert await listed(mine) == []


async def test_what_the_other_dialect_made_is_not_listed(asker):
    """MG-X-13"""
    assert (await asker.enhance()).status == 202
    assert await listed(asker) == []
