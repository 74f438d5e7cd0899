"""Who may still use how many minutes: decisions over the ledger, in milliseconds of sound.

A job draws from the pot of its person, or from the one that guests share, from its space's and
from the installation's. What a pot lacks comes from grants, as long as they hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from math import floor
from zoneinfo import ZoneInfo

from services.limits import UNLIMITED
from services.model import SILENCE, Address, Cost, Job, Person, Unit
from services.periods import USUAL, Period, began, returns
from services.problems import Code, Problem
from services.records import Grant, LedgerLine, LineKind
from services.transactions import Tx

MINUTE = 60_000  # milliseconds
PROVIDER = "provider:"  # the beginning of scopes in a provider's own unit
INSTALLATION = "installation"
VISITORS = "visitors"  # whoever asks from where the bot is not a member
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
ROLLOVER = "rollover"
OPERATORS = ("visitors", "installation")  # pots that no space has a say in
LEVELS = (100, 80)  # per cent of a space's pot at which its admins are told

Minutes = Mapping[Period, float]  # `math.inf` means unlimited, 0 means none


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one person may use in one space; a period without a number is unlimited.

    guests: the pot that those share who have no minutes of their own; None: nobody is a guest.
    visitors: the pot of all who ask from where the bot is not a member.
    rollover: minutes of the space that may be left over for its next period.
    cooldown: seconds between two asks of one person. zone: where the space's clock is read.
    is_exempt: what they use is counted and never refused. is_guest: they draw from `guests`.
    priority: how many places further ahead. features: what may be asked for; None: everything.
    is_capped: the operator gave this much, and those who look after the space cannot give more.
    requests: by API in a minute. calls_back: whether somebody is told by API when a job ends.
    tier: the name of what the operator gave; empty: nothing of its own.
    """

    space: Minutes = field(default_factory=dict)
    person: Minutes = field(default_factory=dict)
    guests: Minutes | None = None
    visitors: Minutes = field(default_factory=dict)
    installation: Minutes = field(default_factory=dict)
    file_bytes: float = UNLIMITED
    file_seconds: float = UNLIMITED
    active_jobs: float = UNLIMITED
    cooldown: float = 0.0
    rollover: float = 0.0
    zone: str = USUAL
    is_exempt: bool = False
    is_guest: bool = False
    priority: int = 0
    features: frozenset[str] | None = None
    is_capped: bool = False
    requests: float = UNLIMITED
    calls_back: bool = True
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Pot:
    """One scope whose minutes are counted, with what it holds in each period.

    whose: person, guests, space, visitors or installation, as people read it.
    """

    whose: str
    scope: str
    minutes: Minutes
    zone: str = USUAL

    @property
    def limited(self) -> Iterator[tuple[Period, float]]:
        """The periods in which it can become empty, the shortest first."""
        for period in Period:
            if self.minutes.get(period, UNLIMITED) != UNLIMITED:
                yield period, self.minutes[period]


def pots(tx: Tx, address: Address, person: Person, allowance: Allowance) -> tuple[Pot, ...]:
    """The pots that somebody there draws from, the narrowest first."""
    zone = allowance.zone
    own = Pot("person", person_scope(tx, address, person), allowance.person, zone)
    here = Pot("space", space_scope(tx, address), allowance.space, zone)
    all_together = Pot("installation", INSTALLATION, allowance.installation)
    shared = guest_pot(tx, address, allowance) if allowance.is_guest else None
    beside = [shared] if shared else []
    if address.is_guest:
        beside.append(Pot("visitors", VISITORS, allowance.visitors))
    return (own, *beside, here, all_together)


def guest_pot(tx: Tx, address: Address, allowance: Allowance) -> Pot | None:
    """The pot that the guests of a space share; None where there are none."""
    if allowance.guests is None:
        return None
    alias = tx.alias(address.platform, "space", address.space)
    return Pot("guests", f"guests:{alias}", allowance.guests, allowance.zone)


def person_scope(tx: Tx, address: Address, person: Person) -> str:
    """Where a person's minutes in a space are counted: one space never touches another."""
    space = tx.alias(address.platform, "space", address.space)
    return f"person:{space}:{tx.alias(address.platform, 'person', person.id)}"


def space_scope(tx: Tx, address: Address) -> str:
    """Where a space's minutes are counted."""
    return f"space:{tx.alias(address.platform, 'space', address.space)}"


def provider_scope(provider: str) -> str:
    """Where is counted what a provider charges the operator."""
    return PROVIDER + provider


def reserve(
    tx: Tx, job: Job, seconds: float, allowance: Allowance, now: datetime
) -> Problem | None:
    """Set the job's minutes aside in every pot, or say which is too empty and change nothing."""
    if job.is_free:
        return None
    needed = round(seconds * 1000)
    drawn = pots(tx, job.address, job.person, allowance)
    for pot in drawn:
        tx.lock_scope(pot.scope)
    roll_over(tx, job.address, allowance, now)
    lines: list[tuple[str, int]] = []
    for pot in drawn:
        draw = _draw(tx, pot, needed, now, is_exempt=_is_exempt(allowance, pot))
        if isinstance(draw, Problem):
            return draw
        lines += draw
    for scope, milliseconds in lines:
        tx.write_line(LedgerLine(job.id, scope, "reserve", milliseconds, now))
    return None


def _is_exempt(allowance: Allowance, pot: Pot) -> bool:
    """Who looks after a space exempts from its limits, and not from the operator's."""
    is_operators = pot.whose in OPERATORS or (allowance.is_capped and pot.whose == "space")
    return allowance.is_exempt and not is_operators


def _draw(
    tx: Tx, pot: Pot, needed: int, now: datetime, *, is_exempt: bool
) -> list[tuple[str, int]] | Problem:
    """How much comes from the pot itself and from which grants, or what is lacking."""
    short, emptiest, lack = 0, None, 0
    for period, minutes in pot.limited:
        spent = tx.spent(pot.scope, began(period, now, pot.zone))
        missing = spent + needed - round(minutes * MINUTE)
        if missing > 0:
            # The longest of them is when it can be done; the shortest may be full again before.
            short, emptiest, lack = max(short, missing), period, missing
    if emptiest is None or is_exempt:
        return [(pot.scope, needed)]
    granted = _from_grants(tx, pot, min(short, needed), now)
    rest = min(short, needed) - sum(amount for _, amount in granted)
    if rest:
        left = needed - lack + sum(amount for _, amount in granted)
        return _spent(pot, emptiest, left, now)
    own = needed - min(short, needed)
    return [*([(pot.scope, own)] if own or not granted else []), *granted]


def _from_grants(tx: Tx, pot: Pot, wanted: int, now: datetime) -> list[tuple[str, int]]:
    """What the pot's grants can give of that, those first that end first."""
    found = []
    for grant in tx.grants(pot.scope, now):
        amount = min(wanted, left_of(tx, grant))
        if amount > 0:
            found.append((grant_scope(grant), amount))
            wanted -= amount
    return found


def grant_scope(grant: Grant) -> str:
    """Where is counted what was used of a grant."""
    return f"{grant.scope}+{grant.id}"


def left_of(tx: Tx, grant: Grant) -> int:
    """Milliseconds that nobody used of it yet."""
    return max(0, grant.milliseconds - tx.spent(grant_scope(grant), BEGINNING))


def _spent(pot: Pot, period: Period, left: int, now: datetime) -> Problem:
    minutes = pot.minutes[period]
    args: dict[str, str | int | float] = {
        "whose": pot.whose,
        "period": _name(period, now, pot.zone),
        "minutes": minutes,
        # Rounded up, it could read like enough.
        "left": floor(max(0.0, left / MINUTE) * 10) / 10,
    }
    # Of nothing there is no more when the next period begins.
    if minutes:
        args["date"] = returns(period, now, pot.zone).astimezone(ZoneInfo(pot.zone)).isoformat()
    # Not the scope: it holds a person, and the history does not.
    return Problem(Code.QUOTA_SPENT, args, f"{pot.whose} {period.value}")


def roll_over(tx: Tx, address: Address, allowance: Allowance, now: datetime) -> None:
    """Grant a space, once in each period, what it left of the one before, up to its cap."""
    pot = Pot("space", space_scope(tx, address), allowance.space, allowance.zone)
    limited = list(pot.limited)
    if not allowance.rollover or not limited:
        return
    period, minutes = limited[-1]
    since = began(period, now, pot.zone)
    name = f"{ROLLOVER}-{_name(period, now, pot.zone)}"
    # Also where the period or the clock is another one since: nothing is left over twice.
    if any(one.kind == ROLLOVER and one.at <= now for one in tx.grants(pot.scope, now)):
        return
    # Who was not there before has left nothing over.
    if not tx.spent(pot.scope, BEGINNING, since):
        return
    before = began(period, since - (returns(period, since, pot.zone) - since) / 2, pot.zone)
    unused = round(minutes * MINUTE) - tx.spent(pot.scope, before, since)
    unused += sum(left_of(tx, one) for one in _rolled(tx, pot, before))
    most = unused if allowance.rollover == UNLIMITED else round(allowance.rollover * MINUTE)
    amount = max(0, min(unused, most))
    until = returns(period, now, pot.zone)
    tx.grant(Grant(name, pot.scope, ROLLOVER, amount, since, until))


def _rolled(tx: Tx, pot: Pot, at: datetime) -> list[Grant]:
    return [one for one in tx.grants(pot.scope, at) if one.kind == ROLLOVER and one.at <= at]


def levels(tx: Tx, pot: Pot, now: datetime) -> dict[str, int]:
    """The highest of the levels that the pot has reached, by the names of its periods; or 0."""
    return {
        _name(period, now, pot.zone): _level(tx, pot, period, minutes, now)
        for period, minutes in pot.limited
    }


def _level(tx: Tx, pot: Pot, period: Period, minutes: float, now: datetime) -> int:
    used = 100 * _fraction(tx, pot, period, minutes, now) if minutes else 0.0
    return next((mark for mark in LEVELS if used >= mark), 0)


def _name(period: Period, now: datetime, zone: str) -> str:
    """What tells this period from all others of the pot."""
    return f"{period}-{began(period, now, zone).astimezone(ZoneInfo(zone)):%Y%m%d}"


def _fraction(tx: Tx, pot: Pot, period: Period, minutes: float, now: datetime) -> float:
    used, holds = use(tx, pot, period, minutes, now)
    return used / holds


def use(tx: Tx, pot: Pot, period: Period, minutes: float, now: datetime) -> tuple[float, float]:
    """Milliseconds used in the running period, and held in it; with what was granted."""
    granted = tx.grants(pot.scope, now)
    holds = minutes * MINUTE + sum(grant.milliseconds for grant in granted)
    used: float = tx.spent(pot.scope, began(period, now, pot.zone))
    used += sum(grant.milliseconds - left_of(tx, grant) for grant in granted)
    return used, holds


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
    reason = job.outcome.code.value if isinstance(job.outcome, Problem) else "delivered"
    reserved = [line for line in tx.lines(job.id) if line.kind == "reserve"]
    _close_providers(tx, job, [line for line in reserved if _is_of_provider(line)], now, reason)
    kind: LineKind = "settle" if is_charged(job) else "release"
    own = sorted(
        (line for line in reserved if not _is_of_provider(line)), key=lambda one: one.scope
    )
    for _, lines in groupby(own, key=lambda one: one.scope.partition("+")[0]):
        drawn = list(lines)  # the pot's own line sorts before those of its grants
        left = used(job, sum(line.milliseconds for line in drawn))
        for line in drawn:
            amount = min(line.milliseconds, left) if kind == "settle" else line.milliseconds
            left -= amount
            tx.write_line(LedgerLine(job.id, line.scope, kind, amount, now, reason))


def _is_of_provider(line: LedgerLine) -> bool:
    return line.scope.startswith(PROVIDER)


def _close_providers(
    tx: Tx, job: Job, reserved: Sequence[LedgerLine], now: datetime, reason: str
) -> None:
    """Who failed gives back what was set aside; who did it says what it was in the end."""
    own = provider_scope(job.provider or "")
    amounts = {line.scope: line.milliseconds for line in reserved}
    if job.cost is not None:
        amounts.setdefault(own, 0)
    for scope, amount in amounts.items():
        kind: LineKind = "settle" if scope == own and job.paid and is_charged(job) else "release"
        final = thousandths(job.cost) if job.cost and kind == "settle" else amount
        tx.write_line(LedgerLine(job.id, scope, kind, final, now, reason))


def used(job: Job, reserved: int) -> int:
    """Milliseconds that count in the end: those that the provider counted, where it counts so.

    Never more than what was set aside: no pot falls below zero by a provider's slip.
    """
    if job.cost is None or job.cost.unit is not Unit.MINUTES:
        return reserved
    return min(round(job.cost.amount * MINUTE), reserved)


def thousandths(cost: Cost) -> int:
    """An amount of credits or minutes as the ledger has it."""
    return max(0, round(cost.amount * 1000))


def is_charged(job: Job) -> bool:
    """Whether the person pays: for tracks, and for a cancel after a paid submission.

    Nobody pays for silence, nor for what is free.
    """
    if job.is_free:
        return False
    if isinstance(job.outcome, Problem):
        return job.outcome.code in (Code.CANCELLED, Code.WITHDRAWN) and job.paid
    return job.outcome is not None and job.note != SILENCE
