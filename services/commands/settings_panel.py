"""settings show: what holds here, for whom, and the buttons that change it."""

from collections.abc import Iterator, Mapping
from itertools import chain

from services import consent as may
from services import routing, spaces
from services.commands import options as known
from services.commands import settings_access as access
from services.commands import settings_habits as habits
from services.commands import settings_words as words
from services.commands.means import Means
from services.model import Ask
from services.showing import Action, Card, Text
from services.spaces import ACCESS, CHANNELS, HABITS
from services.transactions import Tx

CHOICES = 25  # in one menu


def card(tx: Tx, ask: Ask, means: Means) -> Card:
    """Everything that holds, and the panel where a place has room for one."""
    messenger = means.messengers.get(ask.address.platform)
    has_buttons = messenger is not None and messenger.limits(ask.address).others
    lines = (Text("settings-title"), *_layers(tx, ask), *_place(tx, ask), *_engines(tx, ask, means))
    actions = tuple(_panel(tx, ask, means)) if has_buttons else ()
    return Card((*lines, Text("settings-how")), actions=actions)


def _layers(tx: Tx, ask: Ask) -> Iterator[Text]:
    """What was set for whom, and what comes of it."""
    platform, is_own = ask.address.platform, spaces.is_own(ask.address, ask.person)
    mine = tx.space(platform, spaces.own(ask.person)).get(HABITS, {})
    here = tx.space(platform, ask.address.space)
    corners = [here.get(CHANNELS, {}).get(one) for one in ask.address.corners]
    its = {name: word for one in reversed(corners) if one for name, word in one.items()}
    layers: list[tuple[str, Mapping[str, str]]] = [("settings-own", mine)]
    if not is_own:
        layers.append(("settings-here", here.get(HABITS, {})))
    if its:
        layers.append(("settings-channel", its))
    yield from (Text(key, {"what": words.shown(kept)}) for key, kept in layers)
    if sum(bool(kept) for _, kept in layers) > 1:
        both = spaces.habits(tx, ask.address, ask.person)
        yield Text("settings-now", {"what": words.shown(both)})


def _place(tx: Tx, ask: Ask) -> Iterator[Text]:
    """What those who look after the place decided."""
    kept = tx.space(ask.address.platform, ask.address.space)
    if ask.address.chat in spaces.watched(tx, ask.address):
        yield Text("settings-watched")
    if spaces.CONFIRM in kept:
        yield Text("settings-confirm", {"minutes": kept[spaces.CONFIRM]})
    if spaces.RETENTION in kept:
        yield Text("settings-retention", {"hours": kept[spaces.RETENTION]})
    if spaces.ZONE in kept:
        yield Text("settings-timezone", {"zone": kept[spaces.ZONE]})
    if kept.get(spaces.REPORTS):
        yield _reports(ask, kept[spaces.REPORTS])
    if ask.person.is_admin:
        yield from access.lines(tx, kept.get(ACCESS, {}))


def _reports(ask: Ask, kept: Mapping[str, object]) -> Text:
    is_here = kept.get("chat") == ask.address.chat
    return Text("settings-reports-here" if is_here else "settings-reports-set")


def _engines(tx: Tx, ask: Ask, means: Means) -> Iterator[Text]:
    engines = routing.engines(means.routes)
    if engines:
        may_leave = may.may_leave(tx, ask.address, means.usual)
        yield Text("settings-sent" if may_leave else "settings-kept", {"engines": engines})


def _panel(tx: Tx, ask: Ask, means: Means) -> Iterator[Action]:
    """Everything that can be chosen, one press each; five menus are all that some places have."""
    who = words.whose(ask)
    whose = {} if who == words.ME else {"who": who}

    def choose(option: str, word: str, label: Text, menu: str) -> Action:
        return Action(label, "settings", {option: word, **whose}, Text(f"menu-{menu}"))

    presets = habits.presets_for(tx, ask)
    ours = ((one, Text(f"choice-{one}")) for one in known.PRESET.choices)
    theirs = ((one, Text("settings-name", {"name": one})) for one in presets)
    for name, label in list(chain(ours, theirs))[:CHOICES]:
        yield choose("preset", name, label, "preset")
    for option in (known.STRENGTH, words.FORMAT):
        for word in option.choices:
            yield choose(option.name, word, Text(f"choice-{word}"), option.name)
    ways = habits.replies(means, ask)
    for word in ways if len(ways) > 1 else ():
        yield choose(words.REPLY.name, word, Text(f"settings-reply-{word}"), "answer")
    if means.messengers[ask.address.platform].limits(ask.address).pictures:
        for word in words.PICTURE.choices:
            yield choose(words.PICTURE.name, word, Text(f"settings-picture-{word}"), "answer")
    for word in words.LANGUAGE.choices:
        yield choose(words.LANGUAGE.name, word, Text(f"choice-{word}"), words.LANGUAGE.name)
