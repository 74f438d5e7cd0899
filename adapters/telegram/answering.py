"""From an update to an ask and back. What an update causes is committed when `take` returns."""

import asyncio
import logging
import secrets
from collections import OrderedDict
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from weakref import WeakValueDictionary

from telegram import Message, Update
from telegram.constants import ReactionEmoji

from adapters.telegram import reading
from adapters.telegram.admins import Admins
from adapters.telegram.albums import Albums
from adapters.telegram.connection import Connection
from adapters.telegram.faults import translated
from adapters.telegram.fetching import Fetching, source_of
from adapters.telegram.hints import Hints
from adapters.telegram.messenger import Moving, TelegramMessenger
from adapters.telegram.place import address_of, is_group, person_of, place_of
from adapters.telegram.presses import Presses
from adapters.telegram.reading import Heard
from adapters.telegram.saying import Saying
from adapters.telegram.visiting import Visiting
from adapters.telegram.waiting import Waiting
from services.cards import SHOW, problem_card
from services.commands.command import Takes
from services.commands.typed import Typed
from services.desk import Desk
from services.model import Address, Ask, Card, JobId, Person, Text
from services.problems import Code, Fault, Problem

log = logging.getLogger(__name__)

PAUSES = (0.2, 1.0)  # seconds before what failed in us is tried again
RECENT = 5_000  # updates that are known to have come already


@dataclass(frozen=True, slots=True)
class Means:
    """What answering works with.

    moving: told when a group became a supergroup.
    """

    desk: Desk
    messenger: TelegramMessenger
    connection: Connection
    fetching: Fetching
    admins: Admins
    waiting: Waiting
    albums: Albums
    hints: Hints
    presses: Presses
    saying: Saying
    visiting: Visiting
    moving: Moving


class Answering:
    """Takes updates, many at a time; whatever happens, the person gets an answer."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._recent: OrderedDict[int, asyncio.Event] = OrderedDict()
        self._turns: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()
        self._saying = means.saying

    async def take(self, update: Update) -> None:
        """Do what it asks for. One that came already is taken when that is done, and not twice."""
        known = self._recent.get(update.update_id)
        if known is not None:
            await known.wait()
            return
        done = self._recent[update.update_id] = asyncio.Event()
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        try:
            async with self._turn(update):
                await self._safely(update)
        except asyncio.CancelledError:
            # It will come again.
            self._recent.pop(update.update_id, None)
            raise
        finally:
            done.set()

    def _turn(self, update: Update) -> AbstractAsyncContextManager[object]:
        """What one person writes in one chat is read in its order: a command, then its sound."""
        message = update.message
        if message is None or message.from_user is None:
            return nullcontext()
        whose = (message.chat.id, message.from_user.id)
        return self._turns.setdefault(whose, asyncio.Lock())

    async def _safely(self, update: Update) -> None:
        """Take it; what failed in us is tried again, and then said."""
        for pause in (*PAUSES, None):
            try:
                await self._take(update)
            except Exception:
                reference = secrets.token_hex(4)
                log.exception("update failed", extra={"reference": reference})
                if pause is not None:
                    await asyncio.sleep(pause)
                elif update.message is not None:
                    await self._stumbled(update.message, reference)
            else:
                return

    async def _stumbled(self, message: Message, reference: str) -> None:
        card = problem_card(Problem(Code.INTERNAL, {"job": reference}))
        await self._saying.say(_address(message, _somebody(message)), card)

    async def _take(self, update: Update) -> None:
        if update.callback_query is not None:
            await self._means.presses.take(update.callback_query, str(update.update_id))
        elif update.my_chat_member is not None or update.chat_member is not None:
            changed = update.my_chat_member or update.chat_member
            assert changed is not None
            self._means.admins.changed(changed.chat.id)
        elif update.guest_message is not None:
            await self._means.visiting.guest(update.guest_message, str(update.update_id))
        elif update.business_connection is not None:
            self._means.visiting.connected(update.business_connection)
        elif update.business_message is not None:
            await self._means.visiting.business(update.business_message, str(update.update_id))
        elif update.message is not None:
            await self._message(update.message, str(update.update_id))

    async def _message(self, message: Message, event: str) -> None:
        if message.migrate_to_chat_id is not None:
            await self._means.moving(str(message.chat.id), str(message.migrate_to_chat_id))
            return
        if _is_nobody(message):
            return
        if message.media_group_id is not None and source_of(message) is not None:
            name = await self._means.albums.put(message)
            self._saying.later(self._means.albums.finish(name, self._heard))
            return
        await self._heard([message], event)

    async def finish_albums(self) -> None:
        """Go on with those that an earlier life had begun."""
        for name in await self._means.albums.left():
            self._saying.later(self._means.albums.finish(name, self._heard))

    async def _heard(self, messages: list[Message], event: str) -> None:
        """One message, or those of an album; the words are those of one of them."""
        message = next((one for one in messages if one.text or one.caption), messages[0])
        bot = await self._means.connection.bot()
        person = _somebody(message)
        heard = reading.heard(message, bot.username, bot.id)
        waited = await self._waited(message, person, heard)
        if heard is None and waited is not None:
            heard = reading.everything(message)
        if heard is None:
            return
        if heard.words and await self._looks_after(message):
            person = replace(person, is_admin=True)
        if len(messages) > 1:
            heard = replace(heard, sources=reading.sounds(messages))
        address = _address(message, person, heard)
        if (payload := reading.started(heard.words)) is not None:
            await self._start(address, person, payload, event)
            return
        try:
            await self._do(heard, waited, person, address, event)
        except Fault as error:
            await self._saying.say(address, problem_card(error.problem))

    async def _waited(self, message: Message, person: Person, heard: Heard | None) -> Typed | None:
        """What the sound in this message was asked for with, if it has no words of its own."""
        has_words = bool(message.text or message.caption)
        if has_words or (heard is not None and not heard.sources):
            return None
        return await self._means.waiting.take(person, str(message.chat.id))

    async def _do(
        self, heard: Heard, waited: Typed | None, person: Person, address: Address, event: str
    ) -> None:
        commands = self._means.desk.commands
        wanted = waited or reading.command_of(heard, commands)
        if wanted is None:
            if not place_of(address).is_group:
                await self._saying.say(address, Card((Text("telegram-hint"),)))
            return
        command = next((one for one in commands if one.name == wanted.command), None)
        ask = Ask(wanted.command, wanted.options, heard.sources, person, address, event)
        if command is not None and reading.wants_sound(command, heard.sources):
            await self._wait_for_sound(ask, wanted)
            return
        if command is not None and command.takes is Takes.NOTHING:
            ask = replace(ask, sources=())
        await self._handle(ask, has_waited=waited is not None)

    async def _wait_for_sound(self, ask: Ask, wanted: Typed) -> None:
        """Nobody should have to type it again to have forgotten the recording."""
        try:
            self._means.desk.check(ask)
        except Fault as error:
            if error.problem.code is not Code.NO_FILE:
                raise
        await self._means.waiting.put(ask.person, ask.address.chat, wanted)
        operation = Text(f"operation-{wanted.command}")
        in_group = bool(place_of(ask.address).is_group)
        key = "telegram-send-reply" if in_group else "telegram-send-sound"
        card = Card((Text(key, {"operation": operation}),))
        await self._saying.ask_for_sound(ask.address, card)

    async def _handle(self, ask: Ask, *, has_waited: bool) -> None:
        self._means.fetching.check(ask.sources)
        self._means.desk.check(ask)
        seen = self._saying.later(self._react(ask.address)) if ask.sources else None
        cards = await self._means.desk.handle(ask)
        if has_waited:
            await self._means.waiting.done(ask.person, ask.address.chat)
        for card in cards:
            if card.job is None:
                await self._saying.say(ask.address, card)
            elif ask.command == SHOW:
                await self._saying.soon(self._show_again(ask.address, card, card.job))
            else:
                self._saying.later(self._greet(ask.address, card, card.job, seen))

    async def _show_again(self, address: Address, card: Card, job: JobId) -> None:
        receipt = await self._means.messenger.post(address, card, job)
        await self._means.desk.copied(job, receipt)
        await self._means.messenger.show_to_guest(job, receipt)

    async def _react(self, address: Address) -> bool:
        """The first sign that it was heard; where reactions are not allowed, there is none."""
        bot = await self._means.connection.bot()
        try:
            with translated():
                await bot.set_message_reaction(
                    int(address.chat), int(place_of(address).reply_to), ReactionEmoji.EYES
                )
        except Fault:
            return False
        return True

    async def _greet(
        self, address: Address, card: Card, job: JobId, seen: "asyncio.Task[bool] | None"
    ) -> None:
        """A reaction says enough at first; without one, the card does."""
        if seen is not None and await seen:
            self._saying.later(self._means.hints.give(address, job), is_needed=False)
            return
        show = partial(self._means.messenger.post, address, card, job)
        await self._means.desk.introduce(job, show)

    async def _start(self, address: Address, person: Person, payload: str, event: str) -> None:
        """Somebody opened the chat, perhaps by a link that says what for."""
        commands = {one.name: one for one in self._means.desk.commands}
        if payload.startswith(reading.SHOW):
            options = {"job": payload.removeprefix(reading.SHOW)}
            await self._answer(Ask(SHOW, options, (), person, address, event))
            return
        command = commands.get(payload)
        if command is not None and command.takes is Takes.SOUND:
            await self._wait_for_sound(Ask(payload, {}, (), person, address, event), Typed(payload))
            return
        await self._saying.say(address, Card((Text("telegram-start"),)))

    async def _answer(self, ask: Ask) -> None:
        try:
            await self._handle(ask, has_waited=False)
        except Fault as error:
            await self._saying.say(ask.address, problem_card(error.problem))

    async def leave(self) -> None:
        """What is on its way still arrives."""
        await self._saying.leave()

    async def _looks_after(self, message: Message) -> bool:
        """Whether whoever wrote this looks after the group."""
        sender, user = message.sender_chat, message.from_user
        if sender is not None:
            # An admin who hides is the group itself.
            return sender.id == message.chat.id
        return (
            is_group(message.chat)
            and user is not None
            and await self._means.admins.has(message.chat.id, user.id)
        )


def _address(message: Message, person: Person, heard: Heard | None = None) -> Address:
    return address_of(message, person, heard.reply_to if heard is not None else None)


def _is_nobody(message: Message) -> bool:
    """What no person wrote: bots, and what a channel's group gets from its channel."""
    is_bot = message.from_user is not None and message.from_user.is_bot
    is_hidden = message.sender_chat is not None
    return bool(message.is_automatic_forward) or (is_bot and not is_hidden)


def _somebody(message: Message) -> Person:
    """Who wrote this; whoever hides behind a chat is that chat."""
    hidden = message.sender_chat or (message.chat if message.from_user is None else None)
    return person_of(message.from_user, hidden, is_admin=False)
