"""What spaces and people have set, and what holds where several did."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.limits import UNLIMITED
from services.model import Address, Person
from services.quotas import Allowance
from services.transactions import Tx

HABITS = "habits"
QUOTA = "quota"
WATCHED = "auto_clean"
FORGET = "forget"
OWN = "person-"

# What an admin may set, by the option's name: the field of an allowance and what one unit is there.
AMOUNTS: Mapping[str, tuple[str, float]] = {
    "month": ("space_minutes_per_month", 1),
    "day": ("person_minutes_per_day", 1),
    "file_mb": ("file_bytes", 1_000_000),
    "length": ("file_seconds", 60),
    "jobs": ("active_jobs", 1),
}


def own(person: Person) -> str:
    """The space where a person's own settings are kept; in private it is the chat's as well."""
    return own_of(person.id)


def own_of(person: str) -> str:
    """The same by the person's id."""
    return OWN + person


def is_own(address: Address, person: Person) -> bool:
    """Whether it is the person's own chat, which nobody else looks after."""
    return address.space in (own(person), person.id)


def person_of(space: str) -> str:
    """Whose own settings a space keeps; empty where it is no person's."""
    return space.removeprefix(OWN) if space.startswith(OWN) else ""


def habits(tx: Tx, address: Address, person: Person) -> dict[str, str]:
    """Options that hold where an ask names none: the person's own before the space's."""
    both = [tx.space(address.platform, space) for space in (address.space, own(person))]
    return {name: value for kept in both for name, value in kept.get(HABITS, {}).items()}


def allowance(tx: Tx, base: Allowance, address: Address, person: Person) -> Allowance:
    """What this person may use here: as the space's admins set it, else `base`.

    A person's own minutes count before those of their roles, and of those the most generous.
    """
    kept = tx.space(address.platform, address.space).get(QUOTA, {})
    here, minutes = overlaid(base, kept), _own_minutes(kept, person)
    return here if minutes is None else replace(here, person_minutes_per_day=minutes)


def overlaid(base: Allowance, kept: Mapping[str, Any]) -> Allowance:
    """What everybody may use where these amounts were set."""
    changes = {
        field: amount(kept[name]) * unit for name, (field, unit) in AMOUNTS.items() if name in kept
    }
    return replace(base, **changes)


def _own_minutes(kept: Mapping[str, Any], person: Person) -> float | None:
    named = kept.get("people", {}).get(person.id)
    if named is not None:
        return amount(named)
    roles = kept.get("roles", {})
    return max((amount(roles[role]) for role in person.roles if role in roles), default=None)


def amount(kept: float | str) -> float:
    """A kept number; the word `unlimited` stands for infinity, which JSON does not know."""
    return UNLIMITED if kept == "unlimited" else float(kept)


def change(tx: Tx, platform: str, space: str, part: str, value: object) -> None:
    """Replace one part of what a space has set; None takes it away."""
    kept = {name: one for name, one in tx.space(platform, space).items() if name != part}
    tx.put_space(platform, space, kept if value is None else {**kept, part: value})


def watched(tx: Tx, address: Address) -> tuple[str, ...]:
    """The chats of this space where every recording is cleaned unasked."""
    return tuple(tx.space(address.platform, address.space).get(WATCHED, ()))
