"""MusicGPT's dialect, in both directions.

Read from its pages on denoise and Extraction (OpenAPI 1.0.0), on deecho, and an older one on
Extraction; beyond these from its pages on webhooks, status checks and dereverb, and from public
clients. Where they differ, every shape is read; names of fields are theirs.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from services.recipes import Cleanup, Operation

# Ids are a UUID in one sample and `denoise789` in another: opaque, but never more than this.
SAFE_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._:-]{0,127}")
MOST_AMOUNT = Decimal(10**9)
MOST_ETA = 86_400  # seconds; what claims to take longer says nothing
LONGEST_REASON = 200  # characters
DEEPEST = 8  # levels of a body
UNKNOWN_ETA = -1

# What another Undertone says of stems; MusicGPT itself is not known to refuse any.
NOT_SPLIT = "{missing} cannot be split off here; served are {served}."
IS_NOT_SPLIT = re.compile(
    r"stems: (?P<missing>.+) cannot be split off here; served are (?P<served>.+)\."
)
NEITHER_GIVEN = "Either audio_url or audio_file must be provided."  # as OpenAPI has it
BOTH_NONE = "Both audio_url and audio_file cannot be None."  # as the older pages have it
SERVER_ERROR = "Internal Server Error"

CONVERSION_TYPES = {
    Operation.DENOISE: "DENOISING",
    Operation.DEECHO: "DEECHO",
    Operation.DEREVERB: "DEREVERB",
    Operation.STEMS: "EXTRACTION",
}
# A type is spelled differently in callbacks ("Deecho"), lists and on each page.
TYPE_MARKS = {
    Operation.DENOISE: ("NOIS",),
    Operation.DEECHO: ("ECHO",),
    Operation.DEREVERB: ("REVERB",),
    Operation.STEMS: ("EXTRACT", "STEM", "VOCAL"),
}
PREPROCESSING = {
    Cleanup.DENOISE: "Denoise",
    Cleanup.DEECHO: "Deecho",
    Cleanup.DEREVERB: "Dereverb",
}


class Stage(Enum):
    """How far a conversion is."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


STAGES = {
    "in_queue": Stage.WAITING,
    "queued": Stage.WAITING,
    "pending": Stage.WAITING,
    "in_progress": Stage.WAITING,
    "processing": Stage.WAITING,
    "completed": Stage.DONE,
    "failed": Stage.FAILED,
    "error": Stage.FAILED,
    "cancelled": Stage.FAILED,
}


# --- single values --------------------------------------------------------------------------------


def amount(value: object) -> Decimal | None:
    """Credits from a number or its text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        read = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    return read if read.is_finite() and 0 <= read < MOST_AMOUNT else None


def plain(value: object) -> str:
    """Their words, short and on one line; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    cut = value[:LONGEST_REASON]
    return "".join(letter if letter.isprintable() else " " for letter in cut).strip()


def _id(value: object) -> str:
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or SAFE_ID.fullmatch(value) is None:
        raise ValueError("this is not an id that can be used")
    return value


def _flag(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def _eta(value: object) -> int:
    given = amount(value)
    return int(given) if given is not None and given <= MOST_ETA else UNKNOWN_ETA


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


Id = Annotated[str, BeforeValidator(_id)]
GivenId = Annotated[str, BeforeValidator(_id), Field(min_length=1)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]
Words = Annotated[str, BeforeValidator(_words)]
Eta = Annotated[int, BeforeValidator(_eta)]
Credits = Annotated[Decimal | None, BeforeValidator(amount)]
# They write estimates as numbers, and the costs of most callbacks as text.
Estimate = Annotated[Credits, PlainSerializer(_number)]


# --- answers and callbacks ------------------------------------------------------------------------


class Said(BaseModel):
    """What any of their bodies may say of success and failure; the whole of a 422 or a 500."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    success: Flag = None
    status: Words = ""
    event: Words = ""
    is_flagged: Flag = None
    reason: Any = None
    status_msg: Any = None
    message: Any = None
    error: Any = None

    @property
    def why(self) -> str:
        """Why it failed, in their words; empty where they say nothing."""
        nested = self.error if isinstance(self.error, dict) else {}
        texts = (self.reason, self.status_msg, self.message, self.error)
        told = (plain(text) for text in (*texts, nested.get("message"), nested.get("code")))
        return next((text for text in told if text), "")

    @property
    def has_failed(self) -> bool:
        """Whether it says so in any of their ways."""
        return self.success is False or self.is_flagged is True or self.word is Stage.FAILED

    @property
    def word(self) -> Stage | None:
        """What its word for the state means; None where there is no word."""
        word = self.status or self.event.rpartition(".")[2]
        return STAGES.get(word.strip().lower(), Stage.UNKNOWN) if word else None


class Started(Said):
    """The 200 answer to a submission: one task, one conversion."""

    task_id: GivenId
    conversion_id: GivenId
    eta: Eta = UNKNOWN_ETA  # seconds
    credit_estimate: Estimate = None


class Conversion(Said):
    """One conversion, in a callback or in an answer; addresses of results are extra fields."""

    task_id: Id = ""
    conversion_id: Id = ""
    conversion_type: Words = ""
    conversion_cost: Credits = None
    created_at: Any = Field(None, alias="createdAt")

    @property
    def extra(self) -> Mapping[str, Any]:
        """Fields that have no name here."""
        return self.model_extra or {}

    def is_of(self, operation: Operation) -> bool:
        """Whether its type is this one, or is not said."""
        word = self.conversion_type.upper()
        return not word or any(mark in word for mark in TYPE_MARKS.get(operation, ()))


class ConversionList(BaseModel):
    """The answer of byUser; entries are checked one by one, so that an odd one hides no other."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    success: Annotated[Literal[True] | None, BeforeValidator(_flag)] = None
    conversions: list[Any]


def read_body(body: bytes) -> Mapping[str, Any]:
    """The JSON object in a callback's body. Raises `ValueError` for anything else."""
    try:
        read = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(read, dict) or _is_deeper(read, DEEPEST):
        raise ValueError("not a JSON object, or nested too deeply")
    return read


def read_conversion(fields: Mapping[str, Any]) -> Conversion:
    """The conversion that an answer or a callback tells of; the wrapper may be absent.

    Raises `ValueError` for ids that cannot be used.
    """
    inner = fields.get("conversion")
    if not isinstance(inner, dict):
        return Conversion.model_validate(fields)
    outer = {key: value for key, value in fields.items() if key != "conversion"}
    success = False if _flag(outer.get("success")) is False else inner.get("success", True)
    return Conversion.model_validate({**outer, **inner, "success": success})


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name occurs twice")
    return read


def _is_deeper(value: object, most: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    below: Iterable[Any] = value.values() if isinstance(value, dict) else value
    return most == 0 or any(_is_deeper(one, most - 1) for one in below)


# --- what is asked for ----------------------------------------------------------------------------


def stems_field(stems: Sequence[str]) -> str:
    """`stems`: a text that holds a JSON list."""
    return json.dumps(list(stems))


def preprocessing_field(steps: Sequence[Cleanup]) -> str:
    """`preprocessing_options`: a text that holds a JSON list, in their exact case."""
    return json.dumps([PREPROCESSING[step] for step in steps])
