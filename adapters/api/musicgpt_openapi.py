"""The OpenAPI document of MusicGPT's dialect."""

from typing import Any

from pydantic import BaseModel

from adapters.api import openapi
from adapters.api.forms import ENCODED, MULTIPART
from adapters.api.musicgpt import DIALECT, FILE
from adapters.api.musicgpt_told import WAV
from adapters.api.openapi import SUBMITTING, Answers, Schema
from adapters.api.places import MUSICGPT
from adapters.api.refusing import BAD_REQUEST
from adapters.wire import musicgpt_served as wire
from adapters.wire.musicgpt import CONVERSION_TYPES
from services.recipes import Operation

QUERIES = (wire.ByIdQuery, wire.ByUserQuery)
FORMS = (wire.ConversionForm, wire.ExtractionForm)
CALLBACKS = (wire.Converted, wire.Extracted, wire.NotConverted)
SAID = (wire.Started, wire.ConversionAnswer, wire.ConversionsTold, wire.Failed, *CALLBACKS)
WEB = "^https?://.+"
LINKED = "Link"  # of the forms without a file
KEY = "ApiKeyAuth"
ANSWERS = Answers(
    DIALECT,
    wire.Failed,
    (BAD_REQUEST, "job_not_found", *SUBMITTING),
    {
        404: "There is no such conversion.",
        422: "The form is not valid, or the sound in the file cannot be used.",
    },
)
ABOUT = (
    "Undertone's own engine behind the part of MusicGPT's API that cleans sound and splits it. "
    "Send a file or a link, ask how far it is or be called back."
)
SUMMARIES = {
    Operation.DENOISE: "Take the noise out",
    Operation.DEECHO: "Take repeats out",
    Operation.DEREVERB: "Take the sound of the room out",
    Operation.STEMS: "Split a song into stems",
}


def document() -> Schema:
    """The whole of it; its server is the one that it came from."""
    schemas = openapi.schemas((*QUERIES, *FORMS), SAID)
    by_id, by_user = (openapi.parameters(schemas.pop(one.__name__)) for one in QUERIES)
    for model in FORMS:
        schemas |= _forms(model, schemas[model.__name__])
    return {
        "openapi": openapi.VERSION,
        "info": {"title": "Musicgpt API", "version": "1.0.0", "description": ABOUT},
        "servers": [{"url": MUSICGPT, "description": "Where this document lies."}],
        "security": [],
        "paths": {
            **{f"/v1/{name}": {"post": _submission(name, of)} for name, of in wire.PATHS.items()},
            "/v1/byId": {"get": _by_id(by_id)},
            "/v1/byUser": {"get": _by_user(by_user)},
        },
        "webhooks": {name: _callback(operation) for name, operation in wire.PATHS.items()},
        "components": {
            "schemas": schemas,
            **ANSWERS.parts,
            "securitySchemes": {KEY: {"type": "apiKey", "in": "header", "name": "Authorization"}},
        },
    }


def _forms(model: type[BaseModel], fields: Schema) -> dict[str, Schema]:
    """The form with a file or a link, and the one that can only have a link."""
    file = openapi.binary(FILE, "The recording or video, at most 200 MB.")
    whole = openapi.form(fields, "A file or a link, and what is to be done with it.", file)
    linked = openapi.form(fields, "A link, and what is to be done with it.", {})
    linked["properties"]["audio_url"]["pattern"] = WEB
    either = [{"required": ["audio_url"]}, {"required": [FILE]}]
    return {
        model.__name__: whole | {"anyOf": either},
        f"{model.__name__}{LINKED}": linked | {"required": ["audio_url"]},
    }


def _submission(name: str, operation: Operation) -> Schema:
    model = wire.ExtractionForm if operation is Operation.STEMS else wire.ConversionForm
    said = ANSWERS.to(200, wire.Started, "It is taken.", SUBMITTING)
    parameters = {
        "conversionType": CONVERSION_TYPES[operation],
        "task_id": "$response.body#/task_id",
    }
    said["200"]["links"] = {"byId": {"operationId": "byId", "parameters": parameters}}
    return {
        "operationId": name,
        "summary": SUMMARIES[operation],
        "security": [{KEY: []}],
        "parameters": [openapi.ONCE],
        "requestBody": {
            "required": True,
            "content": {
                MULTIPART: {"schema": openapi.ref(model)},
                ENCODED: {"schema": {"$ref": f"{openapi.ref(model)['$ref']}{LINKED}"}},
            },
        },
        "responses": said,
    }


def _by_id(query: list[Schema]) -> Schema:
    refusals = (BAD_REQUEST, "job_not_found")
    return {
        "operationId": "byId",
        "summary": "How far a conversion is, and where its results lie",
        "description": "Name it by exactly one of `task_id` and `conversion_id`.",
        "security": [{KEY: []}],
        "parameters": query,
        "responses": ANSWERS.to(200, wire.ConversionAnswer, "The conversion.", refusals),
    }


def _by_user(query: list[Schema]) -> Schema:
    return {
        "operationId": "byUser",
        "summary": "The conversions of this key",
        "security": [{KEY: []}],
        "parameters": query,
        "responses": ANSWERS.to(
            200, wire.ConversionsTold, "Those that were asked for.", (BAD_REQUEST,)
        ),
    }


def _callback(operation: Operation) -> Schema:
    """What is posted when work of this kind ended."""
    done: Schema = openapi.ref(wire.Converted)
    if operation is Operation.STEMS:
        done = openapi.ref(wire.Extracted)
    else:
        address: dict[str, Any] = {"type": "string", "format": "uri"}
        sides = [f"{side}{twin}" for side in wire.SIDES[operation] for twin in ("", WAV)]
        named = {"type": "object", "properties": dict.fromkeys(sides, address), "required": sides}
        done = {"allOf": [done, named]}
    schema = {"oneOf": [done, openapi.ref(wire.NotConverted)]}
    return openapi.webhook(f"{wire.WORDS[operation]} is done or failed", schema)
