"""quota: what the people of a place may use, for those who look after it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from services import spaces
from services.commands.command import Command, Option
from services.commands.means import Means
from services.limits import UNLIMITED
from services.model import Ask, Card, Text
from services.problems import Code, fault
from services.quotas import Allowance
from services.spaces import AMOUNTS, QUOTA
from services.transactions import Tx

SHOW, SET, USER, ROLE, RESET = "show", "set", "user", "role", "reset"
DO = Option("do", (SHOW, SET, USER, ROLE, RESET))
NUMBERS = tuple(Option(name) for name in AMOUNTS)
DAY = Option("day")
WHO = {USER: Option("user", kind="user"), ROLE: Option("role", kind="role")}
KEPT = {USER: "people", ROLE: "roles"}
ENDLESS = "unlimited"
EXAMPLES = {"jobs": "3"}


def commands(means: Means) -> list[Command]:
    """The one command, a group of five where a place has groups."""
    groups = {
        SHOW: (),
        SET: NUMBERS,
        USER: (WHO[USER], DAY),
        ROLE: (WHO[ROLE], DAY),
        RESET: (),
    }
    options = (DO, *NUMBERS, *WHO.values())
    run = partial(_quota, means)
    return [Command("quota", run, options=options, groups=groups, for_admins=True, check=_check)]


def _check(ask: Ask) -> None:
    do = ask.options.get("do", SHOW)
    if do not in DO.choices:
        raise fault(Code.BAD_OPTION, option="do", value=do, choices=", ".join(DO.choices))
    given = _amounts(ask.options)
    if do == SET and not given:
        raise fault(Code.NOTHING_SET, choices=", ".join(AMOUNTS))
    if do in WHO and not ask.options.get(WHO[do].name, "").strip():
        raise fault(Code.NOTHING_SET, choices=WHO[do].name)


def _amounts(options: Mapping[str, str]) -> dict[str, float | str]:
    """The numbers in the options, as they are kept. Raises `Fault` with `BAD_OPTION`."""
    return {name: _amount(name, options[name]) for name in AMOUNTS if options.get(name)}


def _amount(name: str, given: str) -> float | str:
    word = given.strip().lower().replace(",", ".")
    if word == ENDLESS:
        return ENDLESS
    try:
        number = float(word)
    except ValueError:
        number = -1.0
    is_whole = name != "jobs" or number.is_integer()
    if not 0 <= number < UNLIMITED or not is_whole:
        raise fault(Code.BAD_OPTION, option=name, value=given, example=EXAMPLES.get(name, "90"))
    return number


async def _quota(means: Means, ask: Ask) -> tuple[Card, ...]:
    base = means.journal.allowance(ask.address.platform)
    return (await means.store.write(lambda tx: _apply(tx, ask, base)),)


def _apply(tx: Tx, ask: Ask, base: Allowance) -> Card:
    place, do = ask.address, ask.options.get("do", SHOW)
    kept = dict(tx.space(place.platform, place.space).get(QUOTA, {}))
    match do:
        case "set":
            kept |= _amounts(ask.options)
        case "user" | "role":
            kept[KEPT[do]] = _named(kept.get(KEPT[do], {}), ask.options, WHO[do].name)
        case "reset":
            kept = {}
    if do != SHOW:
        spaces.change(tx, place.platform, place.space, QUOTA, kept or None)
    return _card(tx, ask, base, kept)


def _named(known: Mapping[str, Any], options: Mapping[str, str], who: str) -> dict[str, Any]:
    """Minutes of one person or role; without a number they follow the rest again."""
    whom, amounts = options[who].strip(), _amounts(options)
    rest = {name: minutes for name, minutes in known.items() if name != whom}
    return {**rest, whom: amounts["day"]} if "day" in amounts else rest


def _card(tx: Tx, ask: Ask, base: Allowance, kept: Mapping[str, Any]) -> Card:
    plain = {**kept, "people": {}, "roles": {}}
    here = spaces.overlaid(base, plain)
    lines = [Text("quota-title")]
    for name, (field, unit) in AMOUNTS.items():
        value = getattr(here, field)
        is_endless = value == UNLIMITED
        lines.append(Text(f"quota-{name}" + "-unlimited" * is_endless, _value(value / unit)))
    for who, key in KEPT.items():
        for whom, minutes in kept.get(key, {}).items():
            number = spaces.amount(minutes)
            endless = "-unlimited" * (number == UNLIMITED)
            lines.append(Text(f"quota-{who}{endless}", {"who": whom, **_value(number)}))
    return Card(tuple(lines))


def _value(number: float) -> dict[str, float]:
    return {} if number == UNLIMITED else {"number": number}
