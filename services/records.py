"""What the store keeps beside jobs: leases, steps, lines of the ledger, grants, callbacks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from services.model import JobId, Kind, Phase
from services.recipes import Operation


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run one step of a job; `number` makes an old holder harmless."""

    job: JobId
    number: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that could be worked on, for those who wake it."""

    job: JobId
    due_at: datetime
    kind: Kind
    priority: int


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a job's history."""

    at: datetime
    event: str
    state: str
    attempt: int
    detail: str = ""


LineKind = Literal["reserve", "settle", "release"]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One movement of seconds of sound; (job, scope, kind) is unique.

    `reserve` and `settle` of one job never both count: a settle replaces its reserve.
    """

    job: JobId
    scope: str  # a space, a person, the installation or a provider: services.quotas names them
    kind: LineKind
    milliseconds: int  # of sound; of a provider thousandths of what it charges in
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """Minutes beyond what a pot usually holds; (scope, id) is unique.

    scope: whose pot. kind: `gift` or `rollover`. until: when they expire; None: never.
    """

    id: str
    scope: str
    kind: str
    milliseconds: int
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a space's audit log.

    who: alias of whoever changed it; empty: the operator. what: the setting, its parts separated
    by dots, with people by alias. before, after: as they are kept; empty where nothing was.
    """

    at: datetime
    who: str
    what: str
    before: str
    after: str


Named = Literal["person", "space"]
FLEETING = "fleeting."  # begins the keys of messages that we keep for less than an hour


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat that we keep ourselves (the web chat)."""

    seq: int  # grows with every change in that chat
    key: str
    body: Mapping[str, Any]
    at: datetime  # first shown


class Verdict(StrEnum):
    """What became of a callback."""

    ACCEPTED = "accepted"  # it was believed, or will be where its provider cannot be asked
    POKED = "poked"  # a reason to ask early, no more
    REPEATED = "repeated"  # known already
    LATE = "late"  # of another attempt, or of a job that is past that
    UNKNOWN = "unknown"  # no token of ours, or of no job
    CONTRADICTING = "contradicting"  # it speaks of two jobs
    MALFORMED = "malformed"  # its provider's reader does not understand it
    TOO_LARGE = "too_large"
    ENCODED = "encoded"  # packed: what was signed would not be what is read
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class KeptCallback:
    """A callback that changed something, as it came.

    body: None once the files of its job are gone, for it has addresses of them.
    is_addressed: the address that was called named the job.
    """

    provider: str
    job: JobId
    attempt: int
    at: datetime
    headers: Mapping[str, str]
    body: bytes | None
    is_addressed: bool = True
    verdict: Verdict = Verdict.ACCEPTED
    id: int = 0  # counted by the store


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs of a space are listed; those that were withdrawn are not.

    since, until: when they were asked for; None: at any time. phase: None: in each.
    """

    operations: Collection[Operation]
    phase: Phase | None = None
    since: datetime | None = None
    until: datetime | None = None
