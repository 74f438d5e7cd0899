"""settings audit: who changed what in a place, and when."""

from collections.abc import Mapping, Sequence

from services import spaces
from services.commands.means import Means
from services.model import Ask
from services.records import Change
from services.showing import Card, Text
from services.spaces import AMOUNTS, REPORTS
from services.transactions import Tx

SHOWN = 20
NOTHING: Mapping[str, str | Text] = {}


async def run(means: Means, ask: Ask) -> tuple[Card, ...]:
    """The latest changes, the newest first."""
    return (await means.store.read(lambda tx: _card(tx, ask)),)


def _card(tx: Tx, ask: Ask) -> Card:
    found = tx.changes(ask.address.platform, ask.address.space, SHOWN)
    if not found:
        return Card((Text("audit-none"),))
    return Card((Text("audit-title"), *(_line(tx, one) for one in found)))


def _line(tx: Tx, change: Change) -> Text:
    args: dict[str, str | Text] = {"at": change.at.isoformat(), "who": _who(tx, change.who)}
    return told(tx, "audit-line", change.what, change.before, change.after, args)


def told(
    tx: Tx, key: str, path: str, before: str, after: str, more: Mapping[str, str | Text] = NOTHING
) -> Text:
    """One change as people read it, in the sentence with this key."""
    shown = {"what": what(tx, path), "before": _value(path, before), "after": _value(path, after)}
    return Text(key, {**more, **shown})


def _who(tx: Tx, alias: str) -> Text:
    """Whoever it was; who was forgotten has no name any more."""
    if not alias:
        return Text("audit-operator")
    found = tx.named(alias)
    return Text("audit-person", {"who": found[2]}) if found else Text("audit-forgotten")


def _value(path: str, kept: str) -> Text:
    """A kept word as people read it."""
    if not kept:
        return Text("audit-nothing")
    if path == REPORTS:
        return Text("audit-channel", {"channel": kept})
    return Text("audit-value", {"value": kept.removesuffix(".0")})


def what(tx: Tx, path: str) -> Text:
    """The name of a setting as people read it."""
    match path.split("."):
        case ["habits", option]:
            return Text("audit-habits", {"option": _option(option)})
        case ["channels", channel, option]:
            return Text("audit-channels", {"channel": channel, "option": _option(option)})
        case ["presets", name, option]:
            return Text("audit-presets", {"name": name, "option": _option(option)})
        case ["quota", *rest]:
            return _quota(tx, rest)
        case ["access", *rest]:
            return _access(tx, rest)
        case ["gift", "people", alias]:
            return Text("audit-gift-to", {"who": _who(tx, alias)})
        case ["auto_clean", channel]:
            return Text("audit-auto_clean", {"channel": channel})
        case [("confirm" | "retention" | "timezone" | "reports" | "consent" | "gift") as part]:
            return Text(f"audit-{part}")
        case parts:
            return Text("audit-other", {"what": ".".join(_people(tx, parts))})


def _option(name: str) -> Text:
    """An option as the sentence calls it; one that we do not know by its own name."""
    return Text("audit-option", {"option": name})


def _quota(tx: Tx, rest: Sequence[str]) -> Text:
    match rest:
        case [("space" | "each" | "guests") as pot, period]:
            return Text(f"audit-quota-{pot}", {"period": period})
        case ["people", alias, period]:
            return Text("audit-quota-who", {"who": _who(tx, alias), "period": period})
        case ["roles", role, period]:
            whose = Text("audit-role", {"who": role})
            return Text("audit-quota-who", {"who": whose, "period": period})
        case ["exempt", "people", alias]:
            return Text("audit-exempt", {"who": _who(tx, alias)})
        case ["exempt", "roles", role]:
            return Text("audit-exempt", {"who": Text("audit-role", {"who": role})})
        case [name] if name in AMOUNTS:
            return Text(f"audit-quota-{name}")
        case _:
            return Text("audit-other", {"what": ".".join(_people(tx, ["quota", *rest]))})


def _access(tx: Tx, rest: Sequence[str]) -> Text:
    match rest:
        case ["channels", ("allow" | "deny") as rule, channel]:
            return Text(f"audit-channel-{rule}", {"channel": channel})
        case ["roles", "allow", role]:
            return Text("audit-let-in", {"who": Text("audit-role", {"who": role})})
        case ["people", "allow", alias]:
            return Text("audit-let-in", {"who": _who(tx, alias)})
        case ["bans", alias]:
            return Text("audit-ban", {"who": _who(tx, alias)})
        case _:
            return Text("audit-other", {"what": ".".join(_people(tx, ["access", *rest]))})


def _people(tx: Tx, parts: Sequence[str]) -> list[str]:
    """The same with people by their ids."""
    return [spaces.shown(tx, one) for one in parts]
