"""What both documents are made of: OpenAPI 3.1 from the models that check and answer."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from adapters.api.gate import Dialect
from adapters.api.headers import IDEMPOTENCY, LEFT, LIMIT, LONGEST_KEY, RESET, RETRY
from adapters.api.refusing import MESSAGES, Refused

Schema = dict[str, Any]

VERSION = "3.1.0"
JSON = "application/json"
REF = "#/components/schemas/{model}"
NULL = {"type": "null"}
# What stands beside the text itself where a form's text holds JSON.
OUTSIDE = ("description", "example", "default")
RATE_HEADERS = {
    LIMIT: "Requests that this key may make in a minute.",
    LEFT: "How many of them are left.",
    RESET: "When the next minute begins, in seconds since 1970.",
}
TOO_MANY = 429
HEADERS: Schema = {
    **{
        name: {"description": says, "required": True, "schema": {"type": "integer", "minimum": 0}}
        for name, says in RATE_HEADERS.items()
    },
    RETRY: {
        "description": "Seconds until another try is worth it.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
}
REASONS: Mapping[int, str] = {
    400: "What was sent cannot be used; the sentence says why.",
    401: MESSAGES["unauthorized"],
    402: "The minutes of the key's plan are used up.",
    403: "The key's plan does not have this.",
    404: MESSAGES["job_not_found"],
    408: "The file was looked at for too long.",
    413: "The file is too large.",
    415: "Files of this kind cannot be read.",
    422: "The sound in the file cannot be used, or is too long.",
    TOO_MANY: MESSAGES["rate_limit_exceeded"],
    500: MESSAGES["server_error"],
    503: MESSAGES["service_unavailable"],
}
ALWAYS = ("unauthorized", "rate_limit_exceeded", "server_error")
SUBMITTING = (
    "invalid_request",
    "payment_required",
    "plan_restriction",
    "processing_timeout",
    "file_too_large",
    "unsupported_format",
    "file_corrupted",
    "service_unavailable",
)
ONCE: Schema = {
    "name": IDEMPOTENCY,
    "in": "header",
    "required": False,
    "description": "The same request with the same key is one job, however often it is sent.",
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
}
SIGNED: Sequence[Schema] = tuple(
    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, **says}
    for name, says in (
        ("webhook-id", {"description": "The same for every try."}),
        ("webhook-timestamp", {"description": "Seconds since 1970, of this try."}),
        ("webhook-signature", {"description": "By Standard Webhooks, version 1."}),
    )
)


class Untitled(GenerateJsonSchema):
    """Fields are called by their names alone."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def schemas(taken: Iterable[type[BaseModel]], said: Iterable[type[BaseModel]]) -> dict[str, Schema]:
    """The schemas of these models, and of all that they are made of, by their names."""
    checks: JsonSchemaMode = "validation"
    answers: JsonSchemaMode = "serialization"
    wanted = [(one, checks) for one in taken] + [(one, answers) for one in said]
    _, made = models_json_schema(wanted, ref_template=REF, schema_generator=Untitled)
    found: dict[str, Schema] = made["$defs"]
    return found


def ref(model: type[BaseModel]) -> Schema:
    """Where the schema of this model stands."""
    return {"$ref": REF.format(model=model.__name__)}


def parameters(query: Schema) -> list[Schema]:
    """The fields of a query, each a parameter."""
    required = query.get("required", ())
    found = []
    for name, asked in query["properties"].items():
        schema = _given(asked)
        says = {"description": schema.pop("description")} if "description" in schema else {}
        found.append(
            {"name": name, "in": "query", "required": name in required, **says, "schema": schema}
        )
    return found


def form(fields: Schema, description: str, file: Schema) -> Schema:
    """The fields of a form, and its file before them.

    file: its name and its schema; none where it cannot be sent.
    """
    given = {name: _text(_given(asked)) for name, asked in fields["properties"].items()}
    return {"type": "object", "description": description, "properties": {**file, **given}}


def binary(name: str, description: str) -> Schema:
    """The part of a form that holds a file."""
    return {name: {"type": "string", "format": "binary", "description": description}}


def _given(asked: Schema) -> Schema:
    """Without null: what is not said in a form or a query is left out."""
    said = {name: value for name, value in asked.items() if (name, value) != ("default", None)}
    kinds = [kind for kind in said.get("anyOf", ()) if kind != NULL]
    if len(kinds) != 1:
        return said
    rest = {name: value for name, value in said.items() if name != "anyOf"}
    return {**kinds[0], **rest}


def _text(asked: Schema) -> Schema:
    """In a form, a list and an object are texts that hold JSON."""
    if asked.get("type") not in ("array", "object"):
        return asked
    outside = {name: asked[name] for name in OUTSIDE if name in asked}
    if "default" in outside:
        outside["default"] = json.dumps(outside["default"])
    inside = {name: value for name, value in asked.items() if name not in OUTSIDE}
    return {"type": "string", **outside, "contentMediaType": JSON, "contentSchema": inside}


@dataclass(frozen=True, slots=True)
class Answers:
    """How one dialect answers.

    error: the schema of its errors, named there where `has_names`. reasons: its own words for some.
    refusals: every name of an error that may come.
    """

    dialect: Dialect
    error: type[BaseModel]
    refusals: Sequence[str]
    reasons: Mapping[int, str] = field(default_factory=dict)
    has_names: bool = False

    def to(
        self, status: int, model: type[BaseModel], says: str, refusals: Sequence[str] = ()
    ) -> dict[str, Schema]:
        """Every response of an operation. refusals: the names of its errors, beside `ALWAYS`."""
        found = {str(status): {"description": says, **_body(model), "headers": _rates()}}
        statuses = sorted({self._status(name) for name in (*refusals, *ALWAYS)})
        return found | {str(one): {"$ref": f"#/components/responses/{one}"} for one in statuses}

    @property
    def parts(self) -> dict[str, Schema]:
        """What of it stands once in the document: headers, and every way to say no."""
        by_status: dict[int, list[str]] = {}
        for name in (*self.refusals, *ALWAYS):
            by_status.setdefault(self._status(name), []).append(name)
        refusals = {
            str(status): self._no(status, by_status[status]) for status in sorted(by_status)
        }
        return {"headers": HEADERS, "responses": refusals}

    def _status(self, name: str) -> int:
        return self.dialect.status(Refused(name, name))

    def _no(self, status: int, names: Sequence[str]) -> Schema:
        told = {**REASONS, **self.reasons}[status]
        codes = f" ({', '.join(f'`{name}`' for name in names)})" if self.has_names else ""
        headers = _rates()
        if status == TOO_MANY:
            headers[RETRY] = {"$ref": f"#/components/headers/{RETRY}"}
        return {"description": f"{told}{codes}", **_body(self.error), "headers": headers}


def _body(model: type[BaseModel]) -> Schema:
    return {"content": {JSON: {"schema": ref(model)}}}


def _rates() -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in RATE_HEADERS}


def webhook(summary: str, schema: Schema) -> Schema:
    """One kind of callback."""
    return {
        "post": {
            "summary": summary,
            "description": "Any 2xx takes it, 410 ends it; all else is tried again for a day.",
            "security": [],
            "parameters": list(SIGNED),
            "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
            "responses": {
                "2XX": {"description": "Taken."},
                "410": {"description": "Nothing more is wanted of this job."},
            },
        }
    }


def text(document: Schema) -> str:
    """A document as it is served and kept."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
