"""quota: what the people of a place may use, for those who look after it."""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from services import quotas, spaces
from services.commands import dry_run
from services.commands.command import Command, Option
from services.commands.means import Means
from services.limits import UNLIMITED
from services.model import Address, Ask, Person
from services.periods import Period
from services.problems import Code, fault
from services.quotas import MINUTE, Allowance
from services.records import Grant
from services.showing import Card, Text
from services.spaces import AMOUNTS, EACH, ENDLESS, EXEMPT, GUESTS, HERE, PEOPLE, QUOTA, ROLES, By
from services.transactions import Tx

SHOW, SET, USER, ROLE, GIFT, RESET, DRY_RUN = (
    *("show", "set", "user", "role", "gift", "reset"),
    "dry-run",
)
DO = Option("do", (SHOW, SET, USER, ROLE, GIFT, RESET, DRY_RUN))
PLACE = "place"
POTS = {PLACE: HERE, EACH: EACH, GUESTS: GUESTS}  # whose minutes, as typed and as kept
FOR = Option("for", tuple(POTS))
MINUTES = tuple(Option(period.value) for period in Period)
NUMBERS = tuple(Option(name) for name in AMOUNTS)
AMOUNT, DAYS = Option("minutes"), Option("days")
IS_EXEMPT = Option("exempt", ("yes", "no"))
WHO = {USER: Option("user", kind="user"), ROLE: Option("role", kind="role")}
KEPT = {USER: PEOPLE, ROLE: ROLES}
GRANTS = {"gift": "gift", "rollover": "rolled"}  # what was given, and its word
WHOLE = ("jobs",)
LARGEST = 1e9  # minutes: two thousand years of sound
LONGEST_DAYS = 36_500
GROUPED = re.compile(r"[1-9]\d{0,2}([.,]\d{3})+")
EXAMPLES = {"jobs": "3", "days": "30"}
# Where nobody says whose minutes: a day's are each person's, longer ones the place's.
USUALLY = {Period.DAY: EACH, Period.WEEK: HERE, Period.MONTH: HERE}


def commands(means: Means) -> list[Command]:
    """The one command, a group of seven where a place has groups."""
    limits = (FOR, *MINUTES, *NUMBERS)
    groups = {
        SHOW: (),
        SET: limits,
        USER: (WHO[USER], *MINUTES, IS_EXEMPT),
        ROLE: (WHO[ROLE], *MINUTES, IS_EXEMPT),
        GIFT: (AMOUNT, DAYS, WHO[USER]),
        RESET: (),
        DRY_RUN: limits,
    }
    options = (DO, *limits, *WHO.values(), AMOUNT, DAYS, IS_EXEMPT)
    run = partial(_quota, means)
    return [Command("quota", run, options=options, groups=groups, for_admins=True, check=_check)]


def _check(ask: Ask) -> None:
    do, options = ask.options.get("do", SHOW), ask.options
    if do not in DO.choices:
        raise fault(Code.BAD_OPTION, option="do", value=do, choices=", ".join(DO.choices))
    for option in (FOR, IS_EXEMPT):
        if options.get(option.name, option.choices[0]) not in option.choices:
            choices = ", ".join(option.choices)
            raise fault(
                Code.BAD_OPTION, option=option.name, value=options[option.name], choices=choices
            )
    given = {**minutes(options), **_amounts(options)}
    if do in (SET, DRY_RUN) and not given:
        names = (*(one.name for one in MINUTES), *AMOUNTS)
        raise fault(Code.NOTHING_SET, choices=", ".join(names))
    if do in WHO and not options.get(WHO[do].name, "").strip():
        raise fault(Code.NOTHING_SET, choices=WHO[do].name)
    if do == GIFT:
        _gift_of(options)


def minutes(options: Mapping[str, str]) -> dict[str, float | str]:
    """The minutes in the options by period, as they are kept. Raises `Fault` with `BAD_OPTION`."""
    return {
        one.name: number(one.name, options[one.name]) for one in MINUTES if options.get(one.name)
    }


def _amounts(options: Mapping[str, str]) -> dict[str, float | str]:
    return {name: number(name, options[name]) for name in AMOUNTS if options.get(name)}


def number(name: str, given: str) -> float | str:
    """A number or `unlimited`, as it is kept. Raises `Fault` with `BAD_OPTION`."""
    word = given.strip().lower()
    if word == ENDLESS:
        return ENDLESS
    try:
        # "1,000" is a thousand to some and one to others: nobody should find out by a limit.
        found = -1.0 if GROUPED.fullmatch(word) else float(word.replace(",", "."))
    except ValueError:
        found = -1.0
    is_whole = name not in WHOLE or found.is_integer()
    if not 0 <= found <= LARGEST or not is_whole:
        raise fault(Code.BAD_OPTION, option=name, value=given, example=EXAMPLES.get(name, "90"))
    return found


def _gift_of(options: Mapping[str, str]) -> tuple[float, float | None]:
    """Minutes and days of a gift. Raises `Fault` for what is none."""
    if not options.get(AMOUNT.name, "").strip():
        raise fault(Code.NOTHING_SET, choices=AMOUNT.name)
    given = number(AMOUNT.name, options[AMOUNT.name])
    days = number(DAYS.name, options[DAYS.name]) if options.get(DAYS.name) else None
    for name, one in ((AMOUNT.name, given), (DAYS.name, days)):
        if one == ENDLESS or one == 0 or (name == DAYS.name and float(one or 0) > LONGEST_DAYS):
            example = EXAMPLES.get(name, "90")
            raise fault(Code.BAD_OPTION, option=name, value=options[name], example=example)
    return float(given), None if days is None else float(days)


async def _quota(means: Means, ask: Ask) -> tuple[Card, ...]:
    if ask.options.get("do") == DRY_RUN:
        kept = limits_in(ask.options)
        counted = await means.store.read(
            lambda tx: dry_run.count(tx, means.journal.plans, ask.address, kept, means.now())
        )
        return (dry_run.card(counted),)
    return (await means.store.write(lambda tx: _apply(tx, ask, means)),)


def limits_in(options: Mapping[str, str]) -> dict[str, Any]:
    """What `set` asks for, as a space keeps it."""
    whose = options.get(FOR.name)
    found: dict[str, Any] = _amounts(options)
    for period, amount in minutes(options).items():
        pot = POTS[whose] if whose else USUALLY[Period(period)]
        found[pot] = {**found.get(pot, {}), period: amount}
    return found


def merged(kept: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What a space keeps with these limits as well."""
    return {
        **kept,
        **{
            name: {**kept.get(name, {}), **one} if isinstance(one, dict) else one
            for name, one in new.items()
        },
    }


def _apply(tx: Tx, ask: Ask, means: Means) -> Card:
    place, do, now = ask.address, ask.options.get("do", SHOW), means.now()
    kept = dict(tx.space(place.platform, place.space).get(QUOTA, {}))
    match do:
        case "set":
            kept = merged(kept, limits_in(ask.options))
        case "user" | "role":
            kept = _special(tx, ask, do, kept)
        case "gift":
            return _give(tx, ask, means)
        case "reset":
            kept = {}
    if do != SHOW:
        by = By(ask.person, now)
        spaces.change(tx, place.platform, place.space, QUOTA, kept, by)
    return _card(tx, ask, means, kept)


def _special(tx: Tx, ask: Ask, do: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Minutes of one person or role; with nothing named they follow the rest again."""
    whom = ask.options[WHO[do].name].strip()
    named = tx.alias(ask.address.platform, "person", whom) if do == USER else whom
    given, exempt = minutes(ask.options), ask.options.get(IS_EXEMPT.name)
    known = kept.get(KEPT[do], {})
    is_back = not given and exempt is None
    rest = {one: own for one, own in known.items() if one != named}
    own = {} if is_back else {**known.get(named, {}), **given}
    free = [one for one in kept.get(EXEMPT, {}).get(KEPT[do], ()) if one != named]
    was_free = named in kept.get(EXEMPT, {}).get(KEPT[do], ())
    if exempt == "yes" or (was_free and exempt is None and not is_back):
        free.append(named)
    changed = {
        **kept,
        KEPT[do]: {**rest, named: own} if own else rest,
        EXEMPT: {**kept.get(EXEMPT, {}), KEPT[do]: free},
    }
    return _without_nothing(changed)


def _without_nothing(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The same without what is empty, all the way down."""
    cleaned = {
        name: _without_nothing(one) if isinstance(one, dict) else one for name, one in kept.items()
    }
    return {name: one for name, one in cleaned.items() if one not in ({}, [], ())}


def _give(tx: Tx, ask: Ask, means: Means) -> Card:
    """Minutes beyond the usual: of the place, or of one person in it."""
    place, now = ask.address, means.now()
    whom = ask.options.get(WHO[USER].name, "").strip()
    settings = tx.space(place.platform, place.space)
    if not whom and means.journal.plans.of(place.platform, place.space, settings, now).is_capped:
        # What the place has is the operator's to give.
        raise fault(Code.NOT_IN_PLAN, operation=GIFT)
    return give(tx, place, ask.options, By(ask.person, now))


def give(tx: Tx, place: Address, options: Mapping[str, str], by: By) -> Card:
    """The same, whoever gives. Raises `Fault` for minutes or days that are none."""
    amount, days = _gift_of(options)
    whom = options.get(WHO[USER].name, "").strip()
    scope = quotas.space_scope(tx, place)
    if whom:
        scope = quotas.person_scope(tx, place, Person(whom))
    until = None if days is None else by.at + timedelta(days=days)
    name = f"gift-{secrets.token_hex(6)}"
    tx.grant(Grant(name, scope, "gift", round(amount * MINUTE), by.at, until))
    giver = tx.alias(place.platform, "person", by.person.id) if by.person else ""
    spaces.note_gift(tx, place, giver, whom, f"{amount:g}", by.at)
    told: dict[str, str | float] = {"number": amount}
    if whom:
        told["who"] = whom
    if until is not None:
        told["until"] = until.isoformat()
    return Card((Text("quota-given", told),))


def _card(tx: Tx, ask: Ask, means: Means, kept: Mapping[str, Any]) -> Card:
    place, now = ask.address, means.now()
    settings = tx.space(place.platform, place.space)
    base = means.journal.plans.of(place.platform, place.space, settings, now)
    here = spaces.overlaid(base, kept)
    lines = [Text("quota-title"), *_pots(here), *_numbers(here)]
    if replace(here, is_capped=False) != spaces.overlaid(replace(base, is_capped=False), kept):
        lines.append(Text("quota-capped"))
    lines += _specials(tx, kept)
    lines += _exempt(tx, kept)
    lines += _grants(tx, ask, means)
    return Card(tuple(lines))


def _pots(here: Allowance) -> Iterator[Text]:
    for whose, pot in ((HERE, here.space), (EACH, here.person), (GUESTS, here.guests or {})):
        if not pot and whose != GUESTS:
            yield Text(f"quota-{whose}-unlimited")
        for period, amount in pot.items():
            if amount == UNLIMITED:
                yield Text(f"quota-{whose}-unlimited", {"period": period.value})
            else:
                yield Text(f"quota-{whose}", {"number": amount, "period": period.value})


def _numbers(here: Allowance) -> Iterator[Text]:
    for name, (field, unit) in AMOUNTS.items():
        value = getattr(here, field)
        if value == UNLIMITED:
            yield Text(f"quota-{name}-unlimited")
        elif value or name in ("file_mb", "length", "jobs"):
            yield Text(f"quota-{name}", {"number": value / unit})


def _specials(tx: Tx, kept: Mapping[str, Any]) -> Iterator[Text]:
    for who, key in KEPT.items():
        for whom, given in kept.get(key, {}).items():
            shown = spaces.shown(tx, whom) if who == USER else whom
            for period, own in given.items():
                amount = spaces.amount(own)
                endless = "-unlimited" * (amount == UNLIMITED)
                value = {} if amount == UNLIMITED else {"number": amount}
                yield Text(f"quota-{who}{endless}", {"who": shown, "period": period, **value})


def _exempt(tx: Tx, kept: Mapping[str, Any]) -> Iterator[Text]:
    for who, key in KEPT.items():
        for whom in kept.get(EXEMPT, {}).get(key, ()):
            shown = spaces.shown(tx, whom) if who == USER else whom
            yield Text(f"quota-{who}-exempt", {"who": shown})


def _grants(tx: Tx, ask: Ask, means: Means) -> Iterator[Text]:
    """What the place has beyond the usual."""
    for grant in tx.grants(quotas.space_scope(tx, ask.address), means.now()):
        left = quotas.left_of(tx, grant) / MINUTE
        until = {"until": grant.until.isoformat()} if grant.until else {}
        if left:
            yield Text(f"quota-{GRANTS[grant.kind]}", {"number": left, **until})
