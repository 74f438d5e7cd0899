"""From the words of an ask to a recipe: pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from services.commands.command import Option
from services.problems import Code, Fault, fault
from services.recipes import (
    Cleanup,
    Format,
    Keep,
    Operation,
    Preset,
    Recipe,
    Stem,
    Strength,
)
from services.spelling import nearest

E = TypeVar("E", bound=StrEnum)

PRESET = Option("preset", tuple(Preset), kind="preset")
OPERATION = Option("operation", tuple(Operation))
STRENGTH = Option("strength", tuple(Strength))
FORMAT = Option("format", tuple(Format), many=True, most=2)
KEEP = Option("keep", tuple(Keep))
FROM = Option("from")
TO = Option("to")
ON, OFF = "on", "off"
PICTURE = Option("picture", (ON, OFF))  # a habit only: no command has it
BITRATE = Option("bitrate", kind="number")
STEMS = Option("stems", tuple(Stem), many=True)
CLEANUP = Option("cleanup", tuple(Cleanup), many=True)

BITRATES = (16, 320)  # kbit/s, the least and the most
RATE = re.compile(r"(\d{1,4})\s*(?:k|kbps|kbit/s|kb/s)?", re.IGNORECASE)
CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6}(?:[.,]\d{1,3})?)\s*s?")
NAME = re.compile(r"[\w-]{1,24}")


def recipe(
    operation: Operation, options: Mapping[str, str], stems: Sequence[str] = tuple(Stem)
) -> Recipe:
    """The recipe that these options describe. Raises `Fault` with `BAD_OPTION`.

    stems: those that can be had, to name them where another word is not understood.
    """
    start = seconds(options.get("from"), "from") or 0.0
    end = seconds(options.get("to"), "to")
    if end is not None and end <= start:
        raise fault(Code.BAD_RANGE)
    first, second = formats(options)
    return Recipe(
        operation=operation,
        preset=word(options, "preset", Preset, Preset.AUTO),
        strength=word(options, "strength", Strength, Strength.NORMAL),
        format=first,
        keep=word(options, "keep", Keep, Keep.CLEAN),
        stems=words(options, "stems", Stem, stems),
        cleanup=words(options, "cleanup", Cleanup),
        start=start,
        end=end,
        second=second,
        bitrate=bitrate(options),
        picture=choice(options, PICTURE) != OFF,
    )


def formats(options: Mapping[str, str]) -> tuple[Format | None, Format | None]:
    """The format that is asked for and a second one. Raises `Fault` with `BAD_OPTION`."""
    given = words(options, FORMAT.name, Format)
    if len(given) > FORMAT.most:
        value = ",".join(given)
        known = ",".join(given[: FORMAT.most])
        raise fault(
            Code.BAD_OPTION, option=FORMAT.name, value=value, most=FORMAT.most, example=known
        )
    first, second = (*given, None, None)[:2]
    return first, second


def bitrate(options: Mapping[str, str]) -> int | None:
    """The bit rate that is asked for, in kbit/s. Raises `Fault` with `BAD_OPTION`."""
    given = options.get(BITRATE.name, "").strip()
    if not given:
        return None
    match = RATE.fullmatch(given)
    least, most = BITRATES
    if match is None or not least <= int(match[1]) <= most:
        raise fault(
            Code.BAD_OPTION,
            option=BITRATE.name,
            value=given[:40],
            least=least,
            most=most,
            example="192",
        )
    return int(match[1])


def is_name(word: str) -> bool:
    """Whether somebody may call a preset of their own so."""
    return NAME.fullmatch(word) is not None and word not in PRESET.choices


def no_such_preset(name: str, own: Collection[str]) -> Fault:
    """A `BAD_OPTION` that names the presets there are, those that people made too."""
    every = [*PRESET.choices, *sorted(own)]
    close, choices = nearest(name, every), ", ".join(every)
    return fault(Code.BAD_OPTION, option="preset", value=name, nearest=close, choices=choices)


def resolved(
    asked: Mapping[str, str],
    habits: Mapping[str, str],
    presets: Mapping[str, Mapping[str, str]],
) -> dict[str, str]:
    """The options that hold: as asked for, else as the named preset says, else as is usual there.

    presets: those that people made, by name. Raises `Fault` with `BAD_OPTION` where the ask names
    one that is not there; a habit that does so means nothing.
    """
    name = {**habits, **asked}.get("preset", "").strip().lower()
    both = {**habits, **asked}
    if not is_name(name):
        return both
    if name not in presets and asked.get("preset"):
        raise no_such_preset(name, presets)
    rest = {one: word for one, word in both.items() if one != "preset"}
    said = {one: word for one, word in asked.items() if one != "preset"}
    return {**rest, **presets.get(name, {}), **said}


def without_own_preset(options: Mapping[str, str]) -> dict[str, str]:
    """The options without a preset that only those who keep it can know."""
    is_own = is_name(options.get("preset", "").strip().lower())
    return {name: word for name, word in options.items() if not (is_own and name == "preset")}


D = TypeVar("D")


def word(options: Mapping[str, str], name: str, kind: type[E], default: D) -> E | D:
    """The option as one of its words; `default` when it is not given."""
    given = options.get(name, "").strip()
    return _member(name, given, kind) if given else default


def words(
    options: Mapping[str, str], name: str, kind: type[E], among: Sequence[str] = ()
) -> tuple[E, ...]:
    """The option as several of its words, each once, in the order given.

    among: those that are named where one is not understood.
    """
    given = [one.strip() for one in options.get(name, "").split(",")]
    return tuple(dict.fromkeys(_member(name, one, kind, among) for one in given if one))


def choice(options: Mapping[str, str], option: Option) -> str | None:
    """The option's word, or None when it is not given. Raises `Fault` with `BAD_OPTION`."""
    given = options.get(option.name, "").strip().lower()
    if given and given not in option.choices:
        choices, close = ", ".join(option.choices), nearest(given, list(option.choices))
        raise fault(
            Code.BAD_OPTION, option=option.name, value=given, nearest=close, choices=choices
        )
    return given or None


def _member(name: str, given: str, kind: type[E], among: Sequence[str] = ()) -> E:
    try:
        return kind(given.lower())
    except ValueError:
        known: list[str] = list(among) or list(kind)
        close, choices = nearest(given, known), ", ".join(known)
        raise fault(
            Code.BAD_OPTION, option=name, value=given, nearest=close, choices=choices
        ) from None


def seconds(given: str | None, name: str) -> float | None:
    """A place in time as people write it (`80`, `1:20`, `1:02:03.5`) in seconds."""
    if given is None or not given.strip():
        return None
    match = CLOCK.fullmatch(given.strip())
    if match is None:
        raise fault(Code.BAD_OPTION, option=name, value=given, example="1:20")
    hours, minutes, rest = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(rest.replace(",", "."))
