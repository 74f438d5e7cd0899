"""settings: how recordings are treated where nothing is said, for oneself and for a place."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from services import cards, consent, routing, spaces
from services.commands import options as known
from services.commands.command import Command, Option
from services.commands.means import Means
from services.consent import Consent
from services.model import Action, Ask, Card, Text
from services.problems import Code, fault
from services.recipes import Format, Preset, Strength
from services.spaces import HABITS, WATCHED
from services.transactions import Tx

ME, HERE = "me", "here"
ON, OFF = "on", "off"
WHO = Option("who", (ME, HERE))
AUTO_CLEAN = Option("auto_clean", (ON, OFF))
RESET = Option("reset", ("yes",))
LOCAL_ONLY = Option("local_only", (ON, OFF))
ANSWER = Option("answer", (consent.YES, consent.NO))
SAME = "same"  # as what was sent
FORMAT = Option("format", (*Format, SAME))
HABIT = (known.PRESET, known.STRENGTH, FORMAT)


def commands(means: Means) -> list[Command]:
    """The one command; with options it changes, without it shows."""
    shown = (*HABIT, WHO, AUTO_CLEAN, LOCAL_ONLY, RESET)
    return [
        Command("settings", partial(_settings, means), options=shown, check=_check),
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
    await means.store.write(lambda tx: consent.answer(tx, ask.address, is_yes=is_yes))
    key = "consent-given" if is_yes else "consent-refused"
    return (Card((Text(key, {"engines": routing.engines(means.routes)}),)),)


def _check(ask: Ask) -> None:
    for option in (*HABIT, WHO, AUTO_CLEAN, LOCAL_ONLY, RESET):
        known.choice(ask.options, option)
    if "local_only" in ask.options and not consent.may_answer(ask.address, ask.person):
        raise fault(Code.NOT_ADMIN)
    if _is_for_all(ask) and not ask.person.is_admin:
        raise fault(Code.NOT_ADMIN)


def _is_for_all(ask: Ask) -> bool:
    is_own = ask.address.space == spaces.own(ask.person)
    return (ask.options.get("who") == HERE or "auto_clean" in ask.options) and not is_own


async def _settings(means: Means, ask: Ask) -> tuple[Card, ...]:
    messenger = means.messengers.get(ask.address.platform)
    may_watch = messenger is not None and messenger.limits(ask.address).watches
    if ask.options.get("auto_clean") == ON and not may_watch:
        raise fault(Code.NOT_WATCHED)
    if ask.options.get("local_only") == OFF and means.usual is Consent.NEVER:
        raise fault(Code.NOT_OFFERED)
    card = await means.store.write(lambda tx: _apply(tx, ask, means))
    has_buttons = messenger is not None and messenger.limits(ask.address).others
    return (replace(card, actions=_choices()) if has_buttons else card,)


def _choices() -> tuple[Action, ...]:
    """Everything that can be chosen, one press each."""
    return tuple(
        Action(
            Text(f"choice-{choice}"),
            "settings",
            {option.name: choice},
            Text(f"menu-{option.name}"),
        )
        for option in HABIT
        for choice in option.choices
    )


def _apply(tx: Tx, ask: Ask, means: Means) -> Card:
    place = ask.address
    space = place.space if ask.options.get("who") == HERE else spaces.own(ask.person)
    given = {option.name: word for option in HABIT if (word := known.choice(ask.options, option))}
    if given or "reset" in ask.options:
        kept = {} if "reset" in ask.options else tx.space(place.platform, space).get(HABITS, {})
        both = {name: word for name, word in {**kept, **given}.items() if word != SAME}
        spaces.change(tx, place.platform, space, HABITS, both or None)
    if "auto_clean" in ask.options:
        others = [chat for chat in spaces.watched(tx, place) if chat != place.chat]
        chosen = [*others, place.chat] if ask.options["auto_clean"] == ON else others
        spaces.change(tx, place.platform, place.space, WATCHED, chosen or None)
    if "local_only" in ask.options:
        consent.answer(tx, place, is_yes=ask.options["local_only"] == OFF)
    return _card(tx, ask, means)


def _card(tx: Tx, ask: Ask, means: Means) -> Card:
    place = ask.address
    own = tx.space(place.platform, spaces.own(ask.person)).get(HABITS, {})
    lines = [Text("settings-title"), _line("settings-own", own)]
    if place.space != spaces.own(ask.person):
        here = tx.space(place.platform, place.space).get(HABITS, {})
        lines.append(_line("settings-here", here))
    if place.chat in spaces.watched(tx, place):
        lines.append(Text("settings-watched"))
    engines = routing.engines(means.routes)
    if engines:
        may_leave = consent.may_leave(tx, place, means.usual)
        lines.append(Text("settings-sent" if may_leave else "settings-kept", {"engines": engines}))
    return Card((*lines, Text("settings-how")))


def _line(key: str, kept: Mapping[str, str]) -> Text:
    defaults = {"preset": Preset.AUTO.value, "strength": Strength.NORMAL.value}
    same = {"format": Text("settings-same-format")}
    named = {name: Text(f"choice-{value}") for name, value in {**defaults, **kept}.items()}
    return Text(key, {**same, **named})
