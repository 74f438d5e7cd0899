"""noise-remover.com's dialect as a server speaks it: what is taken, and what is said, exactly.

The models that read their answers take everything and trust nothing; these are the other side. They
check what a client sends, and the pages in docs/api are made from them.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from adapters.wire.noise_remover import MOST_LISTED, Status
from services.recipes import Format, Preset

MOST_METADATA = 1_024  # bytes; their "1KB" could mean a thousand, and nobody should lose by it
DEEPEST_METADATA = 100  # pydantic writes 255 levels at most, those of a list of jobs among them
LONGEST_URL = 2_048
WEB_OR_NONE = "^(https?://.+)?$"  # in the document only; who may be called is another matter
USUAL_LISTED = 20


def stamp(at: datetime) -> str:
    """A time as their document writes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


Time = Annotated[
    datetime,
    PlainSerializer(stamp, when_used="json"),
    Field(json_schema_extra={"format": "date-time", "example": "2025-06-13T10:30:00Z"}),
]
Metadata = Annotated[
    dict[str, Any],
    Field(description="As it was submitted.", examples=[{"episode_id": "ep-042"}]),
]
JobName = Annotated[str, Field(pattern="^job_[0-9a-f]{20}$", examples=["job_3f8a2c9e0d5b417fa6c1"])]
Seconds = Annotated[int, Field(ge=0, description="Length in seconds.", examples=[1844])]
Minutes = Annotated[
    float, Field(ge=0, description="Exact minutes, to two places.", examples=[30.73])
]


# --- what is taken --------------------------------------------------------------------------------


def _metadata(value: object) -> object:
    if not isinstance(value, str):
        return value
    if len(value.encode(errors="replace")) > MOST_METADATA:
        raise ValueError(f"it may have at most {MOST_METADATA} bytes")
    try:
        read = json.loads(value or "{}", parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(read, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 – what pydantic collects
    if _is_deeper(read, DEEPEST_METADATA):
        raise ValueError(f"it is nested deeper than {DEEPEST_METADATA}")
    return read


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _finite(text: str) -> float:
    """What is too large for a number could not be given back."""
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _is_deeper(value: object, most: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return most == 0 or any(_is_deeper(one, most - 1) for one in inner)


def _nothing(value: object) -> object:
    return None if value == "" else value


class EnhanceForm(BaseModel):
    """What stands beside the file in `POST /enhance`; what is unknown is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    preset: Preset = Field(Preset.AUTO, description="What kind of recording it is.")
    output_format: Format = Field(Format.WAV, description="Format of the result.")
    webhook_url: Annotated[str | None, BeforeValidator(_nothing)] = Field(
        None,
        max_length=LONGEST_URL,
        description="Told when the job ends, in place of the key's usual address. Pro and up.",
        json_schema_extra={"pattern": WEB_OR_NONE},
    )
    metadata: Annotated[dict[str, Any], BeforeValidator(_metadata)] = Field(
        default_factory=dict,
        description="JSON object as text, at most 1 KB; given back unchanged.",
        json_schema_extra={"example": '{"episode_id": "ep-042"}'},
    )


class JobsQuery(BaseModel):
    """The query of `GET /jobs`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    limit: int = Field(USUAL_LISTED, ge=1, le=MOST_LISTED, description="How many to return.")
    offset: int = Field(0, ge=0, le=2**31, description="How many to pass over.")
    status: Status | None = Field(None, description="Only those with this status.")


CODES = {"preset": "invalid_preset", "output_format": "invalid_format"}


def refused(error: ValidationError) -> tuple[str, str]:
    """The error code and the sentence for what a client sent."""
    first = error.errors(include_url=False, include_context=False)[0]
    field = str(first["loc"][0]) if first["loc"] else "request"
    said = first["msg"].removeprefix("Value error, ")
    return CODES.get(field, "invalid_request"), f"{field}: {said}."


# --- what is said ---------------------------------------------------------------------------------


class Told(BaseModel):
    """A body of ours: nothing in it but what is named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON has it; what was never set is left out."""
        return self.model_dump(mode="json", exclude_unset=True)


class Accepted(Told):
    """202: the job is taken."""

    job_id: JobName
    status: Literal["pending"]
    preset: Preset
    output_format: Format
    file_duration: Seconds | None = Field(description="Null until the work begins.")
    metadata: Metadata
    created_at: Time
    estimated_completion: Time


class ErrorSaid(Told):
    """What went wrong."""

    code: str = Field(examples=["file_too_large"])
    message: str = Field(examples=["This file is 250 MB; here the limit is 200 MB."])
    status: int = Field(description="As the HTTP status.", examples=[413])


class Refusal(Told):
    """Every error."""

    error: ErrorSaid


class JobTold(Told):
    """One job. The fields of the end come with the end."""

    job_id: JobName
    status: Status
    preset: Preset
    output_format: Format
    file_duration: Seconds | None
    minutes_used: Minutes | None = None
    download_url: str | None = Field(None, description="Good for one hour; then null.")
    download_expires: Time | None = None
    metadata: Metadata
    created_at: Time
    estimated_completion: Time | None = None
    completed_at: Time | None = None
    error_message: str | None = Field(None, description="Why it failed.")
    error: ErrorSaid | None = None


class JobsTold(Told):
    """A page of jobs, the newest first."""

    jobs: list[JobTold]
    total: int = Field(ge=0, description="Jobs on all pages.")
    limit: int
    offset: int


class Deleted(Told):
    """The job and its files are gone."""

    deleted: Literal[True]
    job_id: JobName


class UsageTold(Told):
    """The running period of a key."""

    plan: str = Field(examples=["api_pro"])
    minutes_included: float | None = Field(description="Null: without limit.", examples=[4000])
    minutes_used: float = Field(ge=0, examples=[1847.3])
    minutes_remaining: float | None = Field(description="Null: without limit.", examples=[2152.7])
    overage_minutes: float = Field(ge=0, description="Nothing runs over here.", examples=[0])
    overage_cost: str = Field(examples=["$0.00"])
    period_start: Time
    period_end: Time


class WebhookTold(Told):
    """What is posted when a job ended; the signature is added to what was serialised."""

    event: Literal["job.completed", "job.failed"]
    job_id: JobName
    status: Literal["completed", "failed"]
    preset: Preset
    output_format: Format
    file_duration: Seconds | None
    minutes_used: Minutes | None
    download_url: str | None
    download_expires: Time | None
    metadata: Metadata
    timestamp: Time


def refusal(name: str, status: int, message: str) -> Mapping[str, Any]:
    """An error body."""
    return Refusal(error=ErrorSaid(code=name, message=message, status=status)).plain
