"""Who may still use how many minutes: decisions over the ledger, in milliseconds of sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import floor

from services.limits import UNLIMITED
from services.model import SILENCE, Address, Cost, Job, Person, Unit
from services.problems import Code, Problem
from services.transactions import LedgerLine, LineKind, Tx

MINUTE = 60_000  # milliseconds
PROVIDER = "provider:"  # the beginning of scopes in a provider's own unit


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


def provider_scope(provider: str) -> str:
    """Where is counted what a provider charges the operator."""
    return PROVIDER + provider


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


def estimate(tx: Tx, job: Job, now: datetime) -> None:
    """Note what its provider will charge the operator, in thousandths of its own unit."""
    if job.estimate is not None and job.provider is not None:
        amount = thousandths(job.estimate)
        tx.write_line(LedgerLine(job.id, provider_scope(job.provider), "reserve", amount, now))


def charge(tx: Tx, job: Job, now: datetime) -> None:
    """Note what its provider did charge: that stays, whether the result can be used or not."""
    if job.cost is not None and job.provider is not None:
        scope, amount = provider_scope(job.provider), thousandths(job.cost)
        tx.write_line(LedgerLine(job.id, scope, "settle", amount, now, "finished"))


def close(tx: Tx, job: Job, now: datetime) -> None:
    """Settle or release what the job reserved, by its outcome. Repeating it changes nothing."""
    reserved = {line.scope: line for line in tx.lines(job.id) if line.kind == "reserve"}
    reason = job.outcome.code.value if isinstance(job.outcome, Problem) else "delivered"
    own = provider_scope(job.provider or "")
    if job.cost is not None and own not in reserved:
        reserved[own] = LedgerLine(job.id, own, "reserve", 0, now)
    for line in reserved.values():
        kind: LineKind = "settle" if is_charged(job) else "release"
        amount = line.milliseconds
        if line.scope.startswith(PROVIDER):
            # Who failed gives back what was set aside; who did it says what it was in the end.
            kind = "settle" if line.scope == own and job.paid and is_charged(job) else "release"
            amount = thousandths(job.cost) if job.cost and kind == "settle" else amount
        elif kind == "settle":
            amount = used(job, amount)
        tx.write_line(LedgerLine(job.id, line.scope, kind, amount, now, reason))


def used(job: Job, reserved: int) -> int:
    """Milliseconds that count in the end: those that the provider counted, where it counts so.

    Never more than twice what was set aside: a provider's slip must not empty anybody's pot.
    """
    if job.cost is None or job.cost.unit is not Unit.MINUTES:
        return reserved
    return min(round(job.cost.amount * MINUTE), 2 * reserved)


def thousandths(cost: Cost) -> int:
    """An amount of credits or minutes as the ledger has it."""
    return max(0, round(cost.amount * 1000))


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
