"""MusicGPT's dialect as a server speaks it: what is taken, and what is said, exactly.

Where their pages print different shapes for different operations, each gets its own.
"""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)

from adapters.wire.musicgpt import CONVERSION_TYPES, PREPROCESSING
from services.recipes import Cleanup, Operation, Stem

LONGEST_URL = 4_096
WEB_OR_NONE = "^(https?://.+)?$"  # in the document only; who may be called is another matter
USUAL_LISTED, MOST_LISTED = 20, 100
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# As their paths spell it, and what it means. `Extraction` has its capital everywhere.
PATHS = {
    "denoise": Operation.DENOISE,
    "deecho": Operation.DEECHO,
    "dereverb": Operation.DEREVERB,
    "Extraction": Operation.STEMS,
}
# Both sides of the work, under the keys of the page on deecho and spelled after them.
SIDES = {
    Operation.DENOISE: ("no_noise", "noise"),
    Operation.DEECHO: ("no_echo", "echo"),
    Operation.DEREVERB: ("no_reverb", "reverb"),
}
MESSAGES = {
    Operation.DENOISE: "de_noise conversion Completed",
    Operation.DEECHO: "de_echo conversion Completed",
    Operation.DEREVERB: "de_reverb conversion Completed",
}
WORDS = {
    Operation.DENOISE: "Denoise",
    Operation.DEECHO: "Deecho",
    Operation.DEREVERB: "Dereverb",
    Operation.STEMS: "Extraction",
}
# Asked for as `vocals`, given as `vocal`.
GIVEN_AS = {"vocals": "vocal"}
STEMS = tuple(stem for stem in Stem if stem is not Stem.OTHER)
COMPOSITE = (Stem.DRUMS, Stem.BASS, Stem.PIANO, Stem.GUITAR)  # where none is named (MG-X-08)
TYPES = {word: operation for operation, word in CONVERSION_TYPES.items()} | {
    "STEMS_SEPARATION": Operation.STEMS,
    "VOCAL_EXTRACTION": Operation.STEMS,
}

ConversionType = Literal[
    "DENOISING", "DEECHO", "DEREVERB", "EXTRACTION", "STEMS_SEPARATION", "VOCAL_EXTRACTION"
]


# --- what is taken --------------------------------------------------------------------------------


def _nothing(value: object) -> object:
    return None if value == "" else value


def _listed(value: object) -> object:
    """Their lists come as text that holds JSON; empty is the same as none."""
    if not isinstance(value, str):
        return value
    try:
        read = json.loads(value or "[]")
    except (ValueError, RecursionError):
        read = None
    if isinstance(read, list):
        return read
    raise ValueError("it should be text that holds a JSON list of names")


def _step(value: object) -> object:
    """Spelled exactly so: their other words for these are other things."""
    for step, word in PREPROCESSING.items():
        if value == word:
            return step
    raise ValueError(f"each should be one of {', '.join(PREPROCESSING.values())}")


def _stem(value: object) -> object:
    if value not in STEMS:
        raise ValueError(f"each should be one of {', '.join(STEMS)}")
    return value


def _date(value: object) -> object:
    if value == "":
        return None
    # Figures alone would be read as seconds since 1970.
    if isinstance(value, str) and not DAY.match(value):
        raise ValueError("it should be a time as ISO 8601 writes it")
    return value


def _whole_day(value: object) -> object:
    """Until a day means until its end."""
    is_day = isinstance(value, str) and DAY.fullmatch(value)
    return f"{value}T23:59:59.999999" if is_day else value


def _in_utc(value: datetime) -> datetime:
    """Some clients name a day, or a time without its zone."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


Given = Annotated[str | None, BeforeValidator(_nothing)]
Step = Annotated[
    Cleanup,
    BeforeValidator(_step),
    WithJsonSchema({"type": "string", "enum": list(PREPROCESSING.values())}),
]
Named = Annotated[
    Stem,
    BeforeValidator(_stem),
    WithJsonSchema({"type": "string", "enum": [stem.value for stem in STEMS]}),
]
EMPTY = {"const": ""}
MOMENT = {"anyOf": [EMPTY, *({"type": "string", "format": one} for one in ("date-time", "date"))]}
Moment = Annotated[datetime, AfterValidator(_in_utc)] | None
Start = Annotated[Moment, BeforeValidator(_date), WithJsonSchema(MOMENT)]
End = Annotated[Moment, BeforeValidator(_whole_day), BeforeValidator(_date), WithJsonSchema(MOMENT)]
AnyType = Annotated[
    ConversionType | None,
    BeforeValidator(_nothing),
    WithJsonSchema({"enum": ["", *get_args(ConversionType)]}),
]


class ConversionForm(BaseModel):
    """What stands beside the file, or in its place; what is unknown is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    audio_url: Given = Field(
        None,
        max_length=LONGEST_URL,
        description="Link to the sound; empty counts as none.",
        json_schema_extra={"pattern": WEB_OR_NONE},
    )
    webhook_url: Given = Field(
        None,
        max_length=LONGEST_URL,
        description="Told when it is done; empty: nobody.",
        json_schema_extra={"pattern": WEB_OR_NONE},
    )


class ExtractionForm(ConversionForm):
    """The same for stems: both lists are texts that hold JSON."""

    stems: Annotated[tuple[Named, ...], BeforeValidator(_listed)] = Field(
        (),
        max_length=len(STEMS),
        description="JSON list of stems. Empty: of drums, bass, piano and guitar what is served.",
        json_schema_extra={"example": '["vocals", "instrumental"]'},
    )
    preprocessing_options: Annotated[tuple[Step, ...], BeforeValidator(_listed)] = Field(
        (),
        max_length=len(PREPROCESSING),
        description="JSON list of what is done before: Denoise, Deecho, Dereverb.",
        json_schema_extra={"example": '["Denoise"]'},
    )


class ByIdQuery(BaseModel):
    """The query of `GET /byId`: the type, and exactly one of the ids."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    conversion_type: ConversionType = Field(alias="conversionType")
    task_id: Given = Field(None, max_length=128, json_schema_extra={"minLength": 1})
    conversion_id: Given = Field(None, max_length=128, json_schema_extra={"minLength": 1})


class ByUserQuery(BaseModel):
    """The query of `GET /byUser`."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    limit: int = Field(USUAL_LISTED, ge=1, le=MOST_LISTED)
    sort_order: Literal["asc", "desc"] = Field("desc", alias="sortOrder")
    start_date: Start = Field(None, alias="startDate")
    end_date: End = Field(None, alias="endDate")
    conversion_type: AnyType = Field(None, alias="conversionType")


def refused(error: ValidationError) -> str:
    """The sentence for what a client sent."""
    first = error.errors(include_url=False, include_context=False)[0]
    field = str(first["loc"][0]) if first["loc"] else "request"
    said = first["msg"].removeprefix("Value error, ")
    return f"{field}: {said}."


# --- what is said ---------------------------------------------------------------------------------


def stamp(at: datetime) -> str:
    """A time as ISO 8601."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Time = Annotated[
    datetime,
    PlainSerializer(stamp, when_used="json"),
    Field(json_schema_extra={"format": "date-time"}),
]
Credits = Annotated[float, Field(ge=0, description="One credit is one minute of sound.")]


class Told(BaseModel):
    """A body of ours; what was never set is left out."""

    model_config = ConfigDict(frozen=True, extra="allow")

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return self.model_dump(mode="json", exclude_unset=True, by_alias=True)


class Started(Told):
    """200: the task is taken. The pages on deecho and dereverb also print message and status."""

    success: Literal[True]
    task_id: str = Field(examples=["8fd19e25-88c2-8e91-8642-14cbe99a4f00"])
    conversion_id: str
    eta: int = Field(description="Seconds; -1 where unknown.", ge=-1, examples=[59])
    credit_estimate: Credits | None = Field(None, description="Left out where unknown.")
    message: str | None = Field(None, examples=["Message published to queue"])
    status: str | None = Field(None, examples=["IN_QUEUE"])


class Failed(Told):
    """Every error: one flat sentence."""

    success: Literal[False]
    error: str


class ConversionTold(Told):
    """One conversion, as byId and byUser give it; results are extra fields by their names."""

    task_id: str
    conversion_id: str
    conversion_type: str
    status: Literal["IN_QUEUE", "IN_PROGRESS", "COMPLETED", "FAILED"]
    status_msg: str
    audio_url: str | None = Field(description="The result as MP3; of stems, a JSON map as text.")
    audio_url_wav: str | None = Field(None, description="The same as WAV.")
    conversion_path: str | None = None
    conversion_path_wav: str | None = None
    conversion_cost: Credits | None
    conversion_duration: float | None = Field(None, description="Length of the sound in seconds.")
    eta: int = Field(ge=-1)
    title: str
    lyrics: str | None
    music_style: str | None
    created_at: Time = Field(serialization_alias="createdAt")
    updated_at: Time = Field(serialization_alias="updatedAt")


class ConversionAnswer(Told):
    """The answer of byId."""

    success: Literal[True]
    conversion: ConversionTold


class ConversionsTold(Told):
    """The answer of byUser."""

    success: Literal[True]
    conversions: list[ConversionTold]


class Converted(Told):
    """What is posted when a conversion is done; both sides of the work are extra fields."""

    success: Literal[True]
    conversion_type: str = Field(examples=["Deecho"])
    task_id: str
    conversion_id: str
    audio_path: str = Field(description="What was given, by the name of a file and no address.")
    message: str
    conversion_duration: float = Field(description="Length of the sound in seconds.")
    conversion_cost: str = Field(description="Credits, to two places.", examples=["0.48"])


class Extracted(Told):
    """What is posted when an extraction is done; each stem's MP3 is an extra field by its name."""

    success: Literal[True]
    task_id: str
    conversion_id: str
    audio_path: str = Field(description="Where what was given can be fetched.")
    audio_url: str = Field(description="The stems as MP3: a JSON map of addresses, as text.")
    audio_url_wav: str = Field(description="The same as WAV.")
    conversion_cost: Credits
    conversion_duration: float = Field(description="Length of the sound in seconds.")


class NotConverted(Told):
    """What is posted when it failed."""

    success: Literal[False]
    conversion_type: str
    task_id: str
    conversion_id: str
    status: Literal["FAILED"]
    status_msg: str
    error: str


def failed(message: str) -> dict[str, Any]:
    """An error body."""
    return Failed(success=False, error=message).plain


def stems_of(form: ExtractionForm, served: Sequence[str]) -> tuple[str, ...]:
    """The stems to split: as named, else of the composite what is served here, else two."""
    if form.stems:
        return tuple(dict.fromkeys(stem.value for stem in form.stems))
    usual = tuple(stem.value for stem in COMPOSITE if stem.value in served)
    return usual or (Stem.VOCALS.value, Stem.INSTRUMENTAL.value)
