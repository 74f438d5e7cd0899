"""settings channels, roles, people, bans: who may use the bot, and where."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services import spaces
from services.access import ALLOW, BANS, CHANNELS, DENY, PEOPLE, ROLES
from services.commands import options as known
from services.commands import settings_words as words
from services.commands.command import Option
from services.commands.means import Means
from services.model import Ask
from services.problems import Code, fault
from services.showing import Card, Text
from services.spaces import ACCESS, By
from services.transactions import Tx

ADD, REMOVE, CLEAR = "add", "remove", "clear"
LISTED = Option("rule", (ALLOW, REMOVE))
RULES: Mapping[str, Option] = {
    CHANNELS: Option("rule", (ALLOW, DENY, CLEAR)),
    ROLES: LISTED,
    PEOPLE: LISTED,
    BANS: Option("rule", (ADD, REMOVE)),
}
RULE = Option("rule", (ALLOW, DENY, CLEAR, ADD, REMOVE))
CHANNEL = Option("channel", kind="channel")
ROLE = Option("role", kind="role")
USER = Option("user", kind="user")
WHICH = {CHANNELS: CHANNEL, ROLES: ROLE, PEOPLE: USER, BANS: USER}
OF_PEOPLE = (PEOPLE, BANS)
MOST = 500  # in one list
# Where the lists of each are kept, and in which of them a rule puts somebody.
LISTS: Mapping[str, Sequence[str]] = {CHANNELS: (ALLOW, DENY), ROLES: (ALLOW,), PEOPLE: (ALLOW,)}


def check(ask: Ask, do: str) -> None:
    """Raises `Fault` for a rule about nothing, or about what is none of these."""
    rule = known.choice(ask.options, RULES[do])
    option = WHICH[do]
    is_named = bool(_named(ask, do))
    if rule is None and is_named:
        raise fault(Code.NOTHING_SET, choices=", ".join(RULES[do].choices))
    if rule is not None and not is_named and do != CHANNELS:
        raise fault(Code.NOTHING_SET, choices=option.name)
    if rule is not None:
        whom(ask, do)


def _named(ask: Ask, do: str) -> str:
    return ask.options.get(WHICH[do].name, "").strip()


def whom(ask: Ask, do: str) -> str:
    """Whom or what the rule is about, by id; of channels the one that was asked from."""
    given = _named(ask, do)
    if do == CHANNELS and given in ("", words.HERE):
        return words.corner(ask)
    if not words.NAMED.fullmatch(given):
        raise fault(Code.BAD_OPTION, option=WHICH[do].name, value=given, example="123456789")
    return given


async def run(do: str, means: Means, ask: Ask) -> tuple[Card, ...]:
    """Change a list where a rule is given, and show it."""
    return (await means.store.write(lambda tx: _apply(tx, do, means, ask)),)


def _apply(tx: Tx, do: str, means: Means, ask: Ask) -> Card:
    platform, space = ask.address.platform, ask.address.space
    rule = known.choice(ask.options, RULES[do])
    if rule is not None:
        kept = tx.space(platform, space).get(ACCESS, {})
        about = whom(ask, do)
        named = tx.alias(platform, "person", about) if do in OF_PEOPLE else about
        changed = {**kept, do: ruled(kept.get(do, {}), do, rule, named)}
        by = By(ask.person, means.now())
        spaces.change(
            tx, platform, space, ACCESS, {one: changed[one] for one in changed if changed[one]}, by
        )
    now = tx.space(platform, space).get(ACCESS, {})
    found = list(lines(tx, {do: now.get(do, {})}))
    return Card(tuple(found) or (Text(f"settings-no-{do}"),))


def ruled(kept: Any, do: str, rule: str, name: str) -> Any:
    """The lists with this rule. Raises `Fault` with `TOO_MANY_KEPT`."""
    if do == BANS:
        return _listed(kept or (), name, is_in=rule == ADD)
    lists = {one: _listed(kept.get(one, ()), name, is_in=rule == one) for one in LISTS[do]}
    return {one: names for one, names in lists.items() if names}


def _listed(kept: Sequence[str], name: str, *, is_in: bool) -> list[str]:
    rest = [one for one in kept if one != name]
    if is_in and len(rest) >= MOST:
        raise fault(Code.TOO_MANY_KEPT, limit=MOST)
    return [*rest, name] if is_in else rest


def lines(tx: Tx, kept: Mapping[str, Any]) -> Iterator[Text]:
    """Who may and where, a line for each list that holds something."""
    for channel in kept.get(CHANNELS, {}).get(ALLOW, ()):
        yield Text("settings-channel-allow", {"channel": channel})
    for channel in kept.get(CHANNELS, {}).get(DENY, ()):
        yield Text("settings-channel-deny", {"channel": channel})
    for role in kept.get(ROLES, {}).get(ALLOW, ()):
        yield Text("settings-role-allow", {"who": role})
    for alias in kept.get(PEOPLE, {}).get(ALLOW, ()):
        yield Text("settings-user-allow", {"who": spaces.shown(tx, alias)})
    for alias in kept.get(BANS, ()):
        yield Text("settings-ban", {"who": spaces.shown(tx, alias)})
