"""The facts about a job, in the past tense: the only way it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.model import Clip, Cost, Kind, Picture, Receipt, Result, Track
from services.problems import Problem


@dataclass(frozen=True, slots=True)
class Received:
    """The sound lies in Files, was measured, and its quota is reserved."""

    clip: Clip
    awaits: bool = False  # first its person must agree to the price
    warning: int = 0  # per cent of its space's minutes that are used with it


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Its person agreed to the price."""


@dataclass(frozen=True, slots=True)
class Routed:
    """A provider was chosen; what its work needs is known, so the right worker is woken."""

    provider: str
    kind: Kind
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Picked:
    """The intent to hand the clip to the chosen provider, written before the call."""

    deadline_at: datetime
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it."""

    ref: str
    next_at: datetime  # when to ask first
    deadline_at: datetime
    estimate: Cost | None = None


@dataclass(frozen=True, slots=True)
class Doubled:
    """It is handed over once more, though the provider may have it already."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The provider is done; its results wait to be collected."""

    results: tuple[Result, ...]
    note: str = ""
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class Broke:
    """The provider said that the job failed, its result is gone, or its deadline passed."""

    problem: Problem
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """The provider called back: a reason to ask it, and what to believe if it cannot be asked."""

    ref: str
    report: Finished | Broke | None = None


@dataclass(frozen=True, slots=True)
class Collected:
    """Every part lies in Files."""

    tracks: tuple[Track, ...]
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """The living message exists."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Moved:
    """The person opened a new living message for this job; the old one is left as it is."""

    receipt: Receipt
    route: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Copied:
    """The result was shown once more, when the person asked for it."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Sending:
    """Message `n` of the answer is about to be sent."""

    n: int


@dataclass(frozen=True, slots=True)
class NotSent:
    """The platform itself said that it did not take message `n`, sent for the `sends`th time."""

    n: int
    sends: int


@dataclass(frozen=True, slots=True)
class Posted:
    """Message `n` of the answer arrived, with these tracks; perhaps in place of the living one."""

    n: int
    receipt: Receipt
    tracks: tuple[str, ...] = ()
    living: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """The tracks in a form that the chat takes; is_spread: with one message for each."""

    tracks: tuple[Track, ...]
    is_spread: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """The person was told."""


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """The person cannot be told; the files stay until they expire."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Whoever asked wants nothing of it any more, though it had an outcome."""


@dataclass(frozen=True, slots=True)
class GaveUp:
    """The end: a person cancelled, the sound is no good, or no provider is left."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """A question could not be asked or answered; the same step again, later.

    telling: of the step that tells the person, and else of one before there is an outcome: a
    late word of the one must not hold up the other. problem: why, for the history.
    """

    at: datetime
    telling: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Nudged:
    """What it waited for before telling is there."""


@dataclass(frozen=True, slots=True)
class Purged:
    """Its files were removed because their time was over."""


Event = (
    Received
    | Confirmed
    | Routed
    | Picked
    | Accepted
    | Doubled
    | Finished
    | Called
    | Collected
    | Announced
    | Moved
    | Copied
    | Fitted
    | Sending
    | NotSent
    | Posted
    | Delivered
    | Undeliverable
    | Withdrawn
    | Broke
    | GaveUp
    | Rescheduled
    | Nudged
    | Purged
)
