"""Who may still use how many minutes: decisions over the ledger, in milliseconds of sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import floor

from services.limits import UNLIMITED
from services.model import SILENCE, Address, Job, Person
from services.problems import Code, Problem
from services.transactions import LedgerLine, LineKind, Tx

MINUTE = 60_000  # milliseconds


class Period(StrEnum):
    """How long a pot lasts before it is full again."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a platform's people may use; `math.inf` means unlimited, 0 means none."""

    space_minutes_per_month: float = UNLIMITED
    person_minutes_per_day: float = UNLIMITED
    installation_minutes_per_month: float = UNLIMITED
    file_bytes: float = UNLIMITED
    file_seconds: float = UNLIMITED
    active_jobs: float = UNLIMITED


@dataclass(frozen=True, slots=True)
class Pot:
    """One scope whose minutes are counted."""

    scope: str
    minutes: float
    period: Period


def pots(job: Job, allowance: Allowance) -> tuple[Pot, ...]:
    """The pots that this job draws from, the narrowest first."""
    return (
        Pot(person_scope(job.address, job.person), allowance.person_minutes_per_day, Period.DAY),
        Pot(space_scope(job.address), allowance.space_minutes_per_month, Period.MONTH),
        Pot("installation", allowance.installation_minutes_per_month, Period.MONTH),
    )


def person_scope(address: Address, person: Person) -> str:
    """Where a person's minutes are counted."""
    return f"person:{address.platform}:{person.id}"


def space_scope(address: Address) -> str:
    """Where a space's minutes are counted."""
    return f"space:{address.platform}:{address.space}"


def began(period: Period, now: datetime) -> datetime:
    """When the period that holds `now` began."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.replace(day=1) if period is Period.MONTH else midnight


def returns(period: Period, now: datetime) -> datetime:
    """When the next period begins."""
    start = began(period, now)
    if period is Period.DAY:
        return start + timedelta(days=1)
    return (start + timedelta(days=32)).replace(day=1)


def reserve(
    tx: Tx, job: Job, seconds: float, allowance: Allowance, now: datetime
) -> Problem | None:
    """Set the job's minutes aside in every pot, or say which is too empty and change nothing."""
    milliseconds = round(seconds * 1000)
    drawn = pots(job, allowance)
    for pot in drawn:
        tx.lock_scope(pot.scope)
    for pot in drawn:
        spent = tx.spent(pot.scope, began(pot.period, now))
        if spent + milliseconds > pot.minutes * MINUTE:
            return _spent(pot, spent, now)
    _write(tx, job, drawn, "reserve", milliseconds, now)
    return None


def _spent(pot: Pot, spent: int, now: datetime) -> Problem:
    args: dict[str, str | int | float] = {
        "whose": pot.scope.partition(":")[0],
        "minutes": pot.minutes,
        # Rounded up, it could read like enough.
        "left": floor(max(0.0, pot.minutes - spent / MINUTE) * 10) / 10,
    }
    # Of nothing there is no more when the next period begins.
    if pot.minutes:
        args["date"] = returns(pot.period, now).isoformat()
    # Not the scope: it holds a person, and the history does not.
    return Problem(Code.QUOTA_SPENT, args, pot.period.value)


def close(tx: Tx, job: Job, now: datetime) -> None:
    """Settle or release what the job reserved, by its outcome. Repeating it changes nothing."""
    reserved = [line for line in tx.lines(job.id) if line.kind == "reserve"]
    kind: LineKind = "settle" if is_charged(job) else "release"
    reason = job.outcome.code.value if isinstance(job.outcome, Problem) else "delivered"
    for line in reserved:
        tx.write_line(LedgerLine(job.id, line.scope, kind, line.milliseconds, now, reason))


def is_charged(job: Job) -> bool:
    """Whether the person pays: for tracks, and for a cancel after a paid submission.

    Nobody pays for silence.
    """
    if isinstance(job.outcome, Problem):
        return job.outcome.code is Code.CANCELLED and job.paid
    return job.outcome is not None and job.note != SILENCE


def _write(
    tx: Tx, job: Job, drawn: Sequence[Pot], kind: LineKind, milliseconds: int, now: datetime
) -> None:
    for pot in drawn:
        tx.write_line(LedgerLine(job.id, pot.scope, kind, milliseconds, now))
