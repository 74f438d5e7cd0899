"""What a command is: one table entry that every platform shows in its own way."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from services.model import Ask
from services.showing import Card, Text


class Takes(StrEnum):
    """What a command works on."""

    NOTHING = "nothing"
    SOUND = "sound"
    FILE = "file"  # a small file of words, where one is brought


@dataclass(frozen=True, slots=True)
class Option:
    """One typed word of a command.

    choices: the words it may be; empty for free text.
    many: several choices, separated by commas. most: so many of them; 0 for any number.
    kind: what free text stands for: `text`, a `number`, a `link`, a `user`, a `role` or a
    `channel` of the place, a `preset`, which may also be one that somebody there made, or the
    `file` of an ask.
    """

    name: str
    choices: tuple[str, ...] = ()
    many: bool = False
    kind: Literal["text", "number", "link", "user", "role", "channel", "preset", "file"] = "text"
    most: int = 0

    @property
    def text(self) -> Text:
        """What the option is for."""
        return Text(f"option-{self.name}")


def anything(ask: Ask) -> None:
    """Nothing is wrong at first sight."""


@dataclass(frozen=True, slots=True)
class Command:
    """One word that people type.

    run: gets the ask and answers with cards; raises `Fault` for what the person should read.
    """

    name: str
    run: Callable[[Ask], Awaitable[tuple[Card, ...]]]
    takes: Takes = Takes.NOTHING
    options: tuple[Option, ...] = ()
    groups: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)  # by the option `do`
    hidden: bool = False  # reached by buttons only
    for_admins: bool = False  # shown to those who look after a place; checked with every ask
    check: Callable[[Ask], None] = anything  # raises `Fault` for what is wrong at first sight
    is_offered: bool = True  # False: nobody here can do it; typed, it gets a sentence that says so

    @property
    def text(self) -> Text:
        """What the command does."""
        return Text(f"command-{self.name}")
