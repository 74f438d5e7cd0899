"""Port Messenger: cards as messages of a bot.

Telegram has no key that makes a repeat invisible, so a message whose arrival nobody knows of is
sent once more and never a third time; what can be edited is edited. A receipt is
`<chat>:<message>[,<message>…]:[<file id>,…]`: what was uploaded once is shown again by its id.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from telegram import Bot, ForceReply, InlineKeyboardMarkup, InputFile, Message, ReplyParameters
from telegram.constants import ParseMode

from adapters.telegram import guests, keyboard, markup, media
from adapters.telegram.connection import READ_TIMEOUT, Connection
from adapters.telegram.describing import Describing
from adapters.telegram.faults import FloodWait, KindForbidden, Migrated, StrangeFile, translated
from adapters.telegram.fetching import Fetching
from adapters.telegram.limits import (
    ALBUM,
    CAPTION,
    CONTENT,
    FILE_BYTES,
    GROUP_SECONDS_BETWEEN_EDITS,
    HEADROOM,
    LOCAL_FILE_BYTES,
    SECONDS_BETWEEN_EDITS,
)
from adapters.telegram.markup import NO_PREVIEW
from adapters.telegram.media import EDITABLE, INSTEAD, Kind, Sent, Uploads
from adapters.telegram.place import (
    Place,
    is_elsewhere,
    owner_address_of,
    place_of,
    standing,
)
from adapters.telegram.pressure import Pressure
from services import cards
from services.limits import Limits
from services.machine import posting
from services.model import Address, JobId, Receipt, Shape, Source, Track
from services.ports import Files, Store
from services.problems import Code, Fault, fault
from services.showing import Card, Document

log = logging.getLogger(__name__)

T = TypeVar("T")
Sending = Callable[..., Awaitable[Sent]]
Moving = Callable[[str, str], Awaitable[None]]  # a group's old id and its new one
DRAIN = 5.0  # seconds for what is on its way when we stop
BYTES_PER_SECOND = 1_000_000.0  # with which even a slow server passes an upload on
PROGRESS_TIMEOUT = 5.0  # an edit that has to wait longer is dropped: the next says more


class TelegramMessenger:
    """Writes with the connection's bot; needs no updates.

    is_own: whether a Bot API server of one's own takes the files.
    moving: told when a group became a supergroup.
    """

    def __init__(
        self,
        connection: Connection,
        files: Files,
        fetching: Fetching,
        store: Store,
        *,
        is_own: bool,
        moving: Moving,
    ) -> None:
        self._connection = connection
        self._files = files
        self._fetching = fetching
        self._store = store
        self._describing = Describing(fetching, store)
        self._room = (LOCAL_FILE_BYTES if is_own else FILE_BYTES) * HEADROOM
        self._moving = moving
        self._pressure = Pressure()
        self._showing: set[asyncio.Task[None]] = set()
        self._turns_texts = True  # whether a text may become a file; older servers refuse

    async def leave(self) -> None:
        """What is on its way still arrives, if that takes not long."""
        if self._showing:
            await asyncio.wait(set(self._showing), timeout=DRAIN)

    def limits(self, address: Address) -> Limits:
        """What one message takes, with headroom."""
        place = place_of(address)
        return Limits(
            bytes=self._room,
            files_per_message=ALBUM,
            message_bytes=self._room,
            keeps_copies=True,
            pictures=False,
            bare_albums=True,
            # What is said is read elsewhere than the file that it is about.
            bare=bool(place.guest or place.business),
            albums=not (place.guest or place.business),
            asks=not (place.guest or place.business or is_elsewhere(address)),
            replies=frozenset(("here", "private")) if place.is_group else frozenset(("here",)),
            video=True,
            others=True,
            seconds_between_edits=GROUP_SECONDS_BETWEEN_EDITS
            if place.is_slow
            else SECONDS_BETWEEN_EDITS,
        )

    def edits_until(self, address: Address, receipt: Receipt) -> datetime | None:
        """For ever."""
        return None

    async def post(self, address: Address, card: Card, key: str) -> Receipt:
        """A new message, in reply to what it is about."""
        receipt = Receipt((await self._posted(address, card)).write())
        if place_of(address).guest and card.tracks and card.job is not None:
            # Beside, as what was sent must be written down first.
            task = asyncio.create_task(self.show_to_guest(card.job, receipt))
            self._showing.add(task)
            task.add_done_callback(self._showing.discard)
        return receipt

    async def prompt(self, address: Address, card: Card) -> None:
        """Ask for something; in a group so that the person's answer reaches us."""
        force = ForceReply(selective=True) if place_of(address).is_group else None
        await self._called(address, 1, lambda at: self._words(at, card, force))

    async def _posted(self, address: Address, card: Card) -> Sent:
        if len(card.tracks) > 1:
            album = partial(self._known_or_new, self._album, card)
            return await self._called(address, len(card.tracks), album)
        place = place_of(address)
        if not card.tracks and place.guest:
            return await self._answered(address, card)
        if not card.tracks:
            there = owner_address_of(address) if place.business else address
            if card.documents:
                return await self._documents(there, card)
            return await self._called(there, 1, lambda at: self._words(at, card))
        return await self._file_of_some_kind(address, card)

    async def _file_of_some_kind(self, address: Address, card: Card) -> Sent:
        """One file, as the kind it should be, or as one that is allowed there."""
        kind = media.kind_of(card.tracks[0], _shape(card))
        while True:
            try:
                file = partial(self._known_or_new, partial(self._file, kind), card)
                return await self._called(address, 1, file)
            except KindForbidden:
                if kind not in INSTEAD:
                    raise
                kind = INSTEAD[kind]

    async def _answered(self, address: Address, card: Card) -> Sent:
        """A guest's question has one answer; what comes too late for it is read in private."""
        bot, place = await self._connection.bot(), place_of(address)
        try:
            return await self._called(address, 1, lambda _: guests.answer(bot, place, card))
        except Fault as error:
            if error.problem.code is not Code.CARD_GONE:
                raise
        own = owner_address_of(address)
        return await self._called(own, 1, lambda at: self._words(at, card))

    async def show_to_guest(self, job_id: JobId, receipt: Receipt) -> None:
        """Let the answer to a guest show what could only be uploaded to their own chat."""
        job = await self._store.read(lambda tx: tx.job(job_id))
        place = place_of(job.address) if job is not None else Place()
        if job is None or not place.guest:
            return
        known, files = posting(job, 0).receipt or job.card, Sent.read(receipt).files
        if known is None or Sent.read(known).messages or not len(files) == len(job.shown) == 1:
            return
        card = cards.card(job, room=self._room)
        kind = media.kind_of(card.tracks[0], _shape(card))
        bot = await self._connection.bot()
        try:
            await guests.fill(bot, place, Sent.read(known), card, kind, files[0])
        except Fault as error:
            # It says where the result is.
            log.warning("a guest's answer shows no file", extra={"detail": error.problem.detail})

    async def _called(
        self, address: Address, count: int, call: Callable[[Address], Awaitable[T]]
    ) -> T:
        """Send when there is a turn; once more where the group has moved."""
        is_group = bool(place_of(address).is_group)
        await self._pressure.turn(address.chat, is_group=is_group, count=count)
        try:
            with self._heeding(address.chat):
                return await call(address)
        except Migrated as error:
            chat = str(error.chat)
            await self._moving(address.chat, chat)
            return await call(replace(address, chat=chat, space=chat))

    async def _changed(self, address: Address, call: Callable[[], Awaitable[Sent]]) -> Sent:
        """Edit when there is a turn."""
        await self._pressure.turn(address.chat, is_group=bool(place_of(address).is_group))
        try:
            with self._heeding(address.chat):
                return await call()
        except Migrated as error:
            await self._moving(address.chat, str(error.chat))
            # Over there, its number is another message's.
            raise fault(Code.CARD_GONE, "the group became a supergroup") from error

    @contextmanager
    def _heeding(self, chat: str) -> Iterator[None]:
        """Remember that this chat must be left alone for a while, should we be told so."""
        try:
            yield
        except FloodWait as error:
            self._pressure.told(chat, error.seconds)
            raise

    async def _words(self, address: Address, card: Card, force: ForceReply | None = None) -> Sent:
        bot, place = await self._connection.bot(), place_of(address)
        told = markup.content(card, place.locale, CONTENT)
        more = {**_where(address), **_dressed(card, place)}
        if force is not None:
            more["reply_markup"] = force
        with translated(is_send=True):
            message = await bot.send_message(text=told, link_preview_options=NO_PREVIEW, **more)
        return media.sent([message])

    async def _documents(self, address: Address, card: Card) -> Sent:
        """One message each; the words stand under the first, where there is room for them."""
        dressed = {**_dressed(card, place_of(address)), **_captioned(card, place_of(address))}
        sent: list[Sent] = []
        if markup.length(markup.content(card, place_of(address).locale, CONTENT)) > CAPTION:
            sent.append(await self._called(address, 1, lambda at: self._words(at, card)))
            dressed = {}
        bot = await self._connection.bot()
        for document in card.documents:
            send = partial(_document, bot, document, dressed)
            sent.append(await self._called(address, 1, send))
            dressed = {}
        numbers = tuple(number for one in sent for number in one.messages)
        return Sent(sent[0].chat, numbers)

    async def _known_or_new(self, send: Sending, card: Card, address: Address) -> Sent:
        """Show what Telegram has; what it does not know by that name any more is uploaded."""
        try:
            return await send(address, card, anew=False)
        except StrangeFile:
            return await send(address, card, anew=True)

    async def _file(self, kind: Kind, address: Address, card: Card, *, anew: bool) -> Sent:
        bot, place = await self._connection.bot(), place_of(address)
        (track,), (owner,) = card.tracks, card.owners
        about = await self._describing.about(owner, track, kind, anew=anew)
        async with AsyncExitStack() as stack:
            parts = await Uploads(self._files, stack).parts(kind, track, about)
            dressed = {**_captioned(card, place), **_dressed(card, place)}
            if kind is Kind.VIDEO_NOTE:
                # A round video has no room for words.
                dressed = {"reply_markup": dressed["reply_markup"]}
            send: Callable[..., Awaitable[Message]] = getattr(bot, f"send_{kind}")
            waits = _patience(card.tracks)
            with translated(is_send=True):
                message = await send(**parts, **_where(address), **dressed, read_timeout=waits)
        return media.sent([message])

    async def _album(self, address: Address, card: Card, *, anew: bool) -> Sent:
        bot, about = await self._connection.bot(), partial(self._describing.about, anew=anew)
        kind = media.kinds_together(card.tracks)
        async with AsyncExitStack() as stack:
            uploads = Uploads(self._files, stack)
            items = [
                await uploads.media(kind, track, await about(owner, track, kind))
                for owner, track in zip(card.owners, card.tracks, strict=True)
            ]
            with translated(is_send=True):
                messages = await bot.send_media_group(
                    media=items, **_where(address), read_timeout=_patience(card.tracks)
                )
        return media.sent(messages)

    async def edit(self, address: Address, receipt: Receipt, card: Card) -> Receipt:
        """Replace what a message shows; a text may become a file, but no voice message."""
        known, place = Sent.read(receipt), place_of(address)
        there = replace(owner_address_of(address) if place.business else address, chat=known.chat)
        if card.progress is not None:
            await self._pressure.spare(known.chat, is_group=place.is_slow)
            with self._heeding(known.chat), translated():
                async with asyncio.timeout(PROGRESS_TIMEOUT):
                    await self._reworded(there, known, card)
            return receipt
        change = self._refilled if card.tracks else self._reworded
        now = await self._changed(there, lambda: change(there, known, card))
        return Receipt(now.write())

    async def _reworded(self, address: Address, known: Sent, card: Card) -> Sent:
        bot, place = await self._connection.bot(), place_of(address)
        if place.guest and not known.messages:
            card = guests.dressed(card, place, bot.username)
        which = {**_which(address, known), **_dressed(card, place)}
        with translated():
            if known.files:
                told = markup.content(card, place.locale, CAPTION)
                await bot.edit_message_caption(caption=told, **which)
            else:
                told = markup.content(card, place.locale, CONTENT)
                await bot.edit_message_text(text=told, link_preview_options=NO_PREVIEW, **which)
        return known

    async def _refilled(self, address: Address, known: Sent, card: Card) -> Sent:
        place = place_of(address)
        kind = media.kind_of(card.tracks[0], _shape(card))
        if len(card.tracks) > 1 or kind not in EDITABLE or not (known.files or self._turns_texts):
            raise fault(Code.CARD_GONE, f"a message cannot become {kind}")
        about = await self._describing.about(card.owners[0], card.tracks[0], kind)
        bot = await self._connection.bot()
        async with AsyncExitStack() as stack:
            told = markup.content(card, place.locale, CAPTION)
            item = await Uploads(self._files, stack).media(kind, card.tracks[0], about, told)
            more = {"reply_markup": _dressed(card, place)["reply_markup"]}
            more["read_timeout"] = _patience(card.tracks)
            message: Message | bool = False
            try:
                with translated():
                    which = _which(address, known)
                    message = await bot.edit_message_media(item, **which, **more)
            except Fault as error:
                if "no media in the message" in error.problem.detail:
                    self._turns_texts = False
                raise
        # It shows that already where nothing is answered.
        return media.sent([message]) if isinstance(message, Message) else known

    async def delete(self, address: Address, receipt: Receipt) -> None:
        """Take messages away; those that are gone are no error."""
        known, place = Sent.read(receipt), place_of(address)
        if not known.messages:
            raise fault(Code.CHAT_FORBIDDEN, "an answer to a guest cannot be taken away")
        bot = await self._connection.bot()
        is_lent = bool(place.business) and known.chat == address.chat
        for number in known.messages:
            try:
                with translated():
                    if is_lent:
                        await bot.delete_business_messages(place.business, [number])
                    else:
                        await bot.delete_message(int(known.chat), number)
            except Fault as error:
                is_gone = "not found" in error.problem.detail
                if error.problem.code is not Code.CARD_GONE or not is_gone:
                    raise

    def standing(self, address: Address) -> Address:
        """The chat and its topic; nothing is replied to."""
        return standing(address)

    def split(self, receipt: Receipt, count: int) -> tuple[Receipt, ...]:
        """Each file of an album is a message of its own."""
        return tuple(Receipt(one.write()) for one in Sent.read(receipt).each())

    def open(self, source: Source) -> AsyncIterator[bytes]:
        """The bytes that a person sent."""
        return self._fetching.open(source)


def _patience(tracks: Sequence[Track]) -> float:
    """Seconds to wait for the answer to an upload, which goes further before there is one."""
    return READ_TIMEOUT + sum(track.bytes for track in tracks) / BYTES_PER_SECOND


def _shape(card: Card) -> Shape:
    return card.clip.shape if card.clip is not None else Shape.AUDIO


async def _document(bot: Bot, document: Document, dressed: Mapping[str, Any], at: Address) -> Sent:
    file = InputFile(document.content, document.name, attach=True)
    with translated(is_send=True):
        message = await bot.send_document(
            document=file, disable_content_type_detection=True, **_where(at), **dressed
        )
    return media.sent([message])


def _where(address: Address) -> dict[str, Any]:
    """The chat, the corner of it, and the message that is answered."""
    place = place_of(address)
    where: dict[str, Any] = {"chat_id": int(address.chat), **_through(place)}
    if place.thread:
        where["message_thread_id"] = int(place.thread)
    if place.inbox:
        where["direct_messages_topic_id"] = int(place.inbox)
    if place.reply_to:
        where["reply_parameters"] = ReplyParameters(
            int(place.reply_to), allow_sending_without_reply=True
        )
    return where


def _which(address: Address, known: Sent) -> dict[str, Any]:
    """The message that is changed."""
    if not known.messages:
        return {"inline_message_id": known.chat}
    through = _through(place_of(address))
    return {"chat_id": int(address.chat), "message_id": known.messages[0], **through}


def _through(place: Place) -> dict[str, str]:
    return {"business_connection_id": place.business} if place.business else {}


def _captioned(card: Card, place: Place) -> dict[str, str]:
    return {"caption": markup.content(card, place.locale, CAPTION)} if card.lines else {}


def _dressed(card: Card, place: Place) -> dict[str, Any]:
    keys: InlineKeyboardMarkup | None = keyboard.keyboard(card.actions, card.links, place.locale)
    return {"parse_mode": ParseMode.HTML, "reply_markup": keys}
