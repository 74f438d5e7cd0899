"""Suggestions while a person types: stems one after the other, and their own recordings."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.discord.limits import CHOICE, CHOICES
from adapters.discord.markup import label
from adapters.discord.place import PLATFORM
from services.cards import job_text
from services.commands.command import Command
from services.model import Text
from services.ports import Store

PATIENCE = 1.5  # seconds; a suggestion that comes later is of no use
JOB = "job"
RECENT = 25

Suggestion = tuple[str, str]  # what is shown and what is sent


class Completing:
    """Answers from memory where it can."""

    def __init__(self, commands: Sequence[Command], store: Store) -> None:
        self._options = {
            (command.name, option.name): option
            for command in commands
            for option in command.options
        }
        self._store = store

    async def suggest(self, data: Mapping[str, Any], person: str, locale: str) -> list[Suggestion]:
        """At most 25 suggestions for the option that has the focus; none is better than late."""
        focused = next((one for one in data.get("options", ()) if one.get("focused")), None)
        if focused is None:
            return []
        typed = str(focused.get("value", ""))
        if focused["name"] == JOB:
            return await self._jobs(typed, person, locale)
        option = self._options.get((str(data["name"]), str(focused["name"])))
        return words(typed, option.choices, locale) if option else []

    async def _jobs(self, typed: str, person: str, locale: str) -> list[Suggestion]:
        try:
            async with asyncio.timeout(PATIENCE):
                jobs = await self._store.read(lambda tx: tx.jobs_of(PLATFORM, person, RECENT))
        except TimeoutError:
            return []
        wanted = typed.casefold()
        shown = [(label(job_text(job), locale), str(job.id)) for job in jobs if job.outcome is None]
        return [one for one in shown if wanted in one[0].casefold() or wanted == one[1]]


def words(typed: str, choices: Sequence[str], locale: str) -> list[Suggestion]:
    """The words that may stand next in a list separated by commas, each with those before it."""
    before, _, last = typed.rpartition(",")
    chosen = [word for one in before.split(",") if (word := one.strip().casefold()) in choices]
    wanted = last.strip().casefold()
    found = []
    for choice in choices:
        name = label(Text(f"choice-{choice}"), locale)
        if choice in chosen or not (wanted in choice or wanted in name.casefold()):
            continue
        value = ", ".join([*chosen, choice])
        shown = ", ".join([*(label(Text(f"choice-{one}"), locale) for one in chosen), name])
        if len(value) <= CHOICE:
            found.append((shown[:CHOICE], value))
    return found[:CHOICES]
