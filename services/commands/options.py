"""From the words of an ask to a recipe: pure."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from services.commands.command import Option
from services.problems import Code, fault
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

PRESET = Option("preset", tuple(Preset))
OPERATION = Option("operation", tuple(Operation))
STRENGTH = Option("strength", tuple(Strength))
FORMAT = Option("format", tuple(Format))
KEEP = Option("keep", tuple(Keep))
FROM = Option("from")
TO = Option("to")
STEMS = Option("stems", tuple(Stem), many=True)
CLEANUP = Option("cleanup", tuple(Cleanup), many=True)

CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6}(?:[.,]\d{1,3})?)\s*s?")


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
    return Recipe(
        operation=operation,
        preset=word(options, "preset", Preset, Preset.AUTO),
        strength=word(options, "strength", Strength, Strength.NORMAL),
        format=word(options, "format", Format, None),
        keep=word(options, "keep", Keep, Keep.CLEAN),
        stems=words(options, "stems", Stem, stems),
        cleanup=words(options, "cleanup", Cleanup),
        start=start,
        end=end,
    )


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
