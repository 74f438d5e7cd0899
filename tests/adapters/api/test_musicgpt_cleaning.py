"""MusicGPT's dialect: denoise, deecho and dereverb, from the form to the callback.

Names like MG-E-10 are rows of the providers' contract.
"""

import pytest

from services.recipes import Format, Keep, Operation
from tests.adapters.api.conversions import (
    UUID,
    conversion,
    copying_room,
    ids,
    read_by_us,
    sound_of,
    started,
)
from tests.adapters.api.room import tone

# What is printed of deecho, and what the others are called after it: nobody prints theirs.
PAGES = {
    "denoise": ("Denoise", "no_noise", "noise", "de_noise conversion Completed"),
    "deecho": ("Deecho", "no_echo", "echo", "de_echo conversion Completed"),
    "dereverb": ("Dereverb", "no_reverb", "reverb", "de_reverb conversion Completed"),
}
FORMATS = (Format.WAV, Format.MP3)
EACH = [
    pytest.param("denoise", id="MG-D-05"),
    pytest.param("deecho", id="MG-E-07"),
    pytest.param("dereverb", id="MG-X-05"),
]


@pytest.fixture
async def copying(tmp_path, ear):
    async with copying_room(tmp_path, ear) as opened:
        yield await opened.program()


async def cleaned(program, ear, operation, **given):
    """The answer and the callback of a job."""
    given = {"sound": tone(1.25), "webhook_url": ear.url, **given}
    said = await started(program, operation, **given)
    (heard,) = await ear.until()
    return said, heard.body


# --- the form -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "done"),
    [
        pytest.param("denoise", Operation.DENOISE, id="MG-D-01"),
        pytest.param("deecho", Operation.DEECHO, id="MG-E-01"),
        pytest.param("dereverb", Operation.DEREVERB, id="MG-X-05"),
    ],
)
async def test_a_file_and_a_webhook_come_in_one_form(waiting, operation, done):
    """MG-D-02, MG-D-07, MG-E-02"""
    said = await started(waiting, operation, webhook_url="https://example.com/hook")
    job = await waiting.room.job(said["task_id"])
    assert (job.recipe.operation, job.recipe.keep) == (done, Keep.BOTH)
    assert job.address.route["webhook"] == "https://example.com/hook"


async def test_fields_that_no_page_names_change_nothing(waiting):
    """MG-D-02, MG-E-02"""
    said = await started(waiting, stems='["piano"]', preset="loud", format="exe")
    plain = await started(waiting)
    jobs = [await waiting.room.job(one["task_id"]) for one in (said, plain)]
    assert jobs[0].recipe == jobs[1].recipe


# --- the callback ---------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", EACH)
async def test_the_callback_has_the_keys_of_its_page(copying, ear, operation):
    """MG-C-20: nothing of it is a signature."""
    said, told = await cleaned(copying, ear, operation)
    word, clean, removed, message = PAGES[operation]
    task, room = said["task_id"], copying.room
    begin = f"{room.origin}/api/musicgpt/conversions/{task}_"

    def link(key, ending):
        url = told.pop(key)
        assert url.startswith(f"{begin}{key.removesuffix('_wav').replace('_', '')}.{ending}?token=")
        return key

    links = [
        link(clean, "mp3"),  # MG-E-10, MG-E-17
        link(f"{clean}_wav", "wav"),  # MG-E-11
        link(removed, "mp3"),  # MG-E-12
        link(f"{removed}_wav", "wav"),  # MG-E-13
    ]
    assert len(links) == 4
    path = told.pop("audio_path")
    assert UUID.fullmatch(path.removeprefix("files/").removesuffix(".wav"))  # MG-E-09, AMB-21
    assert told == {
        "success": True,  # MG-E-06
        "conversion_type": word,  # MG-E-07
        "task_id": task,  # MG-E-08
        "conversion_id": said["conversion_id"],  # MG-E-08
        "message": message,  # MG-E-14
        "conversion_duration": 1.25,  # MG-E-15
        "conversion_cost": "0.02",  # MG-E-16, AMB-04
    }


async def test_the_cost_is_text_and_the_estimate(copying, ear):
    """MG-E-16, AMB-05"""
    said, told = await cleaned(copying, ear, "deecho", sound=tone(6.0))
    assert told["conversion_cost"] == "0.10"
    assert float(told["conversion_cost"]) == said["credit_estimate"]


@pytest.mark.parametrize("operation", EACH)
async def test_every_result_can_be_fetched_without_the_key(room, program, ear, operation):
    """MG-E-10, MG-E-11, MG-E-12, MG-E-13, AMB-24"""
    _, told = await cleaned(program, ear, operation)
    _, clean, removed, _ = PAGES[operation]
    for key in (clean, removed):
        for ending, container in (("", "mp3"), ("_wav", "wav")):
            got = await program.call("GET", told[f"{key}{ending}"])
            kind, seconds = sound_of(got.raw)
            assert (got.status, kind) == (200, container), key
            assert seconds == pytest.approx(1.25, abs=0.06), key  # an MP3 has whole frames


@pytest.mark.parametrize("operation", EACH)
async def test_our_own_reader_finds_both_sides_in_callback_and_answer(copying, ear, operation):
    """MG-D-05, MG-X-20, AMB-01"""
    said, told = await cleaned(copying, ear, operation)
    polled = await conversion(copying, said, operation)
    for one in (told, polled):
        found = [read_by_us(one, Operation(operation), made=made) for made in FORMATS]
        assert [[*urls] for urls in found] == [["clean", "residual"]] * 2
        assert all(".wav?" in url for url in found[0].values())
        assert all(".mp3?" in url for url in found[1].values())


async def test_a_spoiled_link_to_a_result_opens_nothing(copying, ear):
    """AMB-24"""
    _, told = await cleaned(copying, ear, "deecho")
    for url in (told["no_echo"][:-2], told["no_echo"].partition("?")[0]):
        assert (await copying.call("GET", url)).status == 404


@pytest.mark.parametrize("operation", EACH)
async def test_callback_answer_and_question_name_the_same_ids(copying, ear, operation):
    """MG-E-08"""
    said, told = await cleaned(copying, ear, operation)
    polled = await conversion(copying, said, operation)
    assert ids(said) == ids(told) == ids(polled)
