"""settings: how recordings are treated where nothing is said, for oneself and for a place."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from services import spaces
from services.commands import options as known
from services.commands.command import Command, Option
from services.commands.means import Means
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
SAME = "same"  # as what was sent
FORMAT = Option("format", (*Format, SAME))
HABIT = (known.PRESET, known.STRENGTH, FORMAT)


def commands(means: Means) -> list[Command]:
    """The one command; with options it changes, without it shows."""
    shown = (*HABIT, WHO, AUTO_CLEAN, RESET)
    return [Command("settings", partial(_settings, means), options=shown, check=_check)]


def _check(ask: Ask) -> None:
    for option in (*HABIT, WHO, AUTO_CLEAN, RESET):
        known.choice(ask.options, option)
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
    card = await means.store.write(lambda tx: _apply(tx, ask))
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


def _apply(tx: Tx, ask: Ask) -> Card:
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
    return _card(tx, ask)


def _card(tx: Tx, ask: Ask) -> Card:
    place = ask.address
    own = tx.space(place.platform, spaces.own(ask.person)).get(HABITS, {})
    lines = [Text("settings-title"), _line("settings-own", own)]
    if place.space != spaces.own(ask.person):
        here = tx.space(place.platform, place.space).get(HABITS, {})
        lines.append(_line("settings-here", here))
    if place.chat in spaces.watched(tx, place):
        lines.append(Text("settings-watched"))
    return Card((*lines, Text("settings-how")))


def _line(key: str, kept: Mapping[str, str]) -> Text:
    defaults = {"preset": Preset.AUTO.value, "strength": Strength.NORMAL.value}
    same = {"format": Text("settings-same-format")}
    named = {name: Text(f"choice-{value}") for name, value in {**defaults, **kept}.items()}
    return Text(key, {**same, **named})
