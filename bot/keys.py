"""`undertone keys`: who may use the API, on the data that `run` works on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from adapters.fetcher import open_fetcher
from adapters.store.store import open_store
from bot import allotting, quotas, secret_key, wiring
from bot.settings import Settings
from services import keys, spaces
from services.keys import Key
from services.links import Signer
from services.periods import Period
from services.plans import Plans
from services.problems import Fault
from services.transactions import Tx

T = TypeVar("T")
Row = dict[str, Any]
LONGEST_NAME = 40
OURS = "api_"  # the beginning of the names of our own plans


@dataclass(frozen=True, slots=True)
class Ring:
    """All keys as a transaction sees them."""

    tx: Tx
    plans: Plans
    signer: Signer
    now: datetime

    def place(self, key: Key) -> quotas.Place:
        """A key as the space that it is."""
        return quotas.Place(self.tx, self.plans, key.address, self.now)

    def plan(self, key: Key) -> str | None:
        """What the operator calls the plan that it has; None: none."""
        name = self.place(key).tier
        return shown(name, self.plans) if name else None

    def webhook(self, key: Key) -> Row:
        """Where its webhooks go, and what signs them."""
        return {
            "webhooks": self.place(key).allowance.calls_back,
            "webhook_url": key.webhook_url or None,
            "webhook_secret": keys.webhook_secret(self.signer, key),
        }


async def add(settings: Settings, name: str, plan: str, webhook_url: str) -> Row:
    """Make a key. Its text stands in this row and nowhere else, ever."""
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
        raise ValueError(f"A name has 1 to {LONGEST_NAME} characters that can be printed.")
    if webhook_url:
        await _check(settings, webhook_url)
    chosen = _chosen(plan, allotting.plans(settings))
    text, key = keys.made(name, wiring.utc_now())
    fresh = replace(key, webhook_url=webhook_url)
    row = await _write(settings, lambda ring: _new(ring, keys.add(ring.tx, fresh, chosen)))
    return {**row, "key": text, "served": bool(settings.platform(keys.PLATFORM).enabled)}


async def list_keys(settings: Settings) -> list[Row]:
    """Every key with its use in this period, the oldest first."""

    def rows(ring: Ring) -> list[Row]:
        return [_line(ring, key) for key in keys.every(ring.tx)]

    return await _read(settings, rows)


async def revoke(settings: Settings, name: str) -> Row:
    """Let a key open nothing any more. Repeating it changes nothing."""

    def change(ring: Ring) -> Row:
        key = keys.revoke(ring.tx, name, ring.now)
        return {**_who(key), "revoked_at": _said(key.revoked_at)}

    return {**await _write(settings, change), "kept_hours": settings.retention_hours}


async def webhook(settings: Settings, name: str, url: str | None) -> Row:
    """Where the webhooks of a key go and what signs them.

    url: where they go from now on where a request names no address; empty: nowhere; None: as set.
    """
    if url is None:
        return await _read(settings, lambda ring: _webhook(ring, keys.get(ring.tx, name)))
    if url:
        await _check(settings, url)
    return await _write(settings, lambda ring: _webhook(ring, keys.call_back(ring.tx, name, url)))


def shown(plan: str, plans: Plans) -> str:
    """A plan's name, ours without their beginning as long as nobody takes it for another tier."""
    short = plan.removeprefix(OURS)
    return short if plan in keys.PLANS and short not in plans.named else plan


def _chosen(said: str, plans: Plans) -> str:
    ours = f"{OURS}{said}"
    if ours in keys.PLANS:
        return ours
    if said not in plans.named:
        known = ", ".join(shown(name, plans) for name in plans.named)
        raise ValueError(f"There is no plan {said}; there are: {known}.")
    return said


async def _check(settings: Settings, url: str) -> None:
    """Raises `ValueError` for what would never be called."""
    try:
        async with open_fetcher(settings.fetch.allowed_private) as fetcher:
            fetcher.may_call(url)
    except Fault as error:
        raise ValueError(
            f"Webhooks cannot go to {url!r} ({error.problem.detail}): write a public address that "
            "begins with https:// or http://, or name its host and port in "
            "UNDERTONE_FETCH__ALLOWED_PRIVATE."
        ) from None


async def _read(settings: Settings, query: Callable[[Ring], T]) -> T:
    inside = _ring(settings, query)
    async with open_store(
        settings.database_url, settings.data_dir, secret_key.pepper(settings)
    ) as store:
        return await store.read(inside)


async def _write(settings: Settings, change: Callable[[Ring], T]) -> T:
    inside = _ring(settings, change)
    async with open_store(
        settings.database_url, settings.data_dir, secret_key.pepper(settings)
    ) as store:
        return await store.write(inside)


def _ring(settings: Settings, do: Callable[[Ring], T]) -> Callable[[Tx], T]:
    """The same in a transaction."""
    # A key may be the very first thing that somebody makes here.
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    plans, signer, now = (
        allotting.plans(settings),
        Signer(secret_key.secret(settings)),
        wiring.utc_now(),
    )
    return lambda tx: do(Ring(tx, plans, signer, now))


def _who(key: Key) -> Row:
    return {"id": key.id, "name": key.name}


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _new(ring: Ring, key: Key) -> Row:
    here = ring.place(key).allowance
    return {
        **_who(key),
        "plan": ring.plan(key),
        "minutes": quotas.by_period(here.space) or {Period.MONTH.value: spaces.ENDLESS},
        "requests": quotas.word(here.requests),
        "made_at": _said(key.made_at),
        **ring.webhook(key),
    }


def _line(ring: Ring, key: Key) -> Row:
    return {
        **_who(key),
        "plan": ring.plan(key),
        "ends": key.ends,
        "made_at": _said(key.made_at),
        **quotas.use(ring.place(key))[-1],
        "revoked_at": _said(key.revoked_at),
    }


def _webhook(ring: Ring, key: Key) -> Row:
    return {**_who(key), "plan": ring.plan(key), **ring.webhook(key)}
