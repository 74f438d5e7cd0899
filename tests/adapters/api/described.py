"""The documents of both dialects as schemathesis reads them, and what it sends."""

import json

import schemathesis
from hypothesis import strategies as st

from adapters.api import documents
from tests.adapters.api.room import PATIENCE, tone

NOWHERE = "127.0.0.1:9"  # nobody listens there, but it may be called
FILE = "audio_file"
LISTS = {
    "stems": ("vocals", "instrumental", "drums", "bass"),
    "preprocessing_options": ("Denoise", "Deecho", "Dereverb"),
}


def document_of(name):
    """The document, narrowed where it cannot say what is asked for.

    Not every address may be called, a text can hold anything but the JSON that it should, and a
    query cannot ask for exactly one of two.
    """
    document = documents.DOCUMENTS[name]()
    for model in document["components"]["schemas"].values():
        if model.pop("anyOf", None):
            model["required"] = [FILE]  # beside a file nobody looks at the link
            del model["properties"]["audio_url"]
        fields = model.get("properties", {})
        fields.update({field: _narrowed(field, fields) for field in fields})
    if "/v1/byId" in document["paths"]:
        query = document["paths"]["/v1/byId"]["get"]["parameters"]
        query[:] = [one for one in query if one["name"] != "conversion_id"]
        next(one for one in query if one["name"] == "task_id")["required"] = True
    return document


def _narrowed(field, fields):
    schema = fields[field]
    if "contentSchema" in schema:
        return {"anyOf": [{"type": "string", "format": field}, {"const": ""}]}
    if "pattern" in schema and field == "webhook_url":
        return {"enum": ["", f"http://{NOWHERE}/told"]}
    if "pattern" in schema and field == "audio_url":
        return {"enum": [f"http://{NOWHERE}/sound.wav"]}
    return schema


def schema_of(name, *, examples, **more):
    """What makes requests. more: of schemathesis' configuration."""
    config = {
        "generation": {
            "max-examples": examples,
            "deterministic": True,
            "database": "none",
            # What is unknown is left alone, so it is nothing that has to be refused.
            "allow-extra-parameters": False,
            "with-security-parameters": False,
        },
        "request-timeout": PATIENCE,
        **more,
    }
    made = schemathesis.Config.from_dict(config)
    schema = schemathesis.openapi.from_dict(document_of(name), config=made)
    schema.hook("filter_body")(names_can_be_sent)
    return schema


def names_can_be_sent(context, body):
    """No header of a part holds control characters, whatever JSON may hold."""
    return not isinstance(body, dict) or all(name.isprintable() for name in body)


def register_formats():
    """What strings of these formats look like, where random ones would only be refused."""
    texts = st.text(max_size=9)
    metadata = st.dictionaries(texts, st.none() | st.booleans() | texts, max_size=3)
    schemathesis.openapi.format("binary", st.just(tone(0.1)))
    schemathesis.openapi.format("metadata", metadata.map(json.dumps))
    for field, names in LISTS.items():
        listed = st.lists(st.sampled_from(names), max_size=3)
        schemathesis.openapi.format(field, listed.map(json.dumps))
