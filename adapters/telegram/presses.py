"""Presses of buttons: permission is checked, every one is answered, also after a restart."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, User

from adapters.pressing import Press
from adapters.telegram import keyboard
from adapters.telegram.admins import Admins
from adapters.telegram.connection import Connection
from adapters.telegram.faults import translated
from adapters.telegram.keyboard import LIST, MENU, WHO
from adapters.telegram.limits import CALLBACK_TEXT
from adapters.telegram.markup import label
from adapters.telegram.messenger import TelegramMessenger
from adapters.telegram.place import PLATFORM, address_of, is_group, person_of, place_of, spoken
from adapters.telegram.private import Private
from adapters.telegram.saying import Saying
from services import cards, spaces
from services.cards import AGAIN, CANCEL, CONSENT, FORGET, QUIET
from services.desk import Desk
from services.model import Address, Ask, Job, JobId, Person, Receipt
from services.ports import Store
from services.problems import Code, Fault, Problem
from services.showing import Action, Card, Text

log = logging.getLogger(__name__)

PATIENCE = 4.0  # seconds after which the press is answered although the work goes on
SETTINGS = "settings"
LISTS = (SETTINGS, LIST)  # commands whose answers have menus; they change nothing without options


class Presses:
    """Answers callback queries."""

    def __init__(
        self,
        desk: Desk,
        messenger: TelegramMessenger,
        connection: Connection,
        admins: Admins,
        store: Store,
        saying: Saying,
        private: Private,
    ) -> None:
        self._saying = saying
        self._private = private
        self._desk = desk
        self._messenger = messenger
        self._connection = connection
        self._admins = admins
        self._store = store

    async def take(self, query: CallbackQuery, event: str) -> None:
        """Do what was pressed; what it causes is committed when this returns."""
        told = asyncio.Event()
        late = asyncio.create_task(self._not_too_late(query, told))
        try:
            said, is_alert = await self._done(query, event)
        except Fault as error:
            said, is_alert = cards.problem_text(error.problem), True
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("press failed", extra={"reference": reference})
            said = cards.problem_text(Problem(Code.INTERNAL, {"job": reference}))
            is_alert = True
        if not told.is_set():
            late.cancel()
            await self._answer(query, said, is_alert=is_alert)
            return
        # The press was answered already, so what went wrong since needs a message.
        await late
        if is_alert and said is not None and isinstance(query.message, Message):
            person = person_of(query.from_user, None, is_admin=False)
            person = spoken(person, await self._locale(query))
            address = _address(query.message, person, None)
            with suppress(Fault):
                await self._messenger.post(address, Card((said,)), "")

    async def _not_too_late(self, query: CallbackQuery, told: asyncio.Event) -> None:
        await asyncio.sleep(PATIENCE)
        told.set()
        await self._answer(query, None, is_alert=False)

    async def _answer(self, query: CallbackQuery, said: Text | None, *, is_alert: bool) -> None:
        """What the person sees for a moment, or has to close."""
        words = label(said, await self._locale(query), CALLBACK_TEXT) if said else None
        bot = await self._connection.bot()
        with suppress(Fault), translated():
            await bot.answer_callback_query(query.id, words, show_alert=is_alert)

    async def _locale(self, query: CallbackQuery) -> str:
        """The language that whoever pressed wants to read there."""
        person = person_of(query.from_user, None, is_admin=False)
        there = Address(PLATFORM, spaces.own(person), person.id)
        if isinstance(query.message, Message):
            there = _address(query.message, person, None)
        prefers = await self._desk.prefers(there, person)
        return prefers.language or person.locale

    async def _done(self, query: CallbackQuery, event: str) -> tuple[Text | None, bool]:
        """What to tell: nothing where the chat shows it."""
        press = keyboard.read(query.data or "")
        message = query.message
        if press is not None and press.command == CANCEL and query.inline_message_id is not None:
            return await self._cancelled(query, press, event)
        if press is None or not isinstance(message, Message):
            raise Fault(Problem(Code.NO_SUCH_JOB))
        job = await self._job(press.options.get("job", "") or press.options.get("of", ""))
        person = await self._person(query.from_user, message, job)
        person = spoken(person, await self._locale(query))
        is_for_all = press.command == CONSENT
        # What cannot be undone is done for those only who surely asked for it.
        is_asker = _is_asker(message, person) if press.command != FORGET else _asks(message, person)
        if job is None and not is_for_all and not is_asker:
            raise Fault(Problem(Code.NOT_YOURS))
        if press.command == MENU:
            await self._open(press, message, person, job)
            return None, False
        address = _address(message, person, job)
        ask = Ask(press.command, press.options, (), person, address, event)
        shown = await self._private.handle(ask)
        return await self._show(ask, message, shown)

    async def _cancelled(
        self, query: CallbackQuery, press: Press, event: str
    ) -> tuple[Text | None, bool]:
        """The answer to a guest has this one button of ours."""
        job = await self._job(press.options.get("job", ""))
        if job is None:
            raise Fault(Problem(Code.NO_SUCH_JOB))
        person = person_of(query.from_user, None, is_admin=False)
        ask = Ask(press.command, press.options, (), person, job.address, event)
        return (await self._desk.handle(ask))[0].lines[0], False

    async def _show(
        self, ask: Ask, message: Message, shown: Sequence[Card]
    ) -> tuple[Text | None, bool]:
        first = shown[0]
        if ask.command in QUIET:
            return first.lines[0], False
        if ask.command == SETTINGS:
            receipt = Receipt(f"{message.chat.id}:{message.message_id}:")
            await self._messenger.edit(ask.address, receipt, first)
            return None, False
        for card in shown:
            if card.documents:
                await self._private.give(ask, card)
            elif card.job is None:
                await self._saying.say(ask.address, card)
            elif ask.command == AGAIN:
                # Its job is under way, whatever becomes of its first card.
                self._saying.later(self._saying.introduce(ask.address, card, card.job))
            else:
                self._saying.later(self._saying.copy(ask.address, card, card.job))
        return None, False

    async def _open(self, press: Press, message: Message, person: Person, job: Job | None) -> None:
        """Put a menu's choices in place of the other buttons, or those back."""
        of, opened = press.options.get("of", ""), press.options.get("open", "")
        whose = {name: one for name, one in press.options.items() if name == WHO}
        ask = Ask(of, whose, (), person, _address(message, person, None), "")
        actions = await self._actions(ask, job)
        address = _address(message, person, None)
        links = keyboard.links(message.reply_markup)
        rows = keyboard.keyboard(actions, () if opened else links, person.locale, opened)
        await self._change(message, address, rows)

    async def _change(
        self, message: Message, address: Address, rows: InlineKeyboardMarkup | None
    ) -> None:
        bot = await self._connection.bot()
        with translated():
            await bot.edit_message_reply_markup(
                chat_id=message.chat.id,
                message_id=message.message_id,
                reply_markup=rows,
                business_connection_id=place_of(address).business or None,
            )

    async def _actions(self, ask: Ask, job: Job | None) -> tuple[Action, ...]:
        """All actions of the card that the message shows."""
        if job is None:
            return (await self._desk.handle(ask))[0].actions if ask.command in LISTS else ()
        if job.person.id != ask.person.id:
            raise Fault(Problem(Code.NOT_YOURS))
        room = self._messenger.limits(job.address).bytes
        return cards.card(job, room=room, others=True).actions

    async def _job(self, job_id: str) -> Job | None:
        return await self._store.read(lambda tx: tx.job(JobId(job_id)))

    async def _person(self, user: User, message: Message, job: Job | None) -> Person:
        """Who presses; for what the group itself asked, any of its admins is that."""
        if not is_group(message.chat):
            return person_of(user, None, is_admin=False)
        asker = job.person.id if job is not None else _asker(message)
        is_admin = await self._admins.has(message.chat.id, user.id)
        hidden = message.chat if is_admin and asker == str(message.chat.id) else None
        return person_of(user, hidden, is_admin=is_admin)


def _asker(message: Message) -> str:
    """Whose words the message answers; empty where nobody can tell."""
    asked = message.reply_to_message
    if asked is None:
        return ""
    who = asked.sender_chat or asked.from_user
    return str(who.id) if who is not None else ""


def _is_asker(message: Message, person: Person) -> bool:
    """Whether the message answers what this person wrote; where nobody can tell, it does."""
    return not is_group(message.chat) or _asker(message) in ("", person.id)


def _asks(message: Message, person: Person) -> bool:
    """Whether the message surely answers what this person wrote."""
    return not is_group(message.chat) or _asker(message) == person.id


def _address(message: Message, person: Person, job: Job | None) -> Address:
    """Where the answer goes: to what the job answered, in the words of whoever pressed."""
    here = address_of(message, person)
    if job is None or job.address.chat != here.chat:
        return here
    route = {name: one for name, one in job.address.route.items() if name != "guest"}
    # In the person's own chat, nobody is a guest.
    return replace(job.address, route={**route, "locale": person.locale}, is_guest=False)
