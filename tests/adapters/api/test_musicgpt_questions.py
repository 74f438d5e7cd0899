"""MusicGPT's dialect, byId: which conversion is meant, and what is told of one that waits.

Names like MG-X-01 are rows of the providers' contract.
"""

from datetime import datetime

import pytest

from tests.adapters.api.conversions import (
    TYPES,
    conversion,
    ids,
    started,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNKNOWN = {"success": False, "error": "Conversion not found."}
COMMON = (
    *("task_id", "conversion_id", "conversion_type", "status", "status_msg"),
    *("audio_url", "conversion_cost", "eta", "title", "lyrics", "music_style"),
    *("createdAt", "updatedAt"),
)


async def asked(program, **query):
    return await program.gpt("GET", "/byId", params=query)


# --- one conversion -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["task_id", "conversion_id"])
async def test_a_conversion_is_found_by_either_id(asker, name):
    """MG-X-01"""
    said = await started(asker)
    answer = await asked(asker, conversionType="DENOISING", **{name: said[name]})
    assert (answer.status, ids(answer.body["conversion"])) == (200, ids(said))


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        pytest.param("denoise", "DENOISING", id="MG-X-02 DENOISING"),
        pytest.param("deecho", "DEECHO", id="MG-X-02 DEECHO"),
        pytest.param("dereverb", "DEREVERB", id="MG-X-02 DEREVERB"),
        pytest.param("Extraction", "EXTRACTION", id="MG-X-02 EXTRACTION"),
        pytest.param("Extraction", "STEMS_SEPARATION", id="MG-X-02 STEMS_SEPARATION"),
        pytest.param("Extraction", "VOCAL_EXTRACTION", id="MG-X-02 VOCAL_EXTRACTION"),
    ],
)
async def test_each_operation_has_its_types(asker, operation, kind):
    """MG-X-02"""
    said = await started(asker, operation)
    answer = await asked(asker, conversionType=kind, task_id=said["task_id"])
    assert answer.body["conversion"]["conversion_type"] == TYPES[operation]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"task_id": "1"}, id="no type"),
        pytest.param({"conversionType": "", "task_id": "1"}, id="an empty type"),
        pytest.param({"conversionType": "MUSIC_AI", "task_id": "1"}, id="another type"),
        pytest.param({"conversionType": "DENOISING"}, id="no id"),
        pytest.param({"conversionType": "DENOISING", "task_id": ""}, id="an empty id"),
        pytest.param({"conversionType": "DENOISING", "task_id": "1", "conversion_id": "2"},
                     id="both ids"),
        pytest.param({"conversionType": "DENOISING", "task_id": "1" * 200}, id="a long id"),
    ],
)  # fmt: skip
async def test_a_type_and_exactly_one_id_are_required(asker, query):
    """MG-X-01, MG-X-07, AMB-22"""
    answer = await asked(asker, **query)
    assert (answer.status, answer.body["success"]) == (400, False)


async def test_what_is_not_there_not_ones_own_or_of_another_type_is_the_same(still):
    """MG-X-01: nobody learns which conversions others have."""
    mine, theirs = await still.program("mine"), await still.program("theirs")
    task, work = ids(await started(mine))
    other, _ = ids(await started(theirs))
    kind = {"conversionType": "DENOISING"}
    queries = (
        {**kind, "task_id": "938a071a-a5f5-40df-8eeb-972edcff26c4"},
        {**kind, "task_id": "denoise789"},
        {**kind, "task_id": "../../etc"},
        {**kind, "task_id": other},
        {**kind, "task_id": work},
        {**kind, "conversion_id": task},
        {"conversionType": "DEECHO", "task_id": task},
    )
    answers = [await asked(mine, **query) for query in queries]
    assert [(one.status, one.body) for one in answers] == [(404, UNKNOWN)] * len(queries)


async def test_a_conversion_that_waits_has_every_field_of_the_page(asker):
    """MG-X-03, MG-X-04: IN_QUEUE"""
    said = await started(asker, name="talk.wav")
    answer = await asker.by_id(said["task_id"])
    assert [*answer.body] == ["success", "conversion"]
    told = answer.body["conversion"]
    assert [*told] == [*COMMON]
    assert (told["status"], told["status_msg"]) == ("IN_QUEUE", "Conversion is in the queue")
    assert (told["audio_url"], told["conversion_cost"]) == (None, None)
    assert (told["title"], told["eta"]) == ("talk.wav", said["eta"])


async def test_its_times_are_iso_in_utc(asker):
    """MG-X-03"""
    told = await conversion(asker, await started(asker))
    for name in ("createdAt", "updatedAt"):
        assert told[name].endswith("Z")
        assert datetime.fromisoformat(told[name]).utcoffset().total_seconds() == 0
