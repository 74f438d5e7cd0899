"""Where the bot is no member: asked as a guest, or let in by somebody for their own chats.

A guest's question has one answer, which can be changed and takes no upload, so what comes of it
is uploaded to the person's own chat and shown from there. In somebody's own chats the bot acts on
their word alone and speaks in their name: only what they asked for goes there, all that is said
about it goes to their own chat with the bot.
"""

import logging
from dataclasses import replace

from telegram import BusinessConnection, Message

from adapters.telegram import reading
from adapters.telegram.connection import Connection
from adapters.telegram.fetching import Fetching
from adapters.telegram.owners import Owner, Owners
from adapters.telegram.place import (
    address_of,
    guest_address_of,
    owner_address_of,
    person_of,
    spoken,
)
from adapters.telegram.reading import Heard
from adapters.telegram.saying import Saying
from services.cards import problem_card
from services.commands.command import Takes
from services.commands.typed import Typed
from services.desk import Desk
from services.model import Address, Ask, Person, Shape
from services.problems import Code, Fault
from services.recipes import Format
from services.showing import Card, Text

log = logging.getLogger(__name__)

# A message with an answer to a guest can become music or a film, but no voice message.
AS_GUESTS = {Shape.VOICE: Shape.AUDIO, Shape.VIDEO_NOTE: Shape.VIDEO}


class Visiting:
    """Answers guests and owners; where a setting does not allow it, nobody."""

    def __init__(
        self,
        desk: Desk,
        connection: Connection,
        fetching: Fetching,
        saying: Saying,
        owners: Owners | None,
        *,
        has_guests: bool,
    ) -> None:
        self._desk = desk
        self._connection = connection
        self._fetching = fetching
        self._saying = saying
        self._has_guests = has_guests
        self._owners = owners

    async def guest(self, message: Message, event: str) -> None:
        """Somebody named us where we are not."""
        user = message.from_user
        # Whoever hides has no chat of their own to upload to.
        if not self._has_guests or user is None or user.is_bot or message.sender_chat is not None:
            return
        bot = await self._connection.bot()
        heard = reading.heard(message, bot.username, bot.id)
        if heard is None:
            return
        person = person_of(user, None, is_admin=False)
        prefers = await self._desk.prefers(guest_address_of(message, person), person)
        person = spoken(person, prefers.language)
        address = guest_address_of(message, person)
        hint = Text("telegram-guest-hint", {"name": bot.username})
        try:
            asked = _asked(self._wanted(heard), heard, person, address, event)
            if asked is None:
                await self._saying.say(address, Card((hint,)))
            else:
                await self._handle(_as_guest(asked))
        except Fault as error:
            await self._saying.say(address, problem_card(error.problem))

    def connected(self, connection: BusinessConnection) -> None:
        """Somebody let us into their chats, or took that back."""
        if self._owners is not None:
            self._owners.changed(connection.id)

    async def business(self, message: Message, event: str) -> None:
        """A message in a chat of somebody who let us in: only their own commands are ours."""
        number, user = message.business_connection_id, message.from_user
        # What we said in their name is theirs by its sender.
        if self._owners is None or number is None or message.sender_business_bot is not None:
            return
        bot = await self._connection.bot()
        heard = reading.heard(message, bot.username, bot.id)
        if heard is None or user is None:
            return
        owner = await self._owners.of(number)
        if owner is None or owner.id != user.id:
            return
        person = person_of(user, None, is_admin=False)
        prefers = await self._desk.prefers(address_of(message, person), person)
        person = spoken(person, prefers.language)
        address = address_of(message, person, heard.reply_to, owner=str(owner.chat))
        try:
            await self._for_owner(owner, heard, person, address, event)
        except Fault as error:
            # They may write to other bots, or of something else.
            if error.problem.code is not Code.UNKNOWN_COMMAND:
                await self._saying.say(owner_address_of(address), problem_card(error.problem))

    async def _for_owner(
        self, owner: Owner, heard: Heard, person: Person, address: Address, event: str
    ) -> None:
        wanted, own = self._wanted(heard), owner_address_of(address)
        if wanted is None:
            return
        asked = _asked(wanted, heard, person, address, event)
        if asked is None:
            await self._saying.say(own, Card((Text("telegram-owner-hint"),)))
        elif not owner.may_reply:
            await self._saying.say(own, Card((Text("telegram-owner-rights"),)))
        else:
            await self._handle(asked)

    def _wanted(self, heard: Heard) -> Typed | None:
        """What to do with sound; None for everything else. Raises `Fault` for unknown words."""
        commands = self._desk.commands
        found = reading.command_of(heard, commands)
        sound = {one.name for one in commands if one.takes is Takes.SOUND}
        return found if found is not None and found.command in sound else None

    async def _handle(self, ask: Ask) -> None:
        self._fetching.check(ask.sources)
        for card in await self._desk.handle(ask):
            if card.job is None:
                await self._saying.say(ask.address, card)
            else:
                await self._saying.soon(self._saying.introduce(ask.address, card, card.job))


def _asked(
    wanted: Typed | None, heard: Heard, person: Person, address: Address, event: str
) -> Ask | None:
    """What is asked for; None where nothing is, or its sound is missing."""
    if wanted is None:
        return None
    ask = Ask(wanted.command, wanted.options, heard.sources, person, address, event)
    return ask if ask.brings_sound else None


def _as_guest(ask: Ask) -> Ask:
    """A voice message's sound comes as music, which every player plays."""
    shaped = [replace(one, shape=AS_GUESTS.get(one.shape, one.shape)) for one in ask.sources]
    is_voice = any(one.shape is Shape.VOICE for one in ask.sources)
    usual = {"format": Format.MP3.value} if is_voice else {}
    return replace(ask, sources=tuple(shaped), options={**usual, **ask.options})
