"""A job as a row, also as an earlier version wrote it."""

import json
from dataclasses import replace

from adapters.store.codec import from_row, to_row
from services.model import Track
from services.recipes import Format, Operation, Recipe
from tests.fakes.jobs import a_job


def test_what_a_recipe_does_not_use_is_not_written():
    """A row of an ordinary job is what it was before there were these fields."""
    assert list(json.loads(to_row(a_job(1))["body"])["recipe"]) == [
        *("operation", "preset", "strength", "format", "keep", "stems", "cleanup", "start", "end")
    ]


def test_a_track_of_one_format_is_written_as_it_always_was():
    alone = Track("clean", "a/clean.wav", "a.clean.wav", "wav", "audio/wav", 44, 1.0)
    twin = replace(alone, wanted="wav")
    job = a_job(1, outcome=(alone, twin), fitted=(alone, twin))
    body = json.loads(to_row(job)["body"])
    assert [list(track)[-1] for track in body["outcome"] + body["fitted"]] == ["way", "wanted"] * 2
    assert from_row(to_row(job)) == job


def test_what_a_recipe_uses_comes_back():
    job = a_job(1, recipe=Recipe(Operation.DENOISE, bitrate=96, picture=False, second=Format.MP3))
    row = to_row(job)
    assert from_row(row) == job


def test_a_row_from_before_albums_is_a_job_by_itself():
    job = a_job(1, album=(a_job(1).id, a_job(2).id))
    row = to_row(job)
    body = json.loads(row["body"])
    del body["album"]
    old = from_row({**row, "body": json.dumps(body)})
    assert old == replace(job, album=())
    assert old.lead == job.id
