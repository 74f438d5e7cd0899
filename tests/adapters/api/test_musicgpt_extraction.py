"""MusicGPT's dialect, Extraction: stems, and what is done before.

Names like MG-S-06 are rows of the providers' contract.
"""

import json

import pytest

from services.recipes import Cleanup, Stem
from tests.adapters.api.conversions import (
    started,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

STEMS = [
    pytest.param("vocals", id="MG-S-06"),
    pytest.param("instrumental", id="MG-S-07"),
    pytest.param("male_vocal", id="MG-S-08"),
    pytest.param("female_vocal", id="MG-S-09"),
    pytest.param("lead_vocal", id="MG-S-10"),
    pytest.param("back_vocal", id="MG-S-11"),
    pytest.param("bass", id="MG-S-12"),
    pytest.param("drums", id="MG-S-13"),
    pytest.param("guitar", id="MG-S-14"),
    pytest.param("piano", id="MG-S-15"),
    pytest.param("keys", id="MG-S-16"),
    pytest.param("strings", id="MG-S-17"),
    pytest.param("winds", id="MG-S-18"),
    pytest.param("rhythm_guitar", id="MG-S-19"),
    pytest.param("solo_guitar", id="MG-S-20"),
    pytest.param("acoustic_guitar", id="MG-S-21"),
    pytest.param("electric_guitar", id="MG-S-22"),
    pytest.param("kick_drum", id="MG-S-23"),
    pytest.param("snare_drum", id="MG-S-24"),
    pytest.param("toms", id="MG-S-25"),
    pytest.param("hi_hat", id="MG-S-26"),
    pytest.param("ride", id="MG-S-27"),
    pytest.param("crash", id="MG-S-28"),
]
NAMES = [one.values[0] for one in STEMS]


async def recipe_of(program, **fields):
    said = await started(program, "Extraction", **fields)
    return (await program.room.job(said["task_id"])).recipe


# --- stems ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", STEMS)
async def test_every_stem_of_the_list_is_taken(asker, stem):
    """MG-S-03"""
    recipe = await recipe_of(asker, stems=json.dumps([stem]))
    assert recipe.stems == (Stem(stem),)


async def test_what_is_no_list_is_refused(asker):
    """MG-S-03, MG-C-16"""
    taken = await asker.convert("Extraction", stems="vocals")
    said = "stems: it should be text that holds a JSON list of names."
    assert (taken.status, taken.body) == (422, {"success": False, "error": said})


async def test_another_name_is_no_stem_and_the_names_are_told(asker):
    taken = await asker.convert("Extraction", stems='["cello"]')
    said = f"stems: each should be one of {', '.join(NAMES)}."
    assert (taken.status, taken.body) == (422, {"success": False, "error": said})


@pytest.mark.parametrize("given", [{}, {"stems": ""}, {"stems": "[]"}, {"stems": "[ ]"}])
async def test_without_stems_the_composite_is_split(asker, given):
    """MG-X-08, MG-S-03"""
    recipe = await recipe_of(asker, **given)
    assert recipe.stems == (Stem.DRUMS, Stem.BASS, Stem.PIANO, Stem.GUITAR)


async def test_a_stem_that_is_named_twice_is_one(asker):
    assert (await recipe_of(asker, stems='["bass", "bass"]')).stems == (Stem.BASS,)


# --- what is done before --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        pytest.param('["Denoise"]', (Cleanup.DENOISE,), id="MG-S-29"),
        pytest.param('["Deecho"]', (Cleanup.DEECHO,), id="MG-S-30"),
        pytest.param('["Dereverb"]', (Cleanup.DEREVERB,), id="MG-S-31"),
        pytest.param('["Denoise", "Dereverb"]', (Cleanup.DENOISE, Cleanup.DEREVERB), id="MG-S-04"),
        pytest.param("[]", (), id="an empty list"),
        pytest.param("", (), id="nothing"),
    ],
)
async def test_what_is_done_before_is_named_in_a_list(asker, text, steps):
    """MG-S-04"""
    assert (await recipe_of(asker, preprocessing_options=text)).cleanup == steps


async def test_its_names_are_spelled_exactly_so(asker):
    """MG-S-29, MG-S-30, MG-S-31"""
    taken = await asker.convert("Extraction", preprocessing_options='["denoise"]')
    said = "preprocessing_options: each should be one of Denoise, Deecho, Dereverb."
    assert (taken.status, taken.body) == (422, {"success": False, "error": said})
