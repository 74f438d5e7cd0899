"""MusicGPT's dialect as a server reads it: lists in texts, names as they are spelled, times."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from adapters.wire import musicgpt_served as wire

BAD_LISTS = [
    pytest.param("vocals", id="no JSON"),
    pytest.param('"vocals"', id="a text"),
    pytest.param('{"vocals": true}', id="an object"),
    pytest.param("null", id="nothing"),
    pytest.param("[" * 2_000, id="deep"),
    pytest.param("[1] [2]", id="two lists"),
]


def refusal_of(fields) -> str:
    """Why a form is refused, as its program reads it."""
    with pytest.raises(ValidationError) as caught:
        wire.ExtractionForm.model_validate(fields)
    return wire.refused(caught.value)


@pytest.mark.parametrize("field", ["stems", "preprocessing_options"])
@pytest.mark.parametrize("text", BAD_LISTS)
def test_what_is_no_list_of_names_is_told_from_one(field, text):
    assert refusal_of({field: text}).startswith(f"{field}: it should be text that holds")


@pytest.mark.parametrize("name", ["cello", "vocal", "Vocals", "other", "", 1, None, []])
def test_another_name_is_no_stem_and_the_names_are_told(name):
    said = refusal_of({"stems": json.dumps([name])})
    assert said == f"stems: each should be one of {', '.join(wire.STEMS)}."


@pytest.mark.parametrize("name", ["denoise", "DEECHO", "DeReverb", "Reverb", "", 1, None])
def test_its_names_are_spelled_exactly_so(name):
    said = refusal_of({"preprocessing_options": json.dumps([name])})
    assert said == "preprocessing_options: each should be one of Denoise, Deecho, Dereverb."


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2026-03-01T11:55:00Z", datetime(2026, 3, 1, 11, 55, tzinfo=UTC)),
        ("2026-03-01T11:55:00", datetime(2026, 3, 1, 11, 55, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_time_is_read_as_iso_8601_writes_it(said, read):
    assert wire.ByUserQuery.model_validate({"startDate": said}).start_date == read


@pytest.mark.parametrize("said", ["0.5", "1772366100", "yesterday"])
def test_nothing_else_is_a_time(said):
    with pytest.raises(ValidationError):
        wire.ByUserQuery.model_validate({"endDate": said})
