"""MusicGPT's dialect, Extraction on this machine, and its callback.

Names like MG-S-36 are rows of the providers' contract.
"""

import json

import pytest

from services.recipes import Operation, Stem
from tests.adapters.api.conversions import (
    TYPES,
    conversion,
    copying_room,
    ids,
    read_by_us,
    sound_of,
    started,
)
from tests.adapters.api.room import tone
from tests.adapters.api.test_musicgpt_extraction import NAMES

HERE = ("vocals", "instrumental", "drums", "bass")  # what is split without any model


async def extracted(program, ear, **fields):
    """The answer and the callback of a job."""
    said = await started(program, "Extraction", sound=tone(1.25), webhook_url=ear.url, **fields)
    (heard,) = await ear.until()
    return said, heard.body


async def recipe_of(program, **fields):
    said = await started(program, "Extraction", **fields)
    return (await program.room.job(said["task_id"])).recipe


# --- what is split here ---------------------------------------------------------------------------


async def test_what_nobody_here_can_split_is_told_with_what_is_served(waiting):
    taken = await waiting.convert("Extraction", stems='["vocals", "piano", "toms"]')
    assert (taken.status, taken.body) == (
        422,
        {
            "success": False,
            "error": "stems: piano, toms cannot be split off here; "
            "served are vocals, instrumental, bass, drums.",
        },
    )


async def test_of_the_composite_what_is_served_here_is_split(waiting):
    """MG-X-08"""
    assert (await recipe_of(waiting)).stems == (Stem.DRUMS, Stem.BASS)


async def test_every_stem_of_the_list_comes_back(tmp_path, ear):
    """MG-S-38, AMB-08"""
    async with copying_room(tmp_path, ear) as opened:
        program = await opened.program()
        said, told = await extracted(program, ear, stems=json.dumps(NAMES))
        links = {name: told["vocal" if name == "vocals" else name] for name in NAMES}
        # Each is its own sound, under its own name.
        begin = f"{program.room.origin}/api/musicgpt/conversions/{said['task_id']}_"
        assert all(links[name].startswith(f"{begin}{name}.mp3?token=") for name in NAMES)
        assert [*json.loads(told["audio_url"])] == NAMES
        assert [*json.loads(told["audio_url_wav"])] == NAMES


# --- the callback ---------------------------------------------------------------------------------


@pytest.fixture
async def told(tmp_path, ear):
    """The answer and the callback of a job with the stems of the older page, and its program."""
    async with copying_room(tmp_path, ear) as opened:
        program = await opened.program()
        stems = '["vocals", "instrumental", "back_vocal"]'
        yield (*await extracted(program, ear, stems=stems), program)


async def test_the_callback_has_the_keys_of_its_page(told):
    """MG-S-43: no type, no message, no twins; MG-C-20: nothing is signed inside.

    MG-X-11: beside them the two maps that a live application reads.
    """
    _, body, _ = told
    assert {*body} == {
        "success",  # MG-S-36
        "task_id",  # MG-S-36
        "conversion_id",  # MG-S-36
        "audio_path",  # MG-S-37
        "vocal",  # MG-S-38
        "instrumental",  # MG-S-39
        "back_vocal",  # MG-S-40
        "audio_url",  # MG-X-11
        "audio_url_wav",  # MG-X-11
        "conversion_cost",  # MG-S-41
        "conversion_duration",  # MG-S-42
    }


async def test_its_values_are_those_of_the_answer(told):
    """MG-S-36, MG-S-41, MG-S-42, AMB-04, AMB-05"""
    said, body, _ = told
    assert body["success"] is True
    assert ids(body) == ids(said)
    assert isinstance(body["conversion_cost"], float)
    assert body["conversion_cost"] == said["credit_estimate"] == 0.02
    assert body["conversion_duration"] == 1.25


async def test_its_audio_path_is_a_signed_address_of_what_was_sent(told):
    """MG-S-37, AMB-21"""
    _, body, program = told
    got = await program.call("GET", body["audio_path"])
    assert body["audio_path"].startswith(f"{program.room.origin}/")
    assert got.raw == tone(1.25)


async def test_its_maps_are_texts_that_hold_json(told):
    """MG-X-11"""
    _, body, _ = told
    found = [json.loads(body[name]) for name in ("audio_url", "audio_url_wav")]
    assert [[*one] for one in found] == [["vocals", "instrumental", "back_vocal"]] * 2
    assert found[0]["vocals"] == body["vocal"]
    assert found[1]["vocals"] != body["vocal"]


@pytest.mark.parametrize(("field", "container"), [("audio_url", "mp3"), ("audio_url_wav", "wav")])
async def test_every_part_can_be_fetched_without_the_key(room, program, ear, field, container):
    """MG-S-38, MG-S-39, MG-X-11, AMB-24"""
    _, body = await extracted(program, ear, stems=json.dumps(HERE))
    for name, url in json.loads(body[field]).items():
        got = await program.call("GET", url)
        kind, seconds = sound_of(got.raw)
        assert (got.status, kind) == (200, container), name
        assert seconds == pytest.approx(1.25, abs=0.06), name  # an MP3 has whole frames


async def test_with_everything_before_it_works_as_well(room, program, ear):
    """MG-S-29, MG-S-30, MG-S-31"""
    steps = '["Denoise", "Deecho", "Dereverb"]'
    _, body = await extracted(program, ear, stems='["drums"]', preprocessing_options=steps)
    assert sound_of((await program.call("GET", body["drums"])).raw)[0] == "mp3"


async def test_our_own_reader_finds_every_part_in_callback_and_answer(told):
    """AMB-01, AMB-08"""
    said, body, program = told
    asked = (Stem.VOCALS, Stem.INSTRUMENTAL, Stem.BACK_VOCAL)
    polled = await conversion(program, said, "Extraction")
    assert polled["conversion_type"] == TYPES["Extraction"]
    for one in (body, polled):
        found = read_by_us(one, Operation.STEMS, asked)
        assert [*found] == [*asked]
        assert all(".wav?" in url for url in found.values())
