"""settings: how recordings are treated where nothing is said, for oneself and for a place."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from services import cards, consent, routing, spaces
from services.access import BANS, CHANNELS, PEOPLE, ROLES
from services.commands import options as known
from services.commands import settings_access as access
from services.commands import settings_audit as audit
from services.commands import settings_files as files
from services.commands import settings_habits as habits
from services.commands import settings_panel as panel
from services.commands import settings_place as place
from services.commands import settings_presets as presets
from services.commands import settings_words as words
from services.commands.command import Command, Option, Takes
from services.commands.means import Means
from services.consent import Consent
from services.model import Ask
from services.problems import Code, fault
from services.showing import Card, Text
from services.transactions import Tx

SHOW, SET, PRESETS, AUDIT, EXPORT, IMPORT = (
    *("show", "set", "presets", "audit", "export", "import"),
)
GROUPS: Mapping[str, tuple[Option, ...]] = {
    SHOW: (words.WHO,),
    SET: (*words.HABIT, words.WHO, *place.PARTS, habits.RESET),
    PRESETS: (presets.SAVE, presets.DROP, words.WHO, *words.PRESET_OF),
    CHANNELS: (access.RULES[CHANNELS], access.CHANNEL),
    ROLES: (access.RULES[ROLES], access.ROLE),
    PEOPLE: (access.RULES[PEOPLE], access.USER),
    BANS: (access.RULES[BANS], access.USER),
    AUDIT: (),
    EXPORT: (),
    IMPORT: (files.FILE,),
}
DO = Option("do", tuple(GROUPS))
# What one's own chat has nobody for: they are let in or kept out by those who look after a place.
OF_PEOPLE = (ROLES, PEOPLE, BANS)
OF_PLACE = (*access.RULES, AUDIT, EXPORT, IMPORT)
ANSWER = Option("answer", (consent.YES, consent.NO))
Run = Callable[[Means, Ask], Awaitable[tuple[Card, ...]]]


def commands(means: Means) -> list[Command]:
    """The one command, a group of ten where a place has groups; and the answer to one question."""
    shown = dict.fromkeys(one for group in GROUPS.values() for one in group)
    options = {one.name: one for one in (access.RULE, *shown) if one not in access.RULES.values()}
    return [
        Command(
            "settings",
            partial(_settings, means),
            takes=Takes.FILE,
            options=(DO, *options.values()),
            groups=GROUPS,
            check=partial(_check, means),
        ),
        Command(
            cards.CONSENT, partial(_consent, means), options=(ANSWER,), hidden=True, check=_may
        ),
    ]


def _may(ask: Ask) -> None:
    known.choice(ask.options, ANSWER)
    if not consent.may_answer(ask.address, ask.person):
        raise fault(Code.NOT_ADMIN)


async def _consent(means: Means, ask: Ask) -> tuple[Card, ...]:
    """The answer to whether recordings of this place may be sent elsewhere."""
    is_yes = ask.options.get("answer") == consent.YES
    if is_yes and means.usual is Consent.NEVER:
        raise fault(Code.NOT_OFFERED)
    by = spaces.By(ask.person, means.now())
    await means.store.write(lambda tx: consent.answer(tx, ask.address, is_yes=is_yes, by=by))
    key = "consent-given" if is_yes else "consent-refused"
    return (Card((Text(key, {"engines": routing.engines(means.routes)}),)),)


def doing(ask: Ask) -> str:
    """What is to be done: as said, else what these options are for; with none of them: show."""
    given = _given(ask) - {words.WHO.name}
    said = known.choice(ask.options, DO)
    if said or not given:
        return said or SHOW
    fitting = (do for do, group in GROUPS.items() if given <= {one.name for one in group})
    return next(fitting, SET)


def _given(ask: Ask) -> set[str]:
    return set(ask.options) - {DO.name}


def _check(means: Means, ask: Ask) -> None:
    do = doing(ask)
    known.choice(ask.options, words.WHO)
    for stray in sorted(_given(ask) - {one.name for one in GROUPS[do]}):
        names = ", ".join(one.name for one in GROUPS[do])
        raise fault(Code.BAD_OPTION, word=stray, choices=names)
    _check_person(ask, do)
    if do == SET:
        habits.check(means, ask)
        place.check(means, ask)
    if do == PRESETS:
        presets.check(ask)
    if do in access.RULES:
        access.check(ask, do)
    if do == IMPORT and not ask.sources:
        raise fault(Code.NO_SETTINGS)


def _check_person(ask: Ask, do: str) -> None:
    """Raises `Fault` with `NOT_ADMIN` where those who look after the place decide."""
    is_for_others = words.whose(ask) != words.ME or do in OF_PLACE
    is_for_others = is_for_others or any(one.name in ask.options for one in place.PARTS)
    may = ask.person.is_admin or (spaces.is_own(ask.address, ask.person) and do not in OF_PEOPLE)
    if is_for_others and not may:
        raise fault(Code.NOT_ADMIN)


async def _settings(means: Means, ask: Ask) -> tuple[Card, ...]:
    do = doing(ask)
    run: Mapping[str, Run] = {
        PRESETS: presets.run,
        AUDIT: audit.run,
        EXPORT: files.give,
        IMPORT: files.take,
        **dict.fromkeys(access.RULES, partial(access.run, do)),
    }
    return await run.get(do, _panel)(means, ask)


async def _panel(means: Means, ask: Ask) -> tuple[Card, ...]:
    """Change what is to be changed, and show what holds then."""

    def apply(tx: Tx) -> Card:
        habits.apply(tx, ask, means)
        place.apply(tx, ask, means)
        return panel.card(tx, ask, means)

    return (await means.store.write(apply),)
