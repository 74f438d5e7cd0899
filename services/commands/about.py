"""help, usage and privacy: what a person may want to read."""

from collections.abc import Callable, Sequence
from functools import partial

from services import consent, quotas, routing, spaces
from services.commands.command import Command
from services.commands.means import Means
from services.journal import Journal
from services.limits import UNLIMITED
from services.model import Ask, Card, Text
from services.ports import Now, Store
from services.quotas import Allowance, Period
from services.retention import HISTORY
from services.transactions import Tx


def commands(means: Means, table: Callable[[], Sequence[Command]]) -> list[Command]:
    """The commands that only tell."""
    return [
        Command("usage", partial(_usage, means.store, means.journal, means.now)),
        Command("privacy", partial(_privacy, means)),
        Command("help", partial(_help, table)),
    ]


async def _help(table: Callable[[], Sequence[Command]], ask: Ask) -> tuple[Card, ...]:
    shown = [
        command
        for command in table()
        if command.is_offered
        and not command.hidden
        and (ask.person.is_admin or not command.for_admins)
    ]
    lines = [Text("help-line", {"name": one.name, "about": one.text}) for one in shown]
    return (Card((Text("help-title"), *lines)),)


async def _privacy(means: Means, ask: Ask) -> tuple[Card, ...]:
    args = {"hours": means.keep.total_seconds() / 3600, "days": HISTORY.days}
    about, engines = Text("privacy-about", args), routing.engines(means.routes)
    if not engines:
        return (Card((Text("privacy-here"), about)),)
    may = await means.store.read(lambda tx: consent.may_leave(tx, ask.address, means.usual))
    key = "privacy-elsewhere" if may else "privacy-nowhere"
    return (Card((Text(key, {"engines": engines}), about)),)


async def _usage(store: Store, journal: Journal, now: Now, ask: Ask) -> tuple[Card, ...]:
    place = ask.address
    person, space = quotas.person_scope(place, ask.person), quotas.space_scope(place)
    today = quotas.began(Period.DAY, now())
    month = quotas.began(Period.MONTH, now())

    def spent(tx: Tx) -> tuple[int, int, Allowance]:
        allowed = journal.allowed(tx, place, ask.person)
        return tx.spent(person, today), tx.spent(space, month), allowed

    own, shared, allowance = await store.read(spent)
    is_own = place.space in (spaces.own(ask.person), ask.person.id)
    key = "usage-month" if is_own else "usage-space"
    lines = (
        _line("usage-own", own, allowance.person_minutes_per_day),
        _line(key, shared, allowance.space_minutes_per_month),
    )
    return (Card(lines),)


def _line(key: str, spent: int, limit: float) -> Text:
    minutes = spent / quotas.MINUTE
    if limit == UNLIMITED:
        return Text(f"{key}-unlimited", {"minutes": minutes})
    return Text(key, {"minutes": minutes, "limit": limit})
