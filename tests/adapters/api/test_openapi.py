"""The documents of both dialects: true to the code, and to what it answers and posts."""

from pathlib import Path

import jsonschema_rs
import pytest
import schemathesis

from adapters.api import documents, musicgpt_openapi, refusing
from adapters.wire.musicgpt_served import PATHS
from bot import api_pages
from services.problems import Code, Problem
from tests.adapters.api.room import tone

ROOT = Path(__file__).parents[3]
NAMES = sorted(documents.DOCUMENTS)


def of(document, schema):
    """Checks bodies against a schema of a document."""
    return jsonschema_rs.validator_for({**schema, "components": document["components"]})


def posted(document, name):
    """Checks what is posted under this name."""
    body = document["webhooks"][name]["post"]["requestBody"]
    return of(document, body["content"]["application/json"]["schema"])


@pytest.mark.parametrize("name", NAMES)
def test_the_kept_document_matches_the_code(name):
    """If this fails: python -m bot.api_pages"""
    kept = (ROOT / api_pages.FOLDER / name).read_text(encoding="utf-8")
    assert kept == documents.text(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_valid_openapi(name):
    schemathesis.openapi.from_dict(documents.DOCUMENTS[name]()).validate()


def defaults(part):
    """Every schema below this part of a document that says what holds where nothing is given."""
    below = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    if isinstance(part, dict) and "default" in part and "properties" not in part:
        yield part
    for one in below:
        yield from defaults(one)


@pytest.mark.parametrize("name", NAMES)
def test_a_default_is_what_its_schema_allows(name):
    """Strict makers of clients refuse the whole document otherwise."""
    document = documents.DOCUMENTS[name]()
    found = list(defaults(document))
    assert found
    for schema in found:
        of(document, schema).validate(schema["default"])


@pytest.mark.parametrize("name", NAMES)
async def test_a_document_is_served_without_a_key(room, name):
    place = f"{room.origin}{documents.PLACES[name]}"
    async with room.session.get(place) as answer:
        assert (answer.status, answer.content_type) == (200, "application/json")
        assert await answer.text() == documents.text(name)
        etag = answer.headers["ETag"]
    async with room.session.get(place, headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304


def test_musicgpts_document_begins_as_theirs():
    """MG-C-23, MG-C-03"""
    document = musicgpt_openapi.document()
    assert (document["info"]["title"], document["info"]["version"]) == ("Musicgpt API", "1.0.0")
    assert document["security"] == []
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert all(one["security"] == [{"ApiKeyAuth": []}] for one in operations)


def test_musicgpts_forms_ask_for_a_file_or_a_link():
    """MG-C-06"""
    document = musicgpt_openapi.document()
    for model in ("ConversionForm", "ExtractionForm"):
        form = document["components"]["schemas"][model]
        assert form["anyOf"] == [{"required": ["audio_url"]}, {"required": ["audio_file"]}]


@pytest.mark.parametrize("operation", PATHS)
async def test_what_musicgpts_dialect_posts_is_as_described(room, ear, operation):
    program = await room.program()
    taken = await program.convert(operation, tone(1.5), webhook_url=ear.url)
    assert taken.status == 200, taken.raw

    (heard,) = await ear.until()
    posted(musicgpt_openapi.document(), operation).validate(heard.body)
    assert heard.body["success"] is True


async def test_a_failure_that_musicgpts_dialect_posts_is_as_described(room, ear):
    program = await room.program()
    fields = {"audio_url": f"{ear.origin}/no-sound", "webhook_url": ear.url}
    assert (await program.gpt("POST", "/denoise", data=fields)).status == 200

    *_, heard = await ear.until(2)
    posted(musicgpt_openapi.document(), "denoise").validate(heard.body)
    assert heard.body["success"] is False


async def test_what_noise_removers_dialect_posts_is_as_described(room, ear):
    program = await room.program(webhook_url=ear.url)
    await program.enhance()

    (heard,) = await ear.until()
    document = documents.DOCUMENTS["noise-remover.json"]()
    posted(document, "jobEnded").validate(heard.body)


@pytest.mark.parametrize(
    ("problem", "seconds"),
    [
        pytest.param(Problem(Code.COOLDOWN, {"seconds": 3.2}), "4", id="for as long as it lasts"),
        pytest.param(
            Problem(Code.TOO_MANY_JOBS, {"active": 3, "limit": 3}), "10", id="nobody knows"
        ),
    ],
)
def test_who_asks_too_often_is_told_how_long_to_wait(problem, seconds):
    assert refusing.refused(problem).headers == {"Retry-After": seconds}


def test_other_refusals_do_not_speak_of_waiting():
    assert refusing.refused(Problem(Code.EMPTY_FILE)).headers == {}
