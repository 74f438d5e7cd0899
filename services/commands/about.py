"""help, usage and privacy: what a person may want to read."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from services import consent, holding, quotas, routing, spaces
from services.commands.command import Command
from services.commands.means import Means
from services.journal import Journal
from services.model import Ask
from services.periods import Period, began, returns
from services.ports import Now, Store
from services.quotas import Pot
from services.retention import HISTORY
from services.showing import Card, Document, Text
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

    def look(tx: Tx) -> tuple[bool, Document]:
        may = consent.may_leave(tx, ask.address, means.usual)
        return may, holding.document(holding.held(tx, ask, means.keep, means.now()))

    may, document = await means.store.read(look)
    key = "privacy-elsewhere" if may else "privacy-nowhere"
    where = Text(key, {"engines": engines}) if engines else Text("privacy-here")
    lines = (where, about, Text("privacy-file"))
    return (Card(lines, documents=(document,), is_private=True, is_fleeting=True),)


async def _usage(store: Store, journal: Journal, now: Now, ask: Ask) -> tuple[Card, ...]:
    return (Card(await store.read(lambda tx: tuple(_used(tx, journal, ask, now())))),)


def _used(tx: Tx, journal: Journal, ask: Ask, now: datetime) -> Iterator[Text]:
    """What the person and the place have used in each period that is limited, and until when."""
    place = ask.address
    allowed = journal.allowed(tx, place, ask.person)
    is_own = spaces.is_own(place, ask.person)
    for pot in quotas.pots(tx, place, ask.person, allowed):
        if pot.whose == "installation":
            continue  # nobody's business but the operator's
        key = "usage-own" if pot.whose == "person" or is_own else f"usage-{pot.whose}"
        limited = list(pot.limited)
        for period, limit in limited:
            yield Text(key, _figures(tx, pot, period, now) | {"limit": limit})
        if not limited and not (is_own and pot.whose == "person"):
            yield Text(f"{key}-unlimited", _figures(tx, pot, Period.MONTH, now))
        for grant in tx.grants(pot.scope, now):
            left = quotas.left_of(tx, grant) / quotas.MINUTE
            until = {"until": grant.until.isoformat()} if grant.until else {}
            if left:
                yield Text(f"usage-{grant.kind}", {"minutes": left, **until})


def _figures(
    tx: Tx, pot: Pot, period: Period, now: datetime
) -> dict[str, str | int | float | Text]:
    spent = tx.spent(pot.scope, began(period, now, pot.zone))
    resets = returns(period, now, pot.zone).astimezone(ZoneInfo(pot.zone))
    return {
        "minutes": spent / quotas.MINUTE,
        "period": period.value,
        "date": resets.isoformat(),
    }
