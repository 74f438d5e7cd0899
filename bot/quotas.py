"""`undertone quota`: what spaces use and may use, on the data that `run` works on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from adapters.store.store import open_store
from bot import allotting, secret_key, wiring
from bot.settings import Settings
from services import keys, quotas, spaces
from services.commands import dry_run, quota
from services.limits import UNLIMITED
from services.model import Address
from services.periods import USUAL, Period, returns
from services.plans import PLAN, Plans
from services.problems import Code, fault
from services.quotas import MINUTE, Allowance, Minutes, Pot
from services.records import LedgerLine
from services.spaces import AMOUNTS, ENDLESS, QUOTA, ZONE, By
from services.transactions import Tx

T = TypeVar("T")
Row = dict[str, Any]
NO_TIER = "none"
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Place:
    """One space as a transaction sees it."""

    tx: Tx
    plans: Plans
    address: Address
    now: datetime

    @property
    def name(self) -> str:
        """As the operator writes it."""
        return f"{self.address.platform}:{self.address.space}"

    @property
    def kept(self) -> Mapping[str, Any]:
        """What is kept of it."""
        return self.tx.space(self.address.platform, self.address.space)

    @property
    def tier(self) -> str:
        """The name of its tier; empty: none."""
        return self.plans.name(self.address.platform, self.address.space, self.kept, self.now)

    @property
    def allowance(self) -> Allowance:
        """What holds for everybody there."""
        kept = self.kept
        base = self.plans.of(self.address.platform, self.address.space, kept, self.now)
        return replace(spaces.overlaid(base, kept.get(QUOTA, {})), zone=kept.get(ZONE, USUAL))

    def change(self, part: str, value: object) -> None:
        """Replace one part of what is kept, in the operator's name."""
        platform, space = self.address.platform, self.address.space
        spaces.change(self.tx, platform, space, part, value, By(None, self.now))


async def list_spaces(settings: Settings) -> list[Row]:
    """Every space with its use in this period, the busiest first."""
    plans, now = allotting.plans(settings), wiring.utc_now()

    def rows(tx: Tx) -> list[Row]:
        places = [Place(tx, plans, _address(*one), now) for one in tx.known_spaces()]
        found = [{"space": one.name, "tier": one.tier or None, **use(one)[-1]} for one in places]
        return sorted(found, key=lambda row: -float(row["used"]))

    async with open_store(
        settings.database_url, settings.data_dir, secret_key.pepper(settings)
    ) as store:
        return await store.read(rows)


async def show(settings: Settings, space: str) -> Row:
    """What one space uses and may use."""
    return await _read(settings, space, _page)


async def put(settings: Settings, space: str, options: Mapping[str, str]) -> Row:
    """Set limits of a space, as its admins would."""
    new = _limits(options)

    def change(place: Place) -> Row:
        place.change(QUOTA, quota.merged(place.kept.get(QUOTA, {}), new))
        return _page(place)

    return await _write(settings, space, change)


async def reset(settings: Settings, space: str) -> Row:
    """Take away every limit that was set there."""

    def change(place: Place) -> Row:
        place.change(QUOTA, None)
        return _page(place)

    return await _write(settings, space, change)


async def tier(settings: Settings, space: str, name: str) -> Row:
    """Give a space a tier; none: the one that it has by the file or by a purchase."""

    def change(place: Place) -> Row:
        if name != NO_TIER and name not in (known := _tiers(place)):
            raise ValueError(_no_tier(name, known))
        place.change(PLAN, None if name == NO_TIER else name)
        return _page(place)

    return await _write(settings, space, change)


async def gift(settings: Settings, space: str, options: Mapping[str, str]) -> Row:
    """Give minutes beyond the usual, to a space or to one person there."""

    def change(place: Place) -> Row:
        card = quota.give(place.tx, place.address, options, By(None, place.now))
        told = card.lines[0].args
        who, until = options.get("user"), told.get("until")
        return {"space": place.name, "minutes": told["number"], "user": who, "until": until}

    return await _write(settings, space, change)


async def rehearse(settings: Settings, space: str, options: Mapping[str, str]) -> Row:
    """What these limits would have refused in the last 30 days."""
    new = _limits(options)

    def query(place: Place) -> Row:
        found = dry_run.count(place.tx, place.plans, place.address, new, place.now)
        figures = {"refused": found.refused, "jobs": found.jobs, "people": found.people}
        return {"space": place.name, **figures}

    return await _read(settings, space, query)


async def audit(settings: Settings, space: str, limit: int) -> list[Row]:
    """Who changed what there, newest first; people by alias."""

    def query(place: Place) -> list[Row]:
        found = place.tx.changes(place.address.platform, place.address.space, limit)
        return [
            {
                "at": one.at.isoformat(),
                "who": one.who or OPERATOR,
                "what": one.what,
                "before": one.before,
                "after": one.after,
            }
            for one in found
        ]

    return await _read(settings, space, query)


async def ledger(settings: Settings, space: str, limit: int) -> list[Row]:
    """The lines of a space's pots, newest first; people by alias."""

    def query(place: Place) -> list[Row]:
        alias = place.tx.alias(place.address.platform, "space", place.address.space)
        scopes = (f"space:{alias}", f"person:{alias}:", f"guests:{alias}")
        return [_movement(one) for one in place.tx.lines_of(scopes if alias else (), limit)]

    return await _read(settings, space, query)


async def _read(settings: Settings, space: str, query: Callable[[Place], T]) -> T:
    async with open_store(
        settings.database_url, settings.data_dir, secret_key.pepper(settings)
    ) as store:
        return await store.read(_at(settings, space, query))


async def _write(settings: Settings, space: str, change: Callable[[Place], T]) -> T:
    async with open_store(
        settings.database_url, settings.data_dir, secret_key.pepper(settings)
    ) as store:
        return await store.write(_at(settings, space, change))


def _at(settings: Settings, space: str, do: Callable[[Place], T]) -> Callable[[Tx], T]:
    """The same in a transaction, at the space with this name. Raises `ValueError` for no space."""
    plans, now = allotting.plans(settings), wiring.utc_now()
    platform, _, name = space.partition(":")

    def inside(tx: Tx) -> T:
        known = set(tx.known_spaces())
        # Somebody's own chat is kept under a name of ours.
        for one in (name, spaces.own_of(name)):
            if (platform, one) in known:
                return do(Place(tx, plans, _address(platform, one), now))
        raise ValueError(
            f"No space {space} is known here; `undertone quota list` shows those that are."
        )

    return inside


def _address(platform: str, space: str) -> Address:
    return Address(platform, space, "")


def _limits(options: Mapping[str, str]) -> Row:
    found = quota.limits_in(options)
    if not found:
        names = (*(period.value for period in Period), *AMOUNTS)
        raise fault(Code.NOTHING_SET, choices=", ".join(names))
    return found


def _tiers(place: Place) -> list[str]:
    """Those that can be given to it: plans of API keys are nothing for a chat."""
    is_key = place.address.platform == keys.PLATFORM
    return [name for name in place.plans.named if is_key or name not in keys.PLANS]


def _no_tier(name: str, known: Sequence[str]) -> str:
    if not known:
        return "There are no tiers: UNDERTONE_QUOTA__TIERS_FILE names the file that has them."
    return f"There is no tier {name}; there are: {', '.join(known)}."


def use(place: Place) -> list[Row]:
    """Use of the pot of all together by limited period, else of this month; the longest last."""
    here = place.allowance
    pot = Pot("space", quotas.space_scope(place.tx, place.address), here.space, here.zone)
    limited = list(pot.limited) or [(Period.MONTH, UNLIMITED)]
    return [_figures(place, pot, period, minutes) for period, minutes in limited]


def _figures(place: Place, pot: Pot, period: Period, minutes: float) -> Row:
    used, holds = quotas.use(place.tx, pot, period, minutes, place.now)
    return {
        "period": period.value,
        "used": round(used / MINUTE, 3),
        "limit": word(holds / MINUTE),
        "percent": None if holds == UNLIMITED else round(100 * used / holds, 1) if holds else 100.0,
        "returns": returns(period, place.now, pot.zone).isoformat(),
    }


def _page(place: Place) -> Row:
    """Everything of one space."""
    here, kept = place.allowance, place.kept
    pots = {"place": here.space, "each": here.person, "guests": here.guests or {}}
    numbers = {name: word(getattr(here, field) / unit) for name, (field, unit) in AMOUNTS.items()}
    scope = quotas.space_scope(place.tx, place.address)
    return {
        "space": place.name,
        "tier": place.tier or None,
        "zone": here.zone,
        "use": use(place),
        "minutes": {whose: by_period(pot) for whose, pot in pots.items() if pot},
        **numbers,
        "priority": here.priority,
        "features": None if here.features is None else sorted(here.features),
        "grants": [
            {
                "kind": one.kind,
                "left": round(quotas.left_of(place.tx, one) / MINUTE, 3),
                "until": one.until.isoformat() if one.until else None,
            }
            for one in place.tx.grants(scope, place.now)
        ],
        "set": kept.get(QUOTA, {}),
    }


def by_period(pot: Minutes) -> Row:
    """Minutes by the word of their period."""
    return {period.value: word(amount) for period, amount in pot.items()}


def word(amount: float) -> float | str:
    """A number for people and JSON, which have a word for infinity."""
    return ENDLESS if amount == UNLIMITED else round(amount, 3)


def _movement(line: LedgerLine) -> Row:
    scope, _, grant = line.scope.partition("+")
    parts = scope.split(":")
    return {
        "at": line.at.isoformat(),
        "job": line.job,
        "kind": line.kind,
        "seconds": line.milliseconds / 1000,
        "reason": line.reason,
        "pot": parts[0],
        "alias": parts[-1],
        "grant": grant or None,
    }
