"""What only one person reads though they asked in a group: answers in private, and small files.

A bot may write to nobody who never opened it, so then the group is told how.
"""

from collections.abc import Sequence
from contextlib import suppress

from telegram.constants import ChatAction

from adapters.telegram import guests
from adapters.telegram.connection import Connection
from adapters.telegram.faults import translated
from adapters.telegram.messenger import TelegramMessenger
from adapters.telegram.place import PLATFORM, place_of, private_address_of
from adapters.telegram.saying import Saying
from services import spaces
from services.cards import FORGET
from services.commands.command import Command, Takes
from services.desk import Desk
from services.model import Address, Ask, JobId, Person, Receipt
from services.ports import Store
from services.problems import ELSEWHERE, Code, Fault
from services.showing import Card, Text
from services.transactions import Tx

PRIVATE = "private"  # how somebody wants to be answered
GIVEN = "documents"  # in the person's own space, so that it is forgotten with them
MOST = 50


class Private:
    """Finds the person's own chat, and knows which files were given to whom."""

    def __init__(
        self,
        desk: Desk,
        messenger: TelegramMessenger,
        connection: Connection,
        store: Store,
        saying: Saying,
    ) -> None:
        self._desk = desk
        self._messenger = messenger
        self._connection = connection
        self._store = store
        self._saying = saying

    async def wants(self, ask: Ask, command: Command | None) -> bool:
        """Whether what is asked for in a group is answered in the person's own chat."""
        is_sound = command is not None and command.takes is Takes.SOUND
        if not is_sound or not place_of(ask.address).is_group or ask.person.is_place:
            return False
        return (await self._desk.prefers(ask.address, ask.person)).reply == PRIVATE

    async def is_open(self, address: Address) -> bool:
        """Whether the person has opened their chat with the bot, as far as Telegram says."""
        bot = await self._connection.bot()
        try:
            with translated():
                await bot.send_chat_action(int(address.chat), ChatAction.TYPING)
        except Fault as error:
            return error.problem.code is not Code.CHAT_GONE
        return True

    async def invite(self, address: Address, job: JobId | None = None) -> None:
        """Say where it was asked that the chat must be opened first; job: what waits there."""
        bot = await self._connection.bot()
        link = guests.private_link(job, place_of(address).locale, bot.username)
        key = "telegram-open-me" if job is not None else "telegram-open-ask"
        await self._saying.say(address, Card((Text(key),), links=(link,)))

    async def give(self, ask: Ask, card: Card) -> None:
        """Show a card with files; where others read along, only its person gets what is theirs."""
        address = ask.address
        if card.is_private and ask.person.is_place:
            # Nobody knows whose chat it would belong in, and here everybody would read it.
            await self._saying.say(address, Card((Text("telegram-anonymous"),)))
            return
        if card.is_private and place_of(address).is_group:
            address = private_address_of(address, ask.person)
            if not await self.is_open(address):
                await self.invite(ask.address)
                return
        try:
            receipt = await self._messenger.post(address, card, "")
        except Fault as error:
            if error.problem.code is Code.CHAT_DOWN:
                await self._saying.say(address, card)
            elif error.problem.code in ELSEWHERE:
                await self.invite(ask.address)
            return
        await self._store.write(lambda tx: _remember(tx, ask.person, receipt))

    async def handle(self, ask: Ask) -> tuple[Card, ...]:
        """What the desk says; with whoever is forgotten go the files that they were given."""
        if ask.command != FORGET or not ask.options:
            return await self._desk.handle(ask)
        if ask.person.is_place:
            return (Card((Text("telegram-anonymous"),)),)
        given = await self._store.read(lambda tx: _given(tx, ask.person))
        shown = await self._desk.handle(ask)
        for receipt in given:
            # What is older than Telegram lets a bot delete, stays.
            with suppress(Fault):
                await self._messenger.delete(ask.address, receipt)
        return shown


def _given(tx: Tx, person: Person) -> Sequence[Receipt]:
    return [Receipt(one) for one in tx.space(PLATFORM, spaces.own(person)).get(GIVEN, ())]


def _remember(tx: Tx, person: Person, receipt: Receipt) -> None:
    latest = [*_given(tx, person), receipt][-MOST:]
    spaces.change(tx, PLATFORM, spaces.own(person), GIVEN, latest)
