"""How somebody wants to be answered: in which language, and here, in a thread or in private."""

import asyncio
from collections.abc import Sequence

import discord

from adapters.discord.place import (
    PLATFORM,
    address_of,
    has_threads,
    is_home,
    is_in_thread,
    person_of,
    place_of,
)
from services import spaces
from services.cards import AGAIN
from services.commands.command import Command, Takes
from services.desk import Desk, Prefers
from services.model import Ask, Person
from services.ports import Store
from services.transactions import Tx

PATIENCE = 1.0  # seconds; Discord gives three for the acknowledgement
PRIVATE, THREAD = "private", "thread"
TOLD = "told"  # what somebody need not be told twice
NO_THREADS = "no_threads"


class Replying:
    """Knows the wishes of those who ask; a store that is slow to say holds nobody up."""

    def __init__(self, desk: Desk, commands: Sequence[Command], store: Store) -> None:
        self._desk = desk
        self._store = store
        sounding = [one.name for one in commands if one.takes is Takes.SOUND]
        self._sounding = frozenset((*sounding, AGAIN))

    async def wanted(self, interaction: discord.Interaction) -> Prefers:
        """Their wishes; the usual ones where nobody can say in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._desk.prefers(address_of(interaction), person_of(interaction))
        except TimeoutError:
            return Prefers()

    def is_private(self, interaction: discord.Interaction, command: str, wants: Prefers) -> bool:
        """Whether only they shall see the answer; in their own chat nobody else does."""
        is_wanted = wants.reply == PRIVATE and command in self._sounding
        return is_wanted and not is_home(interaction)

    def is_in_thread(self, interaction: discord.Interaction, ask: Ask, wants: Prefers) -> bool:
        """Whether the answer goes into a thread of its own."""
        return self._wants_thread(interaction, ask, wants) and has_threads(interaction)

    def lacks_thread(self, interaction: discord.Interaction, ask: Ask, wants: Prefers) -> bool:
        """Whether it should, and there can be none."""
        return self._wants_thread(interaction, ask, wants) and not has_threads(interaction)

    def _wants_thread(self, interaction: discord.Interaction, ask: Ask, wants: Prefers) -> bool:
        is_wanted = wants.reply == THREAD and ask.command in self._sounding
        is_seen = not place_of(ask.address).is_hidden and not is_home(interaction)
        return is_wanted and is_seen and not is_in_thread(interaction)

    async def is_new_to(self, person: Person) -> bool:
        """Whether nobody told them yet that there can be no thread; from now on somebody did."""
        return await self._store.write(lambda tx: _is_first(tx, person))


def _is_first(tx: Tx, person: Person) -> bool:
    own = spaces.own(person)
    told = tx.space(PLATFORM, own).get(TOLD, [])
    if NO_THREADS in told:
        return False
    spaces.change(tx, PLATFORM, own, TOLD, [*told, NO_THREADS])
    return True
