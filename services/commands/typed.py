"""From what a person types to a command and its options: pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.commands import linked
from services.commands.command import Command, Option, Takes
from services.commands.options import is_name
from services.problems import Code, Fault, fault
from services.spelling import nearest

RANGE = re.compile(r"(\d+(?::\d{1,2}){0,2}(?:\.\d+)?)\s*[-–]\s*(\d+(?::\d{1,2}){0,2}(?:\.\d+)?)")
TOKEN = re.compile(r'((?:[^\s"]|"[^"]*")+)')
PAIR = re.compile(r"-{0,2}([A-Za-z][A-Za-z_-]*)\s*[=:](?!//)(.*)", re.DOTALL)
DEFAULT = "denoise"
NAMED = ("link", "number")  # kinds of free text that no bare word is


@dataclass(frozen=True, slots=True)
class Typed:
    """What was understood.

    guessed: the words were no command; its files are cleaned with the defaults all the same.
    """

    command: str
    options: Mapping[str, str] = field(default_factory=dict)
    guessed: bool = False


def read(text: str, commands: Sequence[Command], *, has_files: bool) -> Typed | None:
    """What `text` asks for; None when it is no command and nothing can be guessed.

    Raises `Fault` with `UNKNOWN_COMMAND` or `BAD_OPTION`, naming the nearest known word.
    """
    first, *more = text.split(maxsplit=1) or [""]
    rest = "".join(more)
    if not first:
        return Typed(DEFAULT) if has_files else None
    name = first.lstrip("/").casefold()
    command = next((c for c in commands if c.name == name and not c.hidden), None)
    if command is None and first.startswith("/"):
        raise _unknown_command(name, commands)
    if command is None:
        return Typed(DEFAULT, guessed=True) if has_files else _only_a_link(first, rest)
    if not first.startswith("/") and not _is_meant(command, rest, has_files=has_files):
        return None
    return Typed(command.name, options(rest, command))


def _only_a_link(first: str, rest: str) -> Typed | None:
    """A link to sound and no other word is as good as a file; any other is talk."""
    link = linked.link_of(first)
    if link is None or rest or not linked.is_sound(link):
        return None
    return Typed(DEFAULT, {linked.URL.name: link})


def options(text: str, command: Command) -> dict[str, str]:
    """The options in the words after a command.

    Raises `Fault` with `BAD_OPTION` for a word that means nothing there.
    """
    group, rest = _group(text, command)
    if group:
        # Inside a group a word means what it means there.
        inside = replace(command, options=command.groups[group], groups={})
        return {"do": group, **options(rest, inside)}
    found: dict[str, str] = {}
    for token in _paired(TOKEN.findall(_joined_lists(text)), command):
        found.update(_one(token, command, found))
    return found


def _group(text: str, command: Command) -> tuple[str, str]:
    """The group that the first word names, and the rest; no group where it names none."""
    first, *rest = text.split(maxsplit=1) or [""]
    groups = {_plain(name): name for name in command.groups}
    return groups.get(_plain(first), ""), "".join(rest)


def _paired(tokens: Sequence[str], command: Command) -> Iterator[str]:
    """`preset podcast` as `preset=podcast`; an option of one choice needs only its name."""
    rest = iter(tokens)
    for token in rest:
        option = _option(command, token.lstrip("-"))
        if option is None or any(_choices(one, _plain(token)) for one in command.options):
            yield token
        elif len(option.choices) == 1:
            yield f"{option.name}={option.choices[0]}"
        else:
            yield f"{option.name}={next(rest, '')}"


def _one(token: str, command: Command, found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    pair = PAIR.fullmatch(token)
    option = _option(command, pair[1]) if pair else None
    if pair and option:
        yield option.name, _value(option, pair[2].replace('"', ""), command)
        return
    if pair and any(_choices(one, _plain(pair[1])) for one in command.options):
        # A rule and what it is about: `deny=123`.
        rule = dict([_bare(pair[1], command, found)])
        yield from rule.items()
        yield from ([_bare(pair[2].replace('"', ""), command, rule)] if pair[2] else ())
        return
    word = token.replace('"', "")
    span = RANGE.fullmatch(word)
    if span and _option(command, "from") and _option(command, "to"):
        yield from (("from", span[1]), ("to", span[2]))
        return
    link = linked.link_of(word)
    if link and _option(command, linked.URL.name):
        yield linked.URL.name, link
        return
    yield _bare(word, command, found)


def _bare(word: str, command: Command, found: Mapping[str, str]) -> tuple[str, str]:
    """A word without a name: a choice of one of the options, or the only free text there is."""
    wanted = _plain(word)
    for option in command.options:
        matches = _choices(option, wanted)
        if matches is None or (option.name in found and not option.many):
            continue
        earlier = f"{found[option.name]}," if option.name in found else ""
        return option.name, earlier + ",".join(matches)
    free = [o for o in command.options if not o.choices and o.kind not in NAMED]
    if len(free) == 1 and free[0].name not in found:
        return free[0].name, word
    raise _bad_option(word, command)


def _value(option: Option, value: str, command: Command) -> str:
    if not option.choices:
        return value
    matches = _choices(option, _plain(value))
    if matches is None and option.kind == "preset" and is_name(value.casefold()):
        return value.casefold()
    if matches is None:
        raise _bad_option(value, command, option.choices)
    return ",".join(matches)


def _choices(option: Option, word: str) -> list[str] | None:
    """The choices that `word` names, all of them, or None."""
    if not option.choices:
        return None
    parts = [part for part in word.split(",") if part] if option.many else [word]
    known = {_plain(choice): choice for choice in option.choices}
    if not parts or not all(part in known for part in parts):
        return None
    return [known[part] for part in parts]


def _is_meant(command: Command, rest: str, *, has_files: bool) -> bool:
    """Whether a sentence that merely begins with a command's word is that command."""
    if not rest or (has_files and command.takes is Takes.SOUND):
        return True
    try:
        options(rest, command)
    except Fault:
        return False
    return True


def _option(command: Command, name: str) -> Option | None:
    wanted = _plain(name)
    return next((o for o in command.options if _plain(o.name) == wanted), None)


def _joined_lists(text: str) -> str:
    """`vocals, drums` as one word, so that a list may be typed as people write lists."""
    return re.sub(r"\s*,\s*", ",", text)


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_")


def _unknown_command(name: str, commands: Sequence[Command]) -> Fault:
    known = [one.name for one in commands if one.is_offered and not one.hidden]
    return fault(Code.UNKNOWN_COMMAND, name=name[:40], nearest=nearest(name, known))


def _bad_option(word: str, command: Command, among: Sequence[str] = ()) -> Fault:
    known = list(among) or [choice for o in command.options for choice in o.choices]
    known += [] if among else [f"{option.name}=" for option in command.options]
    near = nearest(_plain(word), known)
    # Nobody should have to look for the words elsewhere.
    every = [choice for o in command.options for choice in o.choices]
    choices = ", ".join(among or (() if near else dict.fromkeys(every)))
    return fault(Code.BAD_OPTION, word=word[:40], nearest=near, choices=choices)
