"""noise-remover.com's dialect, API v1: what is sent, what comes back and what its errors mean."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WrapValidator

from services.problems import Code, Problem
from services.recipes import Format, Preset

BASE_URL = "https://noise-remover.com/api/v1"
HOST = "noise-remover.com"
MOST_BYTES = 200_000_000  # "Max 200MB"
MOST_METADATA = 1_000  # bytes, "max 1KB": whichever kilobyte they mean
MOST_LISTED = 100  # entries of one page
LINK_SECONDS = 3600  # how long a finished file can be fetched

PRESETS: Mapping[Preset, str] = {preset: preset.value for preset in Preset}
FORMATS: Mapping[Format, str] = {made: made.value for made in Format}
INPUTS = ("mp3", "wav", "flac", "m4a", "ogg", "aiff", "aac", "mp4", "mov")

ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
SECRETS = re.compile(r"\w+://\S*|\bnr_live_\S*|\bBearer\s+\S*|\btoken=\S*", re.IGNORECASE)
LONGEST_DETAIL = 200  # characters of their words in our log


class Status(StrEnum):
    """Where a job is."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


EVENTS: Mapping[str, Status] = {"job.completed": Status.COMPLETED, "job.failed": Status.FAILED}
"""What a webhook says, and the status that goes with it."""

# --- reading: what is wrong or missing is unknown, never an error --------------------------------

T = TypeVar("T")


def _or_unknown(value: object, read: Callable[[object], T]) -> T | None:
    try:
        return read(value)
    except (ValidationError, OverflowError, RecursionError):
        return None


def _date(value: object) -> object:
    read = datetime.fromisoformat(value) if isinstance(value, str) else None
    return read and (read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC))


def _object(value: object) -> object:
    # The document sends it as text and gets it back as an object; others may leave it text.
    return json.loads(value) if isinstance(value, str) else value


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) else value


_UNKNOWN = WrapValidator(_or_unknown)
_Text = Annotated[str, Field(strict=True)]
_Amount = Annotated[float, Field(strict=True, ge=0, le=1e9, allow_inf_nan=False)]
Text = Annotated[_Text | None, _UNKNOWN]
Amount = Annotated[_Amount | None, _UNKNOWN]
Date = Annotated[datetime | None, BeforeValidator(_date), _UNKNOWN]
Fields = Annotated[dict[str, Any] | None, BeforeValidator(_object), _UNKNOWN]


class Job(BaseModel):
    """A job as `POST /enhance`, `GET /job/:id` and `GET /jobs` give it; absent is None.

    file_duration: seconds. minutes_used: exact, not rounded up.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    job_id: Text = None
    status: Annotated[Status | None, _UNKNOWN] = None
    preset: Text = None
    output_format: Text = None
    file_duration: Amount = None
    minutes_used: Amount = None
    download_url: Text = None
    download_expires: Date = None
    metadata: Fields = None
    created_at: Date = None
    completed_at: Date = None
    estimated_completion: Date = None
    error_message: Text = None
    error: Any = None

    @property
    def ref(self) -> str:
        """Its name; empty where there is none that may stand in a path."""
        return self.job_id if self.job_id and ID.fullmatch(self.job_id) else ""

    @property
    def reason(self) -> str:
        """Why it failed: the document prints no such body, its samples read `error_message`."""
        nested = self.error.get("message") if isinstance(self.error, dict) else self.error
        said = (text for text in (self.error_message, nested) if isinstance(text, str))
        return next((text for text in said if text.strip()), "")


class Webhook(Job):
    """What is posted to our address when a job ended."""

    event: Text = None
    timestamp: Date = None
    signature: Text = None


class Usage(BaseModel):
    """`GET /usage`; overage_cost: as given, with its currency sign."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    plan: Text = None
    minutes_included: Amount = None
    minutes_used: Amount = None
    minutes_remaining: Amount = None
    overage_minutes: Amount = None
    overage_cost: Annotated[_Text | None, BeforeValidator(_number_as_text), _UNKNOWN] = None
    period_start: Date = None
    period_end: Date = None


def listed(body: Any) -> tuple[Job, ...] | None:
    """The entries of `GET /jobs`, whatever the undocumented envelope is called; None: no list."""
    kept = body if isinstance(body, dict) else {}
    places = (body, *(kept.get(name) for name in ("jobs", "data", "items", "results")))
    entries = next((place for place in places if isinstance(place, list)), None)
    if entries is None:
        return None
    return tuple(Job.model_validate(entry) for entry in entries if isinstance(entry, dict))


# --- errors ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row of the document's error table: its HTTP status, and what it means to us."""

    status: int
    code: Code


REFUSALS: Mapping[str, Refusal] = {
    "invalid_request": Refusal(400, Code.PROVIDER_FAILED),
    "invalid_preset": Refusal(400, Code.PROVIDER_FAILED),
    "invalid_format": Refusal(400, Code.PROVIDER_FAILED),
    "unauthorized": Refusal(401, Code.PROVIDER_KEY),
    "payment_required": Refusal(402, Code.PROVIDER_CREDIT),
    "plan_restriction": Refusal(403, Code.PROVIDER_PLAN),
    "job_not_found": Refusal(404, Code.RESULT_GONE),
    "processing_timeout": Refusal(408, Code.PROVIDER_TOO_LONG),
    "file_too_large": Refusal(413, Code.PROVIDER_TOO_LARGE),
    "unsupported_format": Refusal(415, Code.PROVIDER_FAILED),
    "file_corrupted": Refusal(422, Code.PROVIDER_FAILED),
    "duration_exceeded": Refusal(422, Code.PROVIDER_TOO_LONG),
    "rate_limit_exceeded": Refusal(429, Code.PROVIDER_BUSY),
    "server_error": Refusal(500, Code.PROVIDER_DOWN),
    "service_unavailable": Refusal(503, Code.PROVIDER_DOWN),
}
BY_STATUS: Mapping[int, Code] = {
    401: Code.PROVIDER_KEY,
    402: Code.PROVIDER_CREDIT,
    403: Code.PROVIDER_PLAN,
    408: Code.PROVIDER_TOO_LONG,
    413: Code.PROVIDER_TOO_LARGE,
    429: Code.PROVIDER_BUSY,
}
BEHIND_A_PROXY = (502, 504, 520, 524)  # the proxy says so; what became of the request is not known


def error_body(name: str, message: str) -> dict[str, Any]:
    """A refusal as the document prints it."""
    return {"error": {"code": name, "message": message, "status": REFUSALS[name].status}}


def error_name(body: Any) -> str:
    """The `error.code` of an answer, or of a failed job; empty where it has none of the table."""
    said = body.get("error") if isinstance(body, dict) else None
    name = said.get("code") if isinstance(said, dict) else None
    return name if isinstance(name, str) and name in REFUSALS else ""


def submit_problem(status: int, body: Any, text: str) -> Problem:
    """What is wrong after `POST /enhance` when no usable job came back."""
    name, detail = error_name(body), _detail(status, body, text)
    if name == "job_not_found" or (not name and status == 404):
        return Problem(Code.PROVIDER_FAILED, detail=detail)  # nothing here that could be gone
    if name:
        return Problem(REFUSALS[name].code, detail=detail)
    # Something was taken, or may have been; another try could be paid twice.
    if status < 300 or status in BEHIND_A_PROXY:
        return Problem(Code.PROVIDER_UNSURE, detail=detail)
    other = Code.PROVIDER_DOWN if status >= 500 else Code.PROVIDER_FAILED
    return Problem(BY_STATUS.get(status, other), detail=detail)


def question_problem(status: int, body: Any, text: str) -> Problem:
    """What is wrong after a question that got no usable answer."""
    name, detail = error_name(body), _detail(status, body, text)
    if name:
        return Problem(REFUSALS[name].code, detail=detail)
    # A page of a proxy says nothing of a job; what was asked for can be asked again.
    if status == 404 and isinstance(body, dict):
        return Problem(Code.RESULT_GONE, detail=detail)
    known = BY_STATUS if status in (401, 402, 403, 429) else {}
    return Problem(known.get(status, Code.PROVIDER_DOWN), detail=detail)


def job_problem(job: Job) -> Problem:
    """Why a failed job failed."""
    name = error_name({"error": job.error})
    code = REFUSALS[name].code if name else Code.PROVIDER_FAILED
    return Problem(code, detail=for_the_log(f"{name} {job.reason}".strip()))


def for_the_log(text: str) -> str:
    """Their words on one line, cut, without addresses and keys."""
    plain = SECRETS.sub("…", " ".join(text.split()))
    return "".join(c for c in plain if c.isprintable())[:LONGEST_DETAIL]


def _detail(status: int, body: Any, text: str) -> str:
    said = Job.model_validate(body).reason if isinstance(body, dict) else ""
    return for_the_log(f"{status} {error_name(body)} {said or text}")
