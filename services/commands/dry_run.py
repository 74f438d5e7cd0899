"""What a limit would have done: the last month of a place, played through once more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services import spaces
from services.model import Address, Job
from services.periods import USUAL, Period, began
from services.plans import Plans
from services.problems import Code, Problem
from services.quotas import MINUTE, Allowance, Pot, pots
from services.showing import Card, Text
from services.spaces import QUOTA, ZONE
from services.transactions import Tx

LOOKS_BACK = timedelta(days=30)
MOST = 20_000  # jobs


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of how many jobs would have been refused, and those of how many people."""

    refused: int
    jobs: int
    people: int


def count(tx: Tx, plans: Plans, address: Address, new: Mapping[str, Any], now: datetime) -> Counted:
    """Play the jobs of the last month through under what is set and these limits as well."""
    kept = tx.space(address.platform, address.space)
    quota = dict(kept.get(QUOTA, {}))
    for name, one in new.items():
        quota[name] = {**quota.get(name, {}), **one} if isinstance(one, dict) else one
    base = plans.of(address.platform, address.space, kept, now)
    here = replace(spaces.overlaid(base, quota), zone=kept.get(ZONE, USUAL))
    since = now - LOOKS_BACK
    played = Played(tx, here, quota, since)
    jobs = tx.jobs_in(address.platform, address.space, since, MOST)
    asked = [job for job in jobs if _was_done(job)]
    refused = [job for job in asked if not played.takes(job)]
    return Counted(len(refused), len(asked), len({job.person.id for job in refused}))


def _was_done(job: Job) -> bool:
    """Whether it drew minutes, or would have under another limit."""
    is_short = isinstance(job.outcome, Problem) and job.outcome.code is Code.QUOTA_SPENT
    return not job.is_free and job.clip is not None and (bool(job.tracks) or is_short)


@dataclass(frozen=True, slots=True)
class Asked:
    """One ask of a person: of several files it is one. until: when the last of them was done."""

    event: str
    at: datetime
    until: datetime


class Played:
    """The pots as they would have been, job after job; gifts and what was left over are not in it.

    since: where the play begins; what was used before in a period that goes on counts.
    """

    def __init__(self, tx: Tx, here: Allowance, quota: Mapping[str, Any], since: datetime) -> None:
        self._tx = tx
        self._here = here
        self._quota = quota
        self._since = since
        self._used: dict[tuple[str, Period, datetime], int] = {}
        self._asked: dict[str, list[Asked]] = {}

    def takes(self, job: Job) -> bool:
        """Whether this job would have been done; then its minutes are used."""
        assert job.clip is not None
        here = spaces.for_person(self._tx, self._here, self._quota, job.address, job.person)
        seconds = job.recipe.span(job.clip.seconds)
        if job.clip.bytes > here.file_bytes or seconds > here.file_seconds:
            return False
        return self._is_in_time(job, here) and self._draws(job, here, round(seconds * 1000))

    def _is_in_time(self, job: Job, here: Allowance) -> bool:
        """Whether its person had waited long enough, and had not too much under way."""
        asked = Asked(job.dedupe.rpartition(":")[0], job.created_at, job.done_at or job.created_at)
        known = self._asked.setdefault(job.person.id, [])
        others = [one for one in known if one.event != asked.event]
        known.append(asked)
        is_early = not here.is_exempt and any(
            (asked.at - one.at).total_seconds() < here.cooldown for one in others
        )
        return not is_early and len({one.event for one in others if one.until > asked.at}) < (
            here.active_jobs
        )

    def _draws(self, job: Job, here: Allowance, needed: int) -> bool:
        keys = [
            (self._key(pot, period, job, here), round(limit * MINUTE))
            for pot in pots(self._tx, job.address, job.person, here)
            if pot.whose in (spaces.HERE, "person", "guests")
            for period, limit in pot.limited
        ]
        # Those who are exempt from a space's limits are not from the operator's.
        binding = [
            one
            for one in keys
            if not here.is_exempt or (here.is_capped and one[0][0].startswith("space:"))
        ]
        if any(self._used[key] + needed > most for key, most in binding):
            return False
        for key, _ in keys:
            self._used[key] += needed
        return True

    def _key(
        self, pot: Pot, period: Period, job: Job, here: Allowance
    ) -> tuple[str, Period, datetime]:
        first = began(period, job.created_at, here.zone)
        key = (pot.scope, period, first)
        if key not in self._used:
            is_cut = first < self._since
            self._used[key] = self._tx.spent(pot.scope, first, self._since) if is_cut else 0
        return key


def card(counted: Counted) -> Card:
    """The answer to a dry run."""
    about = {"refused": counted.refused, "jobs": counted.jobs, "people": counted.people}
    return Card((Text("quota-dry-run", about),))
