"""Who may use the bot where: as those who look after a space set it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.model import Address, Person
from services.problems import Code, Problem
from services.quotas import Allowance
from services.spaces import ACCESS
from services.transactions import Tx

ALLOW, DENY = "allow", "deny"
CHANNELS, ROLES, PEOPLE, BANS = "channels", "roles", "people", "bans"
RECENT = 50  # jobs of one person in which their last one here is looked for


def check(tx: Tx, address: Address, person: Person) -> Problem | None:
    """Why this person may ask for nothing here; None: they may."""
    kept = tx.space(address.platform, address.space).get(ACCESS, {})
    alias = tx.alias(address.platform, "person", person.id)
    if alias in kept.get(BANS, ()) and not person.is_admin:
        return Problem(Code.BANNED)
    if not _is_open(kept.get(CHANNELS, {}), address):
        return Problem(Code.NOT_IN_CHANNEL)
    if not person.is_admin and not _is_let_in(kept, alias, person):
        return Problem(Code.NOT_LET_IN)
    return None


def _is_open(channels: Mapping[str, Any], address: Address) -> bool:
    """The narrowest corner that somebody spoke of decides; where only some are open, not others."""
    for corner in address.corners:
        if corner in channels.get(ALLOW, ()):
            return True
        if corner in channels.get(DENY, ()):
            return False
    return not (channels.get(ALLOW) and address.corners)


def _is_let_in(kept: Mapping[str, Any], alias: str, person: Person) -> bool:
    roles, people = kept.get(ROLES, {}).get(ALLOW, ()), kept.get(PEOPLE, {}).get(ALLOW, ())
    if not roles and not people:
        return True
    return alias in people or not set(person.roles).isdisjoint(roles)


def pause(
    tx: Tx, address: Address, person: Person, allowance: Allowance, now: datetime
) -> Problem | None:
    """How long somebody must wait who asked a moment ago; None: not at all."""
    if not allowance.cooldown or allowance.is_exempt:
        return None
    recent = tx.jobs_of(address.platform, person.id, RECENT)
    here = [job.created_at for job in recent if job.address.space == address.space]
    # A clock that jumped back must not make anybody wait for longer.
    passed = abs((now - max(here)).total_seconds()) if here else allowance.cooldown
    if passed >= allowance.cooldown:
        return None
    return Problem(Code.COOLDOWN, {"seconds": allowance.cooldown - passed})
