"""What a command is: one table entry that every platform shows in its own way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from services.model import Ask, Card, Text


class Takes(StrEnum):
    """What a command works on."""

    NOTHING = "nothing"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Option:
    """One typed word of a command.

    choices: the words it may be; empty for free text.
    many: several choices, separated by commas.
    """

    name: str
    choices: tuple[str, ...] = ()
    many: bool = False

    @property
    def text(self) -> Text:
        """What the option is for."""
        return Text(f"option-{self.name}")


@dataclass(frozen=True, slots=True)
class Command:
    """One word that people type.

    run: gets the ask and answers with cards; raises `Fault` for what the person should read.
    """

    name: str
    run: Callable[[Ask], Awaitable[tuple[Card, ...]]]
    takes: Takes = Takes.NOTHING
    options: tuple[Option, ...] = ()
    hidden: bool = False  # reached by buttons only
    is_offered: bool = True  # False: nobody here can do it; typed, it gets a sentence that says so

    @property
    def text(self) -> Text:
        """What the command does."""
        return Text(f"command-{self.name}")
