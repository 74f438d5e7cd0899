"""What spaces and people have set, and what holds where several did.

A space's settings are parts by name, plain values all the way down. People stand in them by their
alias, so that nothing leads to somebody who was forgotten.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.limits import UNLIMITED
from services.model import Address, Person
from services.periods import USUAL, Period
from services.plans import Plans
from services.quotas import Allowance, Minutes
from services.records import Change
from services.transactions import Tx

HABITS = "habits"  # options that hold where an ask names none
CHANNELS = "channels"  # the same for one channel or topic, by its id
PRESETS = "presets"  # options by the name that somebody gave them
QUOTA = "quota"
ACCESS = "access"
WATCHED = "auto_clean"
CONFIRM = "confirm"  # minutes of sound above which the person is asked first
RETENTION = "retention"  # hours
ZONE = "timezone"
REPORTS = "reports"  # where those who look after the space read what concerns it
FORGET = "forget"
LEFT = "left"  # since when the bot is no member any more
GIFT = "gift"  # in the audit log only
OWN = "person-"
NAMED_ALIKE = ("web",)  # platforms where people and their own spaces have one name
ENDLESS = "unlimited"

# What an admin may set for everybody, by the option's name: the field of an allowance and what one
# unit is there.
AMOUNTS: Mapping[str, tuple[str, float]] = {
    "file_mb": ("file_bytes", 1_000_000),
    "length": ("file_seconds", 60),
    "jobs": ("active_jobs", 1),
    "cooldown": ("cooldown", 1),
    "rollover": ("rollover", 1),
}
# Whose minutes, by the name that they are kept under.
EACH, HERE, GUESTS, PEOPLE, ROLES, EXEMPT = "each", "space", "guests", "people", "roles", "exempt"


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, and when; nobody: the operator."""

    person: Person | None
    at: datetime


def own(person: Person) -> str:
    """The space where a person's own settings are kept; in private it is the chat's as well."""
    return own_of(person.id)


def own_of(person: str) -> str:
    """The same by the person's id."""
    return OWN + person


def names_of(platform: str, person: str) -> tuple[str, ...]:
    """The spaces that are a person's own."""
    # Elsewhere a group may stand for somebody who hides behind it, and is not theirs.
    return (own_of(person), person) if platform in NAMED_ALIKE else (own_of(person),)


def is_own(address: Address, person: Person) -> bool:
    """Whether it is the person's own chat, which nobody else looks after."""
    # Whoever writes in the name of a group is its admin, not its owner.
    return not person.is_place and address.space in names_of(address.platform, person.id)


def person_of(space: str) -> str:
    """Whose own settings a space keeps; empty where it is no person's."""
    return space.removeprefix(OWN) if space.startswith(OWN) else ""


def habits(tx: Tx, address: Address, person: Person) -> dict[str, str]:
    """Options that hold where an ask names none.

    The closer to the ask, the stronger: the space's, the person's own, the channel's, the thread's.
    """
    here = tx.space(address.platform, address.space)
    mine = tx.space(address.platform, own(person))
    channels = here.get(CHANNELS, {})
    closer = (channels.get(corner, {}) for corner in reversed(address.corners))
    layers = (here.get(HABITS, {}), mine.get(HABITS, {}), *closer)
    return {name: value for kept in layers for name, value in kept.items()}


def presets(tx: Tx, address: Address, person: Person) -> dict[str, Mapping[str, str]]:
    """Presets that people made, by name: the space's, and the person's own before those."""
    here = tx.space(address.platform, address.space).get(PRESETS, {})
    return {**here, **tx.space(address.platform, own(person)).get(PRESETS, {})}


def allowance(tx: Tx, plans: Plans, address: Address, person: Person, now: datetime) -> Allowance:
    """What this person may use here: as the space's admins set it, else as the operator did.

    A person's own minutes count before those of their roles, and of those the most generous.
    """
    kept = tx.space(address.platform, address.space)
    base = plans.of(address.platform, address.space, kept, now)
    quota = kept.get(QUOTA, {})
    # In one's own chat the limits are the operator's alone, and so is the clock: whoever could turn
    # it would have a day as often as they like.
    zone = USUAL if is_own(address, person) else kept.get(ZONE, USUAL)
    here = replace(overlaid(base, quota), zone=zone)
    return for_person(tx, here, quota, address, person)


def for_person(
    tx: Tx, here: Allowance, quota: Mapping[str, Any], address: Address, person: Person
) -> Allowance:
    """What one person may use where `here` holds for everybody and `quota` names some."""
    alias = tx.alias(address.platform, "person", person.id)
    exempt, special = is_exempt(quota, alias, person), _special(quota, alias, person)
    is_guest = here.guests is not None and not (special or exempt or person.is_admin)
    # Nobody knows how many people write in the name of a group: only its own pot counts.
    minutes = {**({} if person.is_place else here.person), **special}
    return replace(here, person=minutes, is_exempt=exempt, is_guest=is_guest)


def overlaid(base: Allowance, quota: Mapping[str, Any]) -> Allowance:
    """What everybody may use where these amounts were set."""
    amounts: dict[str, Any] = {
        field: amount(quota[name]) * unit
        for name, (field, unit) in AMOUNTS.items()
        if name in quota
    }
    guests = minutes_of(quota[GUESTS]) if quota.get(GUESTS) else base.guests
    wanted = replace(
        base,
        **amounts,
        space={**base.space, **minutes_of(quota.get(HERE, {}))},
        person={**base.person, **minutes_of(quota.get(EACH, {}))},
        guests=guests,
    )
    return _within(base, wanted) if base.is_capped else wanted


def _within(most: Allowance, wanted: Allowance) -> Allowance:
    """What was set, where it is less: what costs the operator is the operator's to give."""
    return replace(
        wanted,
        space={
            period: min(amount, most.space.get(period, UNLIMITED))
            for period, amount in wanted.space.items()
        },
        file_bytes=min(wanted.file_bytes, most.file_bytes),
        file_seconds=min(wanted.file_seconds, most.file_seconds),
        rollover=min(wanted.rollover, most.rollover),
    )


def minutes_of(kept: Mapping[str, float | str]) -> Minutes:
    """Kept numbers by period."""
    return {period: amount(kept[period]) for period in Period if period in kept}


def is_exempt(quota: Mapping[str, Any], alias: str, person: Person) -> bool:
    """Whether what this person uses is counted and never refused."""
    exempt = quota.get(EXEMPT, {})
    by_role = not set(person.roles).isdisjoint(exempt.get(ROLES, ()))
    return by_role or (bool(alias) and alias in exempt.get(PEOPLE, ()))


def _special(quota: Mapping[str, Any], alias: str, person: Person) -> Minutes:
    """The minutes of one person, or of their roles the most generous ones."""
    named = quota.get(PEOPLE, {}).get(alias) if alias else None
    if named is not None:
        return minutes_of(named)
    roles = quota.get(ROLES, {})
    given = [minutes_of(roles[role]) for role in person.roles if role in roles]
    return {
        period: max(one[period] for one in given if period in one)
        for period in Period
        if any(period in one for one in given)
    }


def amount(kept: float | str) -> float:
    """A kept number; the word `unlimited` stands for infinity, which JSON does not know."""
    return UNLIMITED if kept == ENDLESS else float(kept)


def lock(tx: Tx, platform: str, space: str) -> None:
    """Before reading what will be changed: what others change meanwhile must not be lost."""
    tx.lock_scope(f"settings:{platform}:{space}")


def change(
    tx: Tx, platform: str, space: str, part: str, value: object, by: By | None = None
) -> None:
    """Replace one part of what a space has set; None, or nothing in it, takes it away.

    by: who wants it so, for the space's audit log; None for what is only our own book-keeping.
    """
    lock(tx, platform, space)
    kept = tx.space(platform, space)
    rest = {name: one for name, one in kept.items() if name != part}
    is_nothing = value is None or value in ({}, [], ())
    tx.put_space(platform, space, rest if is_nothing else {**rest, part: value})
    if by is not None:
        _note(tx, platform, space, {part: kept.get(part)}, {part: value}, by)


def _note(
    tx: Tx,
    platform: str,
    space: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    by: By,
) -> None:
    """Each setting that differs, as a line of its own."""
    who = tx.alias(platform, "person", by.person.id) if by.person else ""
    for what, before, after in differences(old, new):
        tx.note_change(platform, space, Change(by.at, who, what, before, after))


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What differs, by its name with dots, before and after."""
    before, after = dict(_flat(old)), dict(_flat(new))
    for what in sorted({*before, *after}):
        pair = before.get(what, ""), after.get(what, "")
        if pair[0] != pair[1]:
            yield what, *pair


def _flat(kept: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Names with dots and their values; what a list has is part of the name."""
    if path == REPORTS and kept:
        yield path, str(kept.get("chat", ""))  # the rest of the address is nobody's business
    elif isinstance(kept, Mapping):
        for name, inside in kept.items():
            yield from _flat(inside, f"{path}.{name}" if path else str(name))
    elif isinstance(kept, list | tuple):
        for inside in kept:
            yield f"{path}.{inside}", "yes"
    elif kept is not None:
        yield path, str(kept)


def kept_address(address: Address) -> dict[str, Any]:
    """A place for reports as plain values."""
    return {
        "platform": address.platform,
        "space": address.space,
        "chat": address.chat,
        "route": dict(address.route),
    }


def address_of(kept: Mapping[str, Any]) -> Address:
    """The place that `kept_address` wrote down."""
    return Address(kept["platform"], kept["space"], kept["chat"], kept.get("route", {}))


def note_gift(tx: Tx, address: Address, who: str, whom: str, minutes: str, now: datetime) -> None:
    """A line in the space's audit log: minutes were given, to one person or to the place."""
    to = f".{PEOPLE}.{tx.alias(address.platform, 'person', whom)}" if whom else ""
    change_ = Change(now, who, f"{GIFT}{to}", "", minutes)
    tx.note_change(address.platform, address.space, change_)


def shown(tx: Tx, alias: str) -> str:
    """The id behind an alias; the alias itself where it leads to nobody any more."""
    found = tx.named(alias)
    return found[2] if found else alias


def watched(tx: Tx, address: Address) -> tuple[str, ...]:
    """The chats of this space where every recording is cleaned unasked."""
    return tuple(tx.space(address.platform, address.space).get(WATCHED, ()))
