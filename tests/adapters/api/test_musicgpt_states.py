"""MusicGPT's dialect, byId: how far a conversion is, and what became of it.

Names like MG-X-01 are rows of the providers' contract.
"""

import pytest

from services.model import Phase
from services.problems import Code, Problem
from tests.adapters.api.conversions import (
    OPERATIONS,
    Everything,
    conversion,
    converted,
    copying_room,
    started,
)

COMMON = (
    *("task_id", "conversion_id", "conversion_type", "status", "status_msg"),
    *("audio_url", "conversion_cost", "eta", "title", "lyrics", "music_style"),
    *("createdAt", "updatedAt"),
)
DONE = ("audio_url_wav", "conversion_path", "conversion_path_wav", "conversion_duration")


@pytest.fixture
async def copying(tmp_path, ear):
    async with copying_room(tmp_path, ear) as opened:
        yield await opened.program()


# --- how far it is --------------------------------------------------------------------------------


async def test_a_conversion_that_is_worked_on_is_in_progress(tmp_path, ear):
    """MG-X-04: IN_PROGRESS"""
    engine = Everything()
    engine.goes_on.clear()
    async with copying_room(tmp_path, ear, engine) as opened:
        program = await opened.program()
        said = await started(program)

        async def is_begun():
            return (await opened.job(said["task_id"])).phase is Phase.PROCESSING

        await opened.until(is_begun)
        assert (await conversion(program, said))["status"] == "IN_PROGRESS"


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_conversion_that_is_done_names_its_result_and_its_cost(copying, operation):
    """MG-X-03, MG-X-04: COMPLETED"""
    said = await converted(copying, operation)
    told = await conversion(copying, said, operation)
    assert {*told} >= {*COMMON, *DONE} - {"conversion_path", "conversion_path_wav"}
    assert (told["status"], told["eta"]) == ("COMPLETED", 0)
    assert (told["conversion_cost"], told["conversion_duration"]) == (0.02, 1.0)
    assert told["audio_url"] and told["audio_url_wav"]


async def test_of_one_sound_the_addresses_come_by_two_names(copying):
    """MG-X-03, MG-X-20"""
    told = await conversion(copying, await converted(copying))
    assert told["conversion_path"] == told["audio_url"] == told["no_noise"]
    assert told["conversion_path_wav"] == told["audio_url_wav"] == told["no_noise_wav"]


async def test_a_conversion_that_failed_says_why_and_costs_nothing(tmp_path, ear):
    """MG-X-04: FAILED, AMB-29"""
    engine = Everything()
    engine.breaks = Problem(Code.PROVIDER_FAILED)
    async with copying_room(tmp_path, ear, engine) as opened:
        program = await opened.program()
        told = await conversion(program, await converted(program))
        assert told["status"] == "FAILED"
        assert "could not process this recording" in told["status_msg"]
        assert (told["audio_url"], told["conversion_cost"]) == (None, 0.0)


async def test_a_list_tells_the_same_of_each_as_its_own_question(copying):
    """MG-X-13, MG-X-03"""
    said = await converted(copying)
    (told,) = (await copying.gpt("GET", "/byUser")).body["conversions"]
    assert told == await conversion(copying, said)
