"""From an update to an ask and back. What an update causes is committed when `take` returns."""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
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
from adapters.telegram.messenger import Moving
from adapters.telegram.place import (
    PLATFORM,
    address_of,
    is_group,
    is_here,
    person_of,
    place_of,
    private_address_of,
    spoken,
)
from adapters.telegram.presses import Presses
from adapters.telegram.private import Private
from adapters.telegram.reading import Heard
from adapters.telegram.saying import Saying
from adapters.telegram.visiting import Visiting
from adapters.telegram.waiting import Waiting
from services.cards import CANCEL, SHOW, problem_card
from services.commands.command import Takes
from services.commands.typed import Typed
from services.desk import Desk
from services.model import Address, Ask, JobId, Person
from services.problems import Code, Fault, Problem
from services.showing import Card, Text

log = logging.getLogger(__name__)

# What nobody needs to read who did not ask by a word.
ACCESS = frozenset(
    (Code.BANNED, Code.NOT_LET_IN, Code.NOT_IN_CHANNEL, Code.COOLDOWN, Code.NOT_ADMITTED)
)
PAUSES = (0.2, 1.0)  # seconds before what failed in us is tried again
RECENT = 5_000  # updates that are known to have come already


@dataclass(frozen=True, slots=True)
class Means:
    """What answering works with.

    moving: told when a group became a supergroup.
    """

    desk: Desk
    connection: Connection
    fetching: Fetching
    admins: Admins
    waiting: Waiting
    albums: Albums
    hints: Hints
    presses: Presses
    saying: Saying
    private: Private
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
            if self._recent.get(update.update_id) is known:
                return
            # Whoever was at it had to leave.
        done = self._recent[update.update_id] = asyncio.Event()
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        try:
            async with self._turn(update):
                await self._trying(lambda: self._take(update), update.message)
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

    async def _trying(self, doing: Callable[[], Awaitable[None]], message: Message | None) -> None:
        """Do it; what failed in us is tried again, and then said."""
        for pause in (*PAUSES, None):
            try:
                await doing()
            except Exception:
                reference = secrets.token_hex(4)
                log.exception("update failed", extra={"reference": reference})
                if pause is not None:
                    await asyncio.sleep(pause)
                elif message is not None:
                    card = problem_card(Problem(Code.INTERNAL, {"job": reference}))
                    await self._saying.say(_address(message, _somebody(message)), card)
            else:
                return

    async def _take(self, update: Update) -> None:
        # Another bot, should this one get another token, counts its updates anew.
        event = f"{self._means.connection.id}:{update.update_id}"
        if update.callback_query is not None:
            await self._means.presses.take(update.callback_query, event)
        elif update.my_chat_member is not None or update.chat_member is not None:
            await self._changed(update)
        elif update.guest_message is not None:
            await self._means.visiting.guest(update.guest_message, event)
        elif update.business_connection is not None:
            self._means.visiting.connected(update.business_connection)
        elif update.business_message is not None:
            await self._means.visiting.business(update.business_message, event)
        elif update.message is not None:
            await self._message(update.message, event)

    async def _changed(self, update: Update) -> None:
        """Somebody's place in a chat: perhaps ours, and then nobody may be there to work for."""
        changed = update.my_chat_member or update.chat_member
        assert changed is not None
        desk, chat = self._means.desk, str(changed.chat.id)
        self._means.admins.changed(changed.chat.id)
        if update.my_chat_member is None:
            return
        is_in = is_here(changed.new_chat_member)
        if not is_in:
            await desk.left(PLATFORM, chat)
        if is_group(changed.chat):
            await (desk.joined if is_in else desk.removed)(PLATFORM, chat)

    async def _message(self, message: Message, event: str) -> None:
        if message.migrate_to_chat_id is not None:
            await self._means.moving(str(message.chat.id), str(message.migrate_to_chat_id))
            return
        if _is_nobody(message):
            return
        # The words of an album may stand under any part of it.
        is_part = source_of(message) is not None or bool(message.caption)
        if message.media_group_id is not None and (is_part or not is_group(message.chat)):
            name = await self._means.albums.put(message)
            self._saying.later(self._means.albums.finish(name, self._album))
            return
        await self._heard([message], event)

    async def _album(self, messages: list[Message], event: str) -> None:
        await self._trying(lambda: self._heard(messages, event), messages[0])

    async def finish_albums(self) -> None:
        """Go on with those that an earlier life had begun."""
        for name in await self._means.albums.left():
            self._saying.later(self._means.albums.finish(name, self._album))

    async def _heard(self, messages: list[Message], event: str) -> None:
        """One message, or those of an album; the words are those of one of them."""
        message = reading.speaker(messages)
        bot = await self._means.connection.bot()
        person = _somebody(message)
        heard, sounds = reading.heard(message, bot.username, bot.id), reading.sounds(messages)
        if heard is None or not reading.is_said(message):
            return
        waited = await self._waited(message, person) if sounds else None
        person = replace(person, is_admin=await self._looks_after(message))
        prefers = await self._means.desk.prefers(_address(message, person), person)
        person = spoken(person, prefers.language)
        if len(messages) > 1 and sounds:
            heard = replace(heard, sources=sounds, strange=reading.strange(messages))
        address = _address(message, person, heard)
        try:
            if (payload := reading.started(heard.words)) is not None:
                await self._start(address, person, payload, event)
            else:
                await self._do(heard, waited, person, address, event)
                if len(messages) == 1 and message.media_group_id and is_group(message.chat):
                    await self._say(address, Text("telegram-only-part"))
        except Fault as error:
            if not is_group(message.chat) or _is_due(error.problem.code, heard, waited):
                await self._saying.say(address, problem_card(error.problem))

    async def _waited(self, message: Message, person: Person) -> Typed | None:
        """What the sound in this message was asked for with, unless it says so itself."""
        if (message.text or message.caption or "").startswith("/"):
            return None
        return await self._means.waiting.take(person, str(message.chat.id))

    async def _do(
        self, heard: Heard, waited: Typed | None, person: Person, address: Address, event: str
    ) -> None:
        commands = self._means.desk.commands
        wanted = reading.command_of(heard, commands)
        is_told = wanted is not None and bool(heard.words) and not wanted.guessed
        wanted, waited = (wanted, None) if is_told else (waited or wanted, waited)
        command = next((one for one in commands if wanted and one.name == wanted.command), None)
        if wanted is not None and command is not None and command.takes is Takes.FILE:
            options = wanted.options
            await self._handle(
                Ask(command.name, options, heard.papers, person, address, event), has_waited=False
            )
            return
        is_in_vain = bool(heard.strange) and not heard.sources
        if is_in_vain and (wanted is not None or not place_of(address).is_group):
            await self._tell_of_strange(address, heard)
            return
        if wanted is None:
            await self._hint(address, heard)
            return
        ask = Ask(wanted.command, wanted.options, heard.sources, person, address, event)
        if command is not None and reading.wants_sound(command, ask):
            await self._wait_for_sound(ask, wanted)
            return
        if command is not None and command.takes is Takes.NOTHING:
            ask = replace(ask, sources=())
        if wanted.command == CANCEL and await self._waits_no_more(ask):
            return
        await self._handle(ask, has_waited=waited is not None)
        await self._tell_of_strange(address, heard)

    async def _say(self, address: Address, *lines: Text) -> None:
        await self._saying.say(address, Card(lines))

    async def _hint(self, address: Address, heard: Heard) -> None:
        """What we are for; in a group only where somebody named us and said nothing."""
        bot = await self._means.connection.bot()
        if not place_of(address).is_group:
            await self._say(address, Text("telegram-hint"))
        elif heard.is_named and not heard.words:
            await self._say(address, Text("telegram-guest-hint", {"name": bot.username}))

    async def _tell_of_strange(self, address: Address, heard: Heard) -> None:
        if heard.strange:
            lines = (Text("telegram-no-sound", {"name": name}) for name in heard.strange)
            await self._say(address, *lines)

    async def _waits_no_more(self, ask: Ask) -> bool:
        """Whether all there was to cancel is a command that waited for its recording."""
        waiting, chat = self._means.waiting, ask.address.chat
        if ask.options or await waiting.take(ask.person, chat) is None:
            return False
        await waiting.done(ask.person, chat)
        cards = await self._means.desk.handle(ask)
        # What only its person needs to read is that there was nothing else.
        is_all = all(card.is_private for card in cards)
        for card in (Card((Text("telegram-waits-no-more"),)),) if is_all else cards:
            await self._saying.say(ask.address, card)
        return True

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
        fitting, refused = self._means.fetching.sorted(ask.sources)
        here, ask = ask.address, replace(ask, sources=fitting)
        command = self._means.desk.check(ask)
        private, is_open = self._means.private, True
        if await private.wants(ask, command):
            ask = replace(ask, address=private_address_of(here, ask.person))
            is_open = await private.is_open(ask.address)
        cards = await private.handle(ask)
        if has_waited:
            await self._means.waiting.done(ask.person, here.chat)
        jobs = [card.job for card in cards if card.job is not None]
        is_begun = bool(jobs) and ask.command != SHOW
        seen = self._saying.later(self._react(here)) if is_begun else None
        if not is_open and jobs:
            await private.invite(here, jobs[0])
            return
        for card in cards:
            await self._show(ask, card, seen if ask.address == here else None)
        if refused:
            await self._say(here, *refused)

    async def _show(self, ask: Ask, card: Card, seen: "asyncio.Task[bool] | None") -> None:
        if card.documents:
            await self._means.private.give(ask, card)
        elif card.job is None:
            await self._saying.say(ask.address, card)
        elif ask.command == SHOW:
            self._saying.later(self._saying.copy(ask.address, card, card.job))
        else:
            self._saying.later(self._greet(ask.address, card, card.job, seen))

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
        await self._saying.introduce(address, card, job)

    async def _start(self, address: Address, person: Person, payload: str, event: str) -> None:
        """Somebody opened the chat, perhaps by a link that says what for."""
        commands = {one.name: one for one in self._means.desk.commands}
        if payload.startswith(reading.SHOW):
            options = {"job": payload.removeprefix(reading.SHOW)}
            await self._handle(Ask(SHOW, options, (), person, address, event), has_waited=False)
            return
        command = commands.get(payload)
        if command is not None and command.takes is Takes.SOUND:
            await self._wait_for_sound(Ask(payload, {}, (), person, address, event), Typed(payload))
            return
        await self._saying.say(address, Card((Text("telegram-start"),)))

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


def _is_due(code: Code, heard: Heard, waited: Typed | None) -> bool:
    """Whether a refusal is worth a message in a group."""
    # A word that is none of ours is most likely another bot's.
    if code is Code.UNKNOWN_COMMAND:
        return heard.is_named
    return code not in ACCESS or heard.is_named or bool(heard.words) or waited is not None


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
