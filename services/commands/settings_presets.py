"""settings presets: options under a name that somebody gave them."""

from collections.abc import Mapping
from typing import Any

from services import spaces
from services.commands import options as known
from services.commands import settings_words as words
from services.commands.command import Option
from services.commands.means import Means
from services.model import Ask
from services.problems import Code, fault
from services.showing import Card, Text
from services.spaces import PRESETS, By
from services.transactions import Tx

SAVE, DROP = Option("save"), Option("drop", kind="preset")
MOST = 19  # with ours they are as many as a menu holds
WHOSE = (words.ME, words.HERE)


def check(ask: Ask) -> None:
    """Raises `Fault` for a name that cannot be one, and for a preset of nothing."""
    if words.whose(ask) == words.CHANNEL:
        choices = ", ".join(WHOSE)
        raise fault(Code.BAD_OPTION, option="who", value=words.CHANNEL, choices=choices)
    for option in (SAVE, DROP):
        if option.name in ask.options:
            name_of(ask, option)
    given = said(ask.options)
    if given and SAVE.name not in ask.options:
        raise fault(Code.NOTHING_SET, choices=SAVE.name)
    if not given and SAVE.name in ask.options:
        raise fault(Code.NOTHING_SET, choices=", ".join(one.name for one in words.PRESET_OF))


def name_of(ask: Ask, option: Option) -> str:
    """The name as it is kept. Raises `Fault` with `BAD_OPTION`."""
    given = ask.options.get(option.name, "")
    name = given.strip().lower()
    if not known.is_name(name):
        raise fault(Code.BAD_OPTION, option=option.name, value=given, example="my-podcast")
    return name


def said(options: Mapping[str, str]) -> dict[str, str]:
    """The options of a preset, as it keeps them. Raises `Fault` with `BAD_OPTION`."""
    # A preset is made of ours: one that names another would change with that.
    known.choice(options, known.PRESET)
    return words.without_back(words.kept(options, words.PRESET_OF))


async def run(means: Means, ask: Ask) -> tuple[Card, ...]:
    """Keep one, take one away, and show those there are."""
    return (await means.store.write(lambda tx: _apply(tx, means, ask)),)


def _apply(tx: Tx, means: Means, ask: Ask) -> Card:
    is_own = words.whose(ask) == words.ME
    platform = ask.address.platform
    space = spaces.own(ask.person) if is_own else ask.address.space
    kept: dict[str, Any] = dict(tx.space(platform, space).get(PRESETS, {}))
    before = dict(kept)
    if DROP.name in ask.options:
        name = name_of(ask, DROP)
        if name not in kept:
            raise words.no_such(DROP.name, name, kept)
        del kept[name]
    if SAVE.name in ask.options:
        kept[name_of(ask, SAVE)] = said(ask.options)
    if len(kept) > MOST:
        raise fault(Code.TOO_MANY_KEPT, limit=MOST)
    if kept != before:
        by = None if is_own else By(ask.person, means.now())
        spaces.change(tx, platform, space, PRESETS, kept, by)
    return _card(tx, ask)


def _card(tx: Tx, ask: Ask) -> Card:
    lines = []
    mine = tx.space(ask.address.platform, spaces.own(ask.person)).get(PRESETS, {})
    here = tx.space(ask.address.platform, ask.address.space).get(PRESETS, {})
    is_own = ask.address.space == spaces.own(ask.person)
    lines += [_line("settings-preset-own", name, one) for name, one in mine.items()]
    lines += [_line("settings-preset-here", name, one) for name, one in here.items() if not is_own]
    return Card((*(lines or [Text("settings-no-presets")]), Text("settings-presets-how")))


def _line(key: str, name: str, options: Mapping[str, str]) -> Text:
    return Text(key, {"name": name, "what": words.shown(options)})
