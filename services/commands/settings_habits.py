"""settings set: the options that hold where an ask names none."""

from collections.abc import Mapping

from services import spaces
from services.commands import options as known
from services.commands import settings_words as words
from services.commands.command import Option
from services.commands.means import Means
from services.model import Ask
from services.problems import Code, fault
from services.spaces import CHANNELS, HABITS, PRESETS, By
from services.transactions import Tx

RESET = Option("reset", ("yes",))


def check(means: Means, ask: Ask) -> None:
    """Raises `Fault` for a word that means nothing, and for a way to answer that is not there."""
    given = words.kept(ask.options, words.HABIT)
    known.choice(ask.options, RESET)
    if words.whose(ask) == words.CHANNEL:
        words.corner(ask)
    reply, ways = given.get(words.REPLY.name, ""), replies(means, ask)
    if reply and reply not in ways:
        choices = ", ".join(ways)
        raise fault(Code.BAD_OPTION, option=words.REPLY.name, value=reply, choices=choices)


def replies(means: Means, ask: Ask) -> tuple[str, ...]:
    """Where answers can go on this platform."""
    messenger = means.messengers.get(ask.address.platform)
    there = messenger.limits(ask.address).replies if messenger else frozenset({words.HERE})
    return tuple(one for one in words.REPLY.choices if one in there)


def apply(tx: Tx, ask: Ask, means: Means) -> None:
    """Keep what was asked for, or forget what was kept."""
    given = words.kept(ask.options, words.HABIT)
    is_reset = RESET.name in ask.options
    if not given and not is_reset:
        return
    words.check_preset(given, presets_for(tx, ask))
    before = {} if is_reset else habits_of(tx, ask)
    put(tx, ask, words.without_back({**before, **given}), means)


def presets_for(tx: Tx, ask: Ask) -> Mapping[str, Mapping[str, str]]:
    """Presets that people made and whoever this is set for can use."""
    if words.whose(ask) == words.ME:
        return spaces.presets(tx, ask.address, ask.person)
    kept: Mapping[str, Mapping[str, str]] = tx.space(*_space(ask)).get(PRESETS, {})
    return kept


def habits_of(tx: Tx, ask: Ask) -> Mapping[str, str]:
    """What is kept for whom the ask is about."""
    kept = tx.space(*_space(ask))
    if words.whose(ask) == words.CHANNEL:
        return dict(kept.get(CHANNELS, {}).get(words.corner(ask), {}))
    return dict(kept.get(HABITS, {}))


def put(tx: Tx, ask: Ask, new: Mapping[str, str], means: Means) -> None:
    """Keep these instead; what somebody sets for themselves is nobody else's business."""
    platform, space = _space(ask)
    by = By(ask.person, means.now())
    if words.whose(ask) == words.CHANNEL:
        kept = tx.space(platform, space).get(CHANNELS, {})
        rest = {one: its for one, its in kept.items() if one != words.corner(ask)}
        channels = {**rest, words.corner(ask): dict(new)} if new else rest
        spaces.change(tx, platform, space, CHANNELS, channels, by)
    else:
        is_own = words.whose(ask) == words.ME
        spaces.change(tx, platform, space, HABITS, dict(new), None if is_own else by)


def _space(ask: Ask) -> tuple[str, str]:
    is_own = words.whose(ask) == words.ME
    return ask.address.platform, spaces.own(ask.person) if is_own else ask.address.space
