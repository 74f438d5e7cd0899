"""settings set: what holds for a whole place, as those who look after it want it."""

from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from services import consent, spaces
from services.commands import options as known
from services.commands.command import Option
from services.commands.means import Means
from services.commands.settings_words import HERE, OFF, ON
from services.consent import Consent
from services.model import Ask
from services.problems import Code, fault
from services.spaces import By
from services.spelling import nearest
from services.transactions import Tx

AUTO_CLEAN = Option("auto_clean", (ON, OFF))
LOCAL_ONLY = Option("local_only", (ON, OFF))
CONFIRM, RETENTION, ZONE = Option("confirm"), Option("retention"), Option("timezone")
REPORTS = Option("reports", (HERE, OFF))
PARTS = (AUTO_CLEAN, LOCAL_ONLY, CONFIRM, RETENTION, ZONE, REPORTS)
MOST_MINUTES = 24 * 60.0
NUMBERS = {CONFIRM.name: spaces.CONFIRM, RETENTION.name: spaces.RETENTION}


def check(means: Means, ask: Ask) -> None:
    """Raises `Fault` for what cannot be set, or not here."""
    for option in (AUTO_CLEAN, LOCAL_ONLY, REPORTS):
        known.choice(ask.options, option)
    for name in NUMBERS:
        number(name, ask.options.get(name, ""), means)
    messenger = means.messengers.get(ask.address.platform)
    may_watch = messenger is not None and messenger.limits(ask.address).watches
    if known.choice(ask.options, AUTO_CLEAN) == ON and not may_watch:
        raise fault(Code.NOT_WATCHED)
    if known.choice(ask.options, LOCAL_ONLY) == OFF and means.usual is Consent.NEVER:
        raise fault(Code.NOT_OFFERED)
    if known.choice(ask.options, REPORTS) == HERE and messenger is None:
        raise fault(Code.NOT_OFFERED)


def number(name: str, given: str, means: Means) -> float | None:
    """Minutes or hours as they are kept; None for `off`. Raises `Fault` with `BAD_OPTION`."""
    word = given.strip().lower().replace(",", ".")
    if word in (OFF, ""):
        return None
    most = means.keep.total_seconds() / 3600 if name == RETENTION.name else MOST_MINUTES
    try:
        found = float(word)
    except ValueError:
        found = -1.0
    if not 0 <= found <= most:
        choices = f"0–{most:g}, {OFF}"
        raise fault(Code.BAD_OPTION, option=name, value=given, choices=choices)
    return found


def zone(given: str) -> str:
    """The time zone that was meant, as it is kept. Raises `Fault` with `BAD_OPTION`.

    Reads files: not on the event loop.
    """
    names = _zones()
    word = given.strip().replace(" ", "_").lower()
    if word in names:
        return names[word]
    cities = {name.rpartition("/")[2]: full for name, full in names.items() if "/" in name}
    meant = {**cities, **names}
    close = meant.get(nearest(word, meant), "")
    raise fault(
        Code.BAD_OPTION, option=ZONE.name, value=given, nearest=close, example="Europe/Berlin"
    )


@cache
def _zones() -> Mapping[str, str]:
    """Every time zone, by its name in small letters."""
    return {name.lower(): name for name in sorted(available_timezones())}


def apply(tx: Tx, ask: Ask, means: Means) -> None:
    """Keep what was asked for."""
    options, by = ask.options, By(ask.person, means.now())

    def change(part: str, value: object) -> None:
        spaces.change(tx, ask.address.platform, ask.address.space, part, value, by)

    for name, part in NUMBERS.items():
        if options.get(name):
            change(part, number(name, options[name], means))
    if options.get(ZONE.name):
        change(spaces.ZONE, zone(options[ZONE.name]))
    if options.get(AUTO_CLEAN.name):
        others = [chat for chat in spaces.watched(tx, ask.address) if chat != ask.address.chat]
        is_on = known.choice(options, AUTO_CLEAN) == ON
        change(spaces.WATCHED, [*others, ask.address.chat] if is_on else others)
    if options.get(LOCAL_ONLY.name):
        is_yes = known.choice(options, LOCAL_ONLY) == OFF
        consent.answer(tx, ask.address, is_yes=is_yes, by=by)
    if options.get(REPORTS.name):
        is_here = known.choice(options, REPORTS) == HERE
        change(spaces.REPORTS, _corner(means, ask) if is_here else None)


def _corner(means: Means, ask: Ask) -> dict[str, object]:
    """Where reports are read: this corner, without whoever asked for it."""
    at = means.messengers[ask.address.platform].standing(ask.address)
    return {
        "platform": at.platform,
        "space": at.space,
        "chat": at.chat,
        "route": dict(at.route),
        "corners": list(at.corners),
    }
