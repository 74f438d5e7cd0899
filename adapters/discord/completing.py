"""Suggestions while a person types: stems one after the other, and their own recordings."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.discord.asking import SUBCOMMAND
from adapters.discord.limits import CHOICE, CHOICES
from adapters.discord.markup import label
from adapters.discord.place import PLATFORM
from services import spaces
from services.cards import job_text
from services.commands.command import Command
from services.model import Address, Person
from services.ports import Store
from services.showing import Text

PATIENCE = 1.5  # seconds; a suggestion that comes later is of no use
JOB = "job"
RECENT = 25

Suggestion = tuple[str, str]  # what is shown and what is sent


class Completing:
    """Answers from memory where it can."""

    def __init__(self, commands: Sequence[Command], store: Store) -> None:
        self._options = {
            (command.name, group, option.name): option
            for command in commands
            for group, options in {"": command.options, **command.groups}.items()
            for option in options
        }
        self._store = store

    async def suggest(
        self, data: Mapping[str, Any], address: Address, person: Person
    ) -> list[Suggestion]:
        """At most 25 suggestions for the option that has the focus; none is better than late."""
        group, given = _inside(data.get("options", ()))
        focused = next((one for one in given if one.get("focused")), None)
        if focused is None:
            return []
        typed, locale = str(focused.get("value", "")), person.locale
        if focused["name"] == JOB:
            return await self._jobs(typed, person.id, locale)
        option = self._options.get((str(data["name"]), group, str(focused["name"])))
        if option is None:
            return []
        if option.kind == "preset":
            own = await self._presets(address, person)
            return preset_words(typed, option.choices, own, locale)
        return words(typed, option.choices, locale, option.most)

    async def _presets(self, address: Address, person: Person) -> list[str]:
        """Those that people made; where nobody can say in time, ours must do."""
        try:
            async with asyncio.timeout(PATIENCE):
                return list(await self._store.read(lambda tx: spaces.presets(tx, address, person)))
        except TimeoutError:
            return []

    async def _jobs(self, typed: str, person: str, locale: str) -> list[Suggestion]:
        try:
            async with asyncio.timeout(PATIENCE):
                jobs = await self._store.read(lambda tx: tx.jobs_of(PLATFORM, person, RECENT))
        except TimeoutError:
            return []
        wanted = typed.casefold()
        shown = [(label(job_text(job), locale), str(job.id)) for job in jobs if job.outcome is None]
        return [one for one in shown if wanted in one[0].casefold() or wanted == one[1]]


def _inside(given: Sequence[Mapping[str, Any]]) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """The group, where there is one, and the options in it."""
    for one in given:
        if one["type"] == SUBCOMMAND:
            return str(one["name"]), one.get("options", ())
    return "", given


def preset_words(
    typed: str, ours: Sequence[str], own: Sequence[str], locale: str
) -> list[Suggestion]:
    """Presets that may be meant: those that people made first, as they called them."""
    wanted = typed.strip().casefold()
    made = [(one[:CHOICE], one) for one in own if len(one) <= CHOICE]
    known = [(label(Text(f"choice-{one}"), locale), one) for one in ours]
    return [one for one in (*made, *known) if wanted in one[0].casefold() or wanted == one[1]][
        :CHOICES
    ]


def words(typed: str, choices: Sequence[str], locale: str, most: int = 0) -> list[Suggestion]:
    """The words that may stand next in a list separated by commas, each with those before it.

    most: so many may be chosen. Then a whole word is offered with each that may follow it.
    """
    before, _, last = typed.rpartition(",")
    chosen = [word for one in before.split(",") if (word := one.strip().casefold()) in choices]
    wanted = last.strip().casefold()
    if most and len(chosen) >= most:
        return [_suggestion(chosen[:most], locale)]
    left = [choice for choice in choices if choice not in chosen]
    lists = [
        [*chosen, choice]
        for choice in left
        if wanted in choice or wanted in _name(choice, locale).casefold()
    ]
    if wanted in left and len(chosen) + 1 < most:
        lists += [[*chosen, wanted, choice] for choice in left if choice != wanted]
    found = [_suggestion(words, locale) for words in lists]
    return [one for one in found if len(one[1]) <= CHOICE][:CHOICES]


def _suggestion(words: Sequence[str], locale: str) -> Suggestion:
    return ", ".join(_name(word, locale) for word in words)[:CHOICE], ", ".join(words)


def _name(choice: str, locale: str) -> str:
    return label(Text(f"choice-{choice}"), locale)
