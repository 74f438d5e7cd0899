"""The nouns: clips, tracks, jobs, asks and cards. Nothing here acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from services.problems import Problem
from services.recipes import Format, Recipe

JobId = NewType("JobId", str)  # 20 hex digits, random: nobody guesses another person's job


class Kind(StrEnum):
    """What a step needs: cores (SOUND) or only the wire (WIRE)."""

    SOUND = "sound"
    WIRE = "wire"


class Shape(StrEnum):
    """As what the sound came, so that the answer can have the same shape."""

    AUDIO = "audio"
    VOICE = "voice"
    VIDEO = "video"
    VIDEO_NOTE = "video_note"


class Phase(StrEnum):
    """How far a job is, for those who need no more words."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class State(StrEnum):
    """Where a job is; services.machine is the only file that assigns one."""

    RECEIVING = "receiving"
    QUEUED = "queued"
    SUBMITTING = "submitting"
    RUNNING = "running"
    COLLECTING = "collecting"
    DELIVERING = "delivering"
    DONE = "done"


# --- people and places ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """Where an answer goes. Only the platform named here understands `route`."""

    platform: str
    space: str  # guild, group, private chat or key: whose settings and quota count
    chat: str
    route: Mapping[str, str] = field(default_factory=dict)
    # The thread or topic and the channel that it is in, by the ids that rules know them by.
    corners: tuple[str, ...] = ()
    is_guest: bool = False  # the bot is no member where it was asked for


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, as the platform names them."""

    id: str
    locale: str = "en"
    is_admin: bool = False
    roles: tuple[str, ...] = ()  # as the platform names them
    is_place: bool = False  # a group or channel, in whose name somebody writes


# --- sound ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """A reference to sound that a person sent; `key` once its bytes are in Files."""

    name: str  # as shown to people: cleaned, never used as a path
    ref: str = ""  # the platform's own reference; opaque to us
    url: str = ""  # a person's own link; forgotten with the files
    key: str = ""  # in Files
    bytes: int | None = None  # as the platform says; counted again on receipt
    shape: Shape = Shape.AUDIO
    seconds: float | None = None  # where it was measured before it was asked about
    # Of a recording that another job had before: from which space it came, and who saw it.
    home: str = ""
    sent_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clip:
    """Sound that lies in Files and was measured."""

    key: str
    name: str
    bytes: int
    seconds: float
    sample_rate: int  # Hz
    channels: int
    container: str  # as the decoder names it: wav, mp3, ogg, mov, …
    codec: str
    shape: Shape = Shape.AUDIO

    @property
    def is_voice(self) -> bool:
        """Whether it came as a voice message."""
        return self.shape is Shape.VOICE


@dataclass(frozen=True, slots=True)
class Result:
    """One finished part as a provider offers it: already in Files, or at a URL to fetch."""

    part: str
    key: str = ""
    url: str = ""


class Unit(StrEnum):
    """What a provider charges in."""

    CREDITS = "credits"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a provider charges the operator for one job."""

    amount: Decimal
    unit: Unit


@dataclass(frozen=True, slots=True)
class Heard:
    """What a callback said, until the provider itself is asked.

    ref: the provider's name for the job, as the callback has it. With neither results nor a
    problem it is only a reason to ask.
    """

    ref: str
    results: tuple[Result, ...] = ()
    problem: Problem | None = None
    cost: Cost | None = None


class Way(StrEnum):
    """How a track reaches its person: as a file, by a link, or not at all, being too large."""

    FILE = "file"
    LINK = "link"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Track:
    """One finished part in Files, ready to be given to a person.

    waveform: the outline of a voice message, base64; empty where none was asked for.
    wanted: the format that was asked for, where each part comes in two; empty where in one.
    piece, pieces: 2 of 3 when the part was too long for one file; 0 of 0 when it is whole.
    """

    part: str  # clean, residual or a stem
    key: str
    name: str  # the file name people see
    format: str
    mime: str
    bytes: int
    seconds: float
    figures: Mapping[str, float] = field(default_factory=dict)  # loudness_lufs, peak_dbfs, …
    waveform: str = ""
    piece: int = 0
    pieces: int = 0
    way: Way = Way.FILE
    wanted: str = ""

    @property
    def whole(self) -> str:
        """The id of what was made, before it was cut or otherwise made to fit."""
        return f"{self.part}.{self.wanted}" if self.wanted else self.part

    @property
    def id(self) -> str:
        """What no other track of its job is called."""
        # Pieces of another cut are others: what was told of one says nothing of the other.
        return f"{self.whole}.{self.piece}of{self.pieces}" if self.piece else self.whole


@dataclass(frozen=True, slots=True)
class Picture:
    """Before above after, as a PNG in Files, with the numbers its alternative text names."""

    key: str
    bytes: int
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """A person's request, free of any platform's types.

    event: id of the asking event: the same event asks only once.
    looks_first: what is wrong with its sound is told at once; else the job tells it.
    keep_hours: for how long files are wanted, where that is shorter than is usual there.
    """

    command: str
    options: Mapping[str, str]
    sources: tuple[Source, ...]
    person: Person
    address: Address
    event: str
    looks_first: bool = False
    keep_hours: float | None = None

    @property
    def brings_sound(self) -> bool:
        """Whether there is sound to work on: in files, or behind a link."""
        return bool(self.sources or self.options.get("url"))


Receipt = NewType("Receipt", str)  # a platform's own name for a message it showed


# --- the job -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Posting:
    """One message of the answer: told (posted), perhaps told (sends > 0), or still to tell."""

    n: int
    sends: int = 0
    receipt: Receipt | None = None
    tracks: tuple[str, ...] = ()  # ids of those that came with it


@dataclass(frozen=True, slots=True)
class Job:
    """The only durable thing that moves; `services.machine.advance` makes the next one."""

    id: JobId
    dedupe: str  # platform, id of the asking event, ordinal: unique
    address: Address
    person: Person
    source: Source
    recipe: Recipe
    created_at: datetime
    updated_at: datetime
    due_at: datetime  # not before this time
    deadline_at: datetime  # when waiting ends
    state: State = State.RECEIVING
    attempt: int = 0  # failures so far; news of another attempt is not believed
    tries: int = 0  # failures with the provider at hand
    clip: Clip | None = None
    provider: str | None = None
    engine: str = ""  # the provider as people know it
    kind: Kind = Kind.WIRE  # what its next step needs
    ref: str = ""  # the provider's name for the job
    refs: tuple[str, ...] = ()  # all such names so far
    refs_at: tuple[str, ...] = ()  # whose names these are, in the same order
    paid: bool = False  # handed to a provider that charges
    picked_at: datetime | None = None  # when the intent to hand it over was last written
    heard: Heard | None = None
    estimate: Cost | None = None
    cost: Cost | None = None
    doubles: int = 0  # submissions made though an earlier one may have arrived
    refused: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()  # the same as people know them
    sent_to: tuple[str, ...] = ()  # those on other machines that were handed the sound
    last: Problem | None = None
    results: tuple[Result, ...] = ()
    outcome: tuple[Track, ...] | Problem | None = None
    fitted: tuple[Track, ...] = ()  # the outcome in the form that its chat can take
    is_spread: bool = False  # one track in each message: the chat refused several at once
    picture: Picture | None = None
    postings: tuple[Posting, ...] = ()
    card: Receipt | None = None  # the living message
    copies: tuple[Receipt, ...] = ()  # messages that showed the result once more
    done_at: datetime | None = None
    purged: bool = False  # its files are gone
    note: str = ""  # why auto chose what it chose, as a key of the catalogue
    is_free: bool = False  # made of what was paid for already: draws no minutes
    awaits: bool = False  # its person was told the price and has not agreed yet
    keep_hours: float | None = None  # that its space keeps files; None: as is usual
    warning: int = 0  # per cent of its space's minutes that it was the first to reach
    album: tuple[JobId, ...] = ()  # the jobs of one ask that is answered at once, in its order

    @property
    def phase(self) -> Phase:
        """How far it is."""
        if self.outcome is not None:
            return Phase.FAILED if isinstance(self.outcome, Problem) else Phase.COMPLETED
        return Phase.PENDING if self.state in NOT_BEGUN else Phase.PROCESSING

    @property
    def lead(self) -> JobId:
        """The job that speaks for this one: the first of its album, or itself."""
        return self.album[0] if self.album else self.id

    @property
    def tracks(self) -> tuple[Track, ...]:
        """What came of it, in the form that was asked for; empty where nothing did."""
        return self.outcome if isinstance(self.outcome, tuple) else ()

    @property
    def shown(self) -> tuple[Track, ...]:
        """The tracks as its chat gets them."""
        return self.fitted or self.tracks

    @property
    def format(self) -> Format:
        """What this job's tracks should be: as asked for, else like the source."""
        if self.recipe.format is None and self.clip and self.clip.shape is Shape.VOICE:
            return Format.OGG
        container = self.clip.container.split(",")[0] if self.clip else ""
        return self.recipe.format or LIKE_SOURCE.get(container, Format.WAV)

    @property
    def formats(self) -> tuple[Format, ...]:
        """In what each part is given back: the format, or two."""
        second = self.recipe.second
        return (self.format,) if second is None or second is self.format else (self.format, second)

    @property
    def master(self) -> Format:
        """In what the work is done: of two formats, both are made from what lost nothing.

        FLAC, as it also holds tags and covers.
        """
        return self.format if len(self.formats) == 1 else Format.FLAC


NOT_BEGUN = (State.RECEIVING, State.QUEUED)
SILENCE = "silence"  # the note of a job whose sound had nothing in it
LIKE_SOURCE = {
    "wav": Format.WAV,
    "w64": Format.WAV,
    "mp3": Format.MP3,
    "flac": Format.FLAC,
    "ogg": Format.OGG,
    "aiff": Format.AIFF,
    "mov": Format.M4A,
    "aac": Format.M4A,
}

INCOMING = "incoming/"  # where sources lie in Files; several jobs may share one


def source_key(job: Job) -> str:
    """Where the job's sound lies in Files, or will lie."""
    return job.source.key or f"{INCOMING}{job.id}"


def source_of(job: Job) -> Source:
    """The job's sound for another job: whatever is said about it in its own place goes along."""
    seen = (*job.source.sent_to, *job.sent_to)
    home = job.source.home or job.address.space
    return replace(job.source, key=source_key(job), home=home, sent_to=tuple(dict.fromkeys(seen)))


def needs_source(job: Job) -> bool:
    """Whether the job's sound must stay: not when it was no good, or its time is over."""
    is_refused = isinstance(job.outcome, Problem) and job.clip is None
    return not job.purged and not is_refused
