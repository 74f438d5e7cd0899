"""The words that settings are made of: which there are, and how each is kept. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence

from services import spaces, texts
from services.commands import options as known
from services.commands.command import Option
from services.model import Ask
from services.problems import Code, Fault, fault
from services.recipes import Format
from services.showing import Text
from services.spelling import nearest

ME, HERE, CHANNEL = "me", "here", "channel"
ON, OFF = known.ON, known.OFF
AUTO, SAME = "auto", "same"  # nothing is wished for; as what was sent
WHO = Option("who", (ME, HERE, CHANNEL))
FORMAT = Option("format", (*Format, SAME), many=True, most=known.FORMAT.most)
BITRATE, PICTURE = known.BITRATE, known.PICTURE
REPLY = Option("reply", (HERE, "thread", "private"))
LANGUAGE = Option("language", (AUTO, *texts.LOCALES))
HABIT = (known.PRESET, known.STRENGTH, FORMAT, BITRATE, PICTURE, REPLY, LANGUAGE)
PRESET_OF = (known.PRESET, known.STRENGTH, FORMAT, known.KEEP, BITRATE)
BACK = {FORMAT.name: SAME, BITRATE.name: AUTO, LANGUAGE.name: AUTO}  # words that take one away
NAMED = re.compile(r"[0-9A-Za-z:_-]{1,64}")  # ids of platforms


def kept(options: Mapping[str, str], among: Sequence[Option]) -> dict[str, str]:
    """What these options say, as it is kept; an empty word takes away what was kept.

    Raises `Fault` with `BAD_OPTION`. Whether a preset of that name is there is not looked at.
    """
    found = {one.name: options[one.name].strip().lower() for one in among if options.get(one.name)}
    return {one.name: _word(one, found[one.name]) for one in among if found.get(one.name)}


def _word(option: Option, given: str) -> str:
    if option.name == BITRATE.name:
        return _bitrate(given)
    if option.many:
        return _several(option, given)
    if option.kind == "preset" and known.is_name(given):
        return given
    word = known.choice({option.name: given}, option) or ""
    return "" if word == BACK.get(option.name) else word


def _bitrate(given: str) -> str:
    rate = None if given == AUTO else known.bitrate({BITRATE.name: given})
    return "" if rate is None else str(rate)


def _several(option: Option, given: str) -> str:
    found = [one.strip() for one in given.split(",") if one.strip()]
    if set(found) == {SAME}:
        return ""
    for one in found:
        known.choice({option.name: one}, option)
    return ",".join(one for one in known.formats({option.name: given}) if one)


def without_back(words: Mapping[str, str]) -> dict[str, str]:
    """What is really kept: nothing for a word that takes away."""
    return {name: word for name, word in words.items() if word}


def check_preset(words: Mapping[str, str], own: Collection[str]) -> None:
    """Raises `Fault` with `BAD_OPTION` for a preset that is neither ours nor one of these."""
    name = words.get(known.PRESET.name, "")
    if name and name not in known.PRESET.choices and name not in own:
        raise known.no_such_preset(name, own)


def chosen(ask: Ask, option: Option, usual: str) -> str:
    """The option's word, or the usual one."""
    return known.choice(ask.options, option) or usual


def whose(ask: Ask) -> str:
    """For whom something is set: in one's own chat all is one's own."""
    if spaces.is_own(ask.address, ask.person):
        return ME
    return chosen(ask, WHO, ME)


def corner(ask: Ask) -> str:
    """The channel or topic that was asked from. Raises `Fault` with `NO_CHANNELS`."""
    if not ask.address.corners:
        raise fault(Code.NO_CHANNELS)
    return ask.address.corners[0]


def no_such(option: str, given: str, among: Collection[str]) -> Fault:
    """A `BAD_OPTION` that names those there are, and the nearest of them."""
    close, choices = nearest(given, among), ", ".join(sorted(among))
    return fault(Code.BAD_OPTION, option=option, value=given, nearest=close, choices=choices)


def shown(options: Mapping[str, str]) -> Text:
    """Kept words as people read them; what is not among them is as usual."""
    formats = options.get(FORMAT.name, "")
    first, _, second = formats.partition(",")
    usual = {"preset": AUTO, "strength": "normal", "format": SAME}
    given = {**usual, **options, **({"format": first, "second": second} if second else {})}
    return Text("settings-words", {name: word for name, word in given.items() if word})
