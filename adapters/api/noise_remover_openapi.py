"""The OpenAPI document of noise-remover.com's dialect."""

from adapters.api import openapi
from adapters.api.noise_remover import DIALECT, FILE
from adapters.api.openapi import SUBMITTING, Answers, Schema
from adapters.api.places import NOISE_REMOVER as PLACE
from adapters.wire import noise_remover_served as wire
from adapters.wire.signatures import MEMBER, PREFIX

TAKEN = (wire.EnhanceForm, wire.JobsQuery)
SAID = (
    wire.Accepted,
    wire.JobTold,
    wire.JobsTold,
    wire.Deleted,
    wire.UsageTold,
    wire.Refusal,
    wire.WebhookTold,
)
SENDING = ("invalid_preset", "invalid_format", "duration_exceeded", *SUBMITTING)
ANSWERS = Answers(DIALECT, wire.Refusal, (*SENDING, "job_not_found"), has_names=True)
BEARER = "bearerAuth"
ID: Schema = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The `job_id` of the answer to the submission.",
    "schema": {"type": "string", "examples": ["job_3f8a2c9e0d5b417fa6c1"]},
}
ABOUT = (
    "Undertone's own engine behind the API v1 of noise-remover.com. Send a file, ask how far it is "
    "or be called back, fetch the result within an hour."
)


def document() -> Schema:
    """The whole of it; its server is the one that it came from."""
    schemas = openapi.schemas(TAKEN, SAID)
    query = schemas.pop(wire.JobsQuery.__name__)
    schemas[wire.EnhanceForm.__name__] = _form(schemas[wire.EnhanceForm.__name__])
    schemas[wire.WebhookTold.__name__] = _signed(schemas[wire.WebhookTold.__name__])
    ended = openapi.webhook("A job is completed or failed", openapi.ref(wire.WebhookTold))
    return {
        "openapi": openapi.VERSION,
        "info": {"title": "Noise Remover API", "version": "1.0.0", "description": ABOUT},
        "servers": [{"url": PLACE, "description": "Where this document lies."}],
        "security": [{BEARER: []}],
        "paths": {
            "/enhance": {"post": _enhance()},
            "/job/{id}": {"parameters": [ID], "get": _job(), "delete": _delete()},
            "/jobs": {"get": _jobs(query)},
            "/usage": {"get": _usage()},
        },
        "webhooks": {"jobEnded": ended},
        "components": {
            "schemas": schemas,
            **ANSWERS.parts,
            "securitySchemes": {BEARER: {"type": "http", "scheme": "bearer"}},
        },
    }


def _form(fields: Schema) -> Schema:
    file = openapi.binary(FILE, "The recording or video, at most 200 MB.")
    made = openapi.form(fields, "A file, and what is to be done with it.", file)
    return made | {"required": [FILE]}


def _signed(told: Schema) -> Schema:
    """With the member that is added to what was signed."""
    says = (
        "HMAC-SHA256 of the body as it was before this last member was added, by the key's secret."
    )
    member = {"type": "string", "pattern": f"^{PREFIX}[0-9a-f]{{64}}$", "description": says}
    properties = {**told["properties"], MEMBER: member}
    return {**told, "properties": properties, "required": [*told["required"], MEMBER]}


def _enhance() -> Schema:
    said = ANSWERS.to(202, wire.Accepted, "The job is taken.", SENDING)
    parameters = {"id": "$response.body#/job_id"}
    said["202"]["links"] = {
        name: {"operationId": name, "parameters": parameters} for name in ("getJob", "deleteJob")
    }
    return {
        "operationId": "enhance",
        "summary": "Send a file to be enhanced",
        "parameters": [openapi.ONCE],
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": {"schema": openapi.ref(wire.EnhanceForm)}},
        },
        "responses": said,
    }


def _job() -> Schema:
    return {
        "operationId": "getJob",
        "summary": "How far a job is, and where its result lies",
        "responses": ANSWERS.to(200, wire.JobTold, "The job.", ("job_not_found",)),
    }


def _delete() -> Schema:
    return {
        "operationId": "deleteJob",
        "summary": "Stop a job, and remove it with its files",
        "responses": ANSWERS.to(200, wire.Deleted, "It is gone.", ("job_not_found",)),
    }


def _jobs(query: Schema) -> Schema:
    return {
        "operationId": "listJobs",
        "summary": "The jobs of this key, the newest first",
        "parameters": openapi.parameters(query),
        "responses": ANSWERS.to(200, wire.JobsTold, "One page of them.", ("invalid_request",)),
    }


def _usage() -> Schema:
    return {
        "operationId": "getUsage",
        "summary": "Minutes used and left in this month",
        "responses": ANSWERS.to(200, wire.UsageTold, "The running month."),
    }
