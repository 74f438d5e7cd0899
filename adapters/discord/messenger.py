"""Port Messenger: cards as messages, by whichever route still leads to the person.

While the token of an interaction lives, its messages are edited and added to. Later the channel
takes a new message, with a nonce that makes a repeat invisible; where the bot may not write, a
direct message is tried. A receipt is `<route>:<channel>:<message>`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from typing import Any

import discord
from aiolimiter import AsyncLimiter

from adapters.discord.composing import Composing, edited
from adapters.discord.connection import Client, Connection
from adapters.discord.faults import translated
from adapters.discord.fetching import Fetching
from adapters.discord.limits import (
    CALLS,
    CALLS_PERIOD,
    FILES_PER_MESSAGE,
    HEADROOM,
    MESSAGE_BYTES,
    ROOM_FOR_PROGRESS,
    SECONDS_BETWEEN_EDITS,
    THREAD_LIFE,
    THREAD_NAME,
)
from adapters.discord.markup import label
from adapters.discord.place import Place, inside, place_of, standing
from services.limits import Limits
from services.model import Address, Receipt, Source
from services.ports import Files, Now
from services.problems import ELSEWHERE, Code, Fault, fault
from services.showing import Card, Text, Tone

CANNOT_REPLY = 160002
IS_THERE = 160004  # a message has one thread at most
BY_TOKEN, BY_CHANNEL = "w", "c"
PROGRESS_TIMEOUT = 5.0  # an edit that has to wait longer is dropped: the next says more
SEND_TIMEOUT = 600.0


class DiscordMessenger:
    """Writes with the connection's client; needs no gateway."""

    def __init__(
        self,
        connection: Connection,
        files: Files,
        fetching: Fetching,
        now: Now,
        *,
        watches: Callable[[], bool],
    ) -> None:
        self._connection = connection
        self._composing = Composing(files, now)
        self._fetching = fetching
        self._now = now
        self._watches = watches
        self._pace = AsyncLimiter(CALLS, CALLS_PERIOD)
        self._pressed: dict[int, Place] = {}

    def limits(self, address: Address) -> Limits:
        """What the best route takes at this moment, with headroom."""
        place = place_of(address)
        return Limits(
            bytes=place.bytes(self._now()) * HEADROOM,
            files_per_message=FILES_PER_MESSAGE,
            message_bytes=MESSAGE_BYTES,
            seconds_between_edits=SECONDS_BETWEEN_EDITS,
            voice=bool(place.speaks),
            watches=bool(place.guild) and self._watches(),
            keeps_copies=True,
            replies=IN_GUILD if place.guild else OUTSIDE,
            whispers=True,
        )

    def edits_until(self, address: Address, receipt: Receipt) -> datetime | None:
        """A message of an interaction is edited through its token only."""
        return place_of(address).ends if receipt.startswith(BY_TOKEN) else None

    def is_lost(self, address: Address, receipt: Receipt, message: int) -> bool:
        """Whether the receipt is of this message, and its token dead."""
        route, _, number = receipt.split(":")
        is_dead = not place_of(address).lives(self._now())
        return route == BY_TOKEN and is_dead and number == str(message)

    def is_inside(self, address: Address, receipt: Receipt) -> bool:
        """Whether it is in the thread that was wished for."""
        return receipt.split(":")[1] == place_of(address).thread

    async def answer(self, address: Address, card: Card, *, is_first: bool) -> Receipt:
        """Answer an interaction itself: the first takes the place of "thinking"."""
        place = place_of(address)
        async with (
            self._composing.message(card, place) as parts,
            self._hook(place, is_send=not is_first) as hook,
        ):
            if is_first:
                message = await hook.edit_message(ORIGINAL, **edited(parts))
            else:
                is_hidden = card.is_private or bool(place.is_hidden)
                message = await hook.send(wait=True, ephemeral=is_hidden, **parts)
        return _receipt(BY_TOKEN, message)

    def lasting(self, address: Address, receipt: Receipt) -> Receipt:
        """The receipt by the route that leads to a message after its token is dead, if one does."""
        route, where = receipt.split(":", 1)
        is_open = bool(place_of(address).is_open)
        return Receipt(f"{BY_CHANNEL if is_open else route}:{where}")

    @contextmanager
    def reaching(self, address: Address, message: int) -> Iterator[None]:
        """Meanwhile the token of this press leads to its message, and to nothing else."""
        place = self._pressed[message] = place_of(address)
        try:
            yield
        finally:
            if self._pressed.get(message) is place:
                del self._pressed[message]

    async def whisper(self, address: Address, card: Card) -> None:
        """Tell only the person who asked, and take "thinking" away."""
        await self._hide(place_of(address), ORIGINAL, card)

    async def withdraw(self, address: Address) -> None:
        """Take "thinking" away, if it still stands: what there is to say is said elsewhere."""
        async with self._hook(place_of(address)) as hook:
            # What came first may have taken its place.
            if (await hook.fetch_message(ORIGINAL)).flags.loading:
                await hook.delete_message(ORIGINAL)

    async def post(self, address: Address, card: Card, key: str) -> Receipt:
        """A new message; the channel's nonce makes a second one with the same `key` invisible."""
        place = place_of(address)
        if _concerns_nobody(place, card):
            raise fault(Code.CHAT_FORBIDDEN, "nobody asked for it")
        is_alive = place.lives(self._now())
        if place.thread and _fits(card, int(place.channel_bytes) * HEADROOM):
            with _unless_shut():
                return await self._post_inside(address, card, key)
        if is_alive and card.is_private:
            return await self._post_privately(address, card, key)
        routes: list[Callable[[], Any]] = []
        # Perhaps nobody has answered the interaction yet: we died between taking and telling.
        if is_alive and "." not in key and not place.is_shared:
            routes.append(lambda: self.answer(address, card, is_first=True))
        if card.is_voice and place.speaks:
            routes.append(lambda: self._speak(address, card, key, ""))
        if place.is_open and _fits(card, int(place.channel_bytes) * HEADROOM):
            # Away from the interaction, only a mention tells the person where the answer is.
            is_news = card.tone is not Tone.WORKING and "." not in key
            mention = place.person if place.token and is_news else ""
            routes.append(lambda: self._send(address, card, key, mention))
        if is_alive:
            routes.append(lambda: self.answer(address, card, is_first=False))
        if place.token:
            routes.append(lambda: self._whisper_directly(place, card, key))
        if not routes:
            raise fault(Code.FILE_REFUSED, "larger than the channel takes")
        return await _first_that_leads(routes)

    async def _post_inside(self, address: Address, card: Card, key: str) -> Receipt:
        """Into the thread that was wished for, which the first message opens."""
        there = inside(address)
        # Only who is named in a thread, or writes there, hears of it.
        mention = place_of(address).person if "." not in key else ""
        send = self._speak if card.is_voice and place_of(there).speaks else self._send
        try:
            return await send(there, card, key, mention)
        except Fault as error:
            if error.problem.code is not Code.CHAT_GONE:
                raise
        await self._open_thread(address, card)
        return await send(there, card, key, mention)

    async def _open_thread(self, address: Address, card: Card) -> None:
        place = place_of(address)
        client = await self._connection.client()
        # Not after the recording: nothing takes the thread away when that is deleted.
        name = label(Text("discord-thread"), place.locale)
        async with self._turn():
            try:
                await client.http.start_thread_with_message(
                    int(address.chat),
                    int(place.thread),
                    name=name[:THREAD_NAME],
                    auto_archive_duration=THREAD_LIFE,
                )
            except discord.HTTPException as error:
                if error.code != IS_THERE:
                    raise

    async def _post_privately(self, address: Address, card: Card, key: str) -> Receipt:
        place = place_of(address)
        if place.is_shared or "." in key:
            # In the place of "thinking", everybody would see it.
            with suppress(Fault):
                await self.withdraw(address)
            return await self._send_hidden(place, card)
        return await self._hide(place, ORIGINAL, card)

    async def edit(self, address: Address, receipt: Receipt, card: Card) -> Receipt:
        """Replace what a message shows."""
        await self._edit(address, receipt, card)
        return receipt

    async def _edit(self, address: Address, receipt: Receipt, card: Card) -> None:
        place = place_of(address)
        route, channel, message = receipt.split(":")
        is_alive = place.lives(self._now())
        if card.progress is not None and not self._pace.has_capacity(ROOM_FOR_PROGRESS):
            raise fault(Code.CHAT_DOWN, "no room for progress")
        if _concerns_nobody(place, card):
            await self.delete(address, receipt)
            return
        if card.is_private and is_alive and channel != place.thread:
            await self._hide_for_good(address, receipt, card)
            return
        limit = PROGRESS_TIMEOUT if card.progress is not None else SEND_TIMEOUT
        async with self._composing.message(card, place) as parts:
            if route == BY_TOKEN and is_alive:
                async with self._hook(place, limit=limit) as hook:
                    await hook.edit_message(int(message), **edited(parts))
                return
            async with self._turn(limit=limit):
                there = await self._channel(channel, place)
                await there.get_partial_message(int(message)).edit(**edited(parts))

    async def delete(self, address: Address, receipt: Receipt) -> None:
        """Take a message away; one that is gone is no error."""
        place = place_of(address)
        route, channel, message = receipt.split(":")
        try:
            if int(message) in self._pressed:
                async with self._hook(self._pressed[int(message)]) as hook:
                    await hook.delete_message(ORIGINAL)
            elif route == BY_TOKEN and place.lives(self._now()):
                async with self._hook(place) as hook:
                    await hook.delete_message(int(message))
            else:
                async with self._turn():
                    there = await self._channel(channel, place)
                    await there.get_partial_message(int(message)).delete()
        except Fault as error:
            if error.problem.code is not Code.CARD_GONE:
                raise

    def standing(self, address: Address) -> Address:
        """The channel, which the bot writes to in its own name."""
        return standing(address)

    def split(self, receipt: Receipt, count: int) -> tuple[Receipt, ...]:
        """They are one message."""
        return (receipt,) * count

    def open(self, source: Source) -> AsyncIterator[bytes]:
        """The bytes that a person attached."""
        return self._fetching.open(source)

    async def _hide(self, place: Place, message: int, card: Card) -> Receipt:
        """In place of a message for everybody, one for the person who asked."""
        async with self._hook(place) as hook:
            with suppress(discord.NotFound):
                await hook.delete_message(message)
        return await self._send_hidden(place, card)

    async def _send_hidden(self, place: Place, card: Card) -> Receipt:
        async with (
            self._composing.message(card, place) as parts,
            self._hook(place, is_send=True) as hook,
        ):
            hidden = await hook.send(wait=True, ephemeral=True, **parts)
        return _receipt(BY_TOKEN, hidden)

    async def _hide_for_good(self, address: Address, receipt: Receipt, card: Card) -> None:
        """The same as an edit, which may be repeated: what may have arrived is not sent again."""
        try:
            await self.delete(address, receipt)
            await self._send_hidden(place_of(address), card)
        except Fault as error:
            if error.problem.code is not Code.CHAT_UNSURE:
                raise

    async def _send(self, address: Address, card: Card, key: str, mention: str) -> Receipt:
        place = place_of(address)
        channel = await self._channel(address.chat, place)
        return await self._send_to(channel, place, card, key, mention)

    async def _whisper_directly(self, place: Place, card: Card, key: str) -> Receipt:
        client = await self._connection.client()
        async with self._turn():
            channel = await client.create_dm(discord.Object(int(place.person)))
        return await self._send_to(channel, place, card, key, "")

    async def _send_to(
        self,
        channel: discord.PartialMessageable | discord.DMChannel,
        place: Place,
        card: Card,
        key: str,
        mention: str,
    ) -> Receipt:
        reference = _reference(place, channel.id)
        async with self._turn():
            try:
                message = await self._said(channel, place, card, key, mention, reference)
            except discord.HTTPException as error:
                # To reply, one must be allowed to read what was written before.
                if not reference or error.code != CANNOT_REPLY:
                    raise
                message = await self._said(channel, place, card, key, mention, {})
        return _receipt(BY_CHANNEL, message)

    async def _said(
        self,
        channel: discord.abc.Messageable,
        place: Place,
        card: Card,
        key: str,
        mention: str,
        reference: Mapping[str, Any],
    ) -> discord.Message:
        async with self._composing.message(card, place, mention) as parts:
            message = await channel.send(nonce=key, **parts, **reference)
            is_whole = len(message.attachments) == len(parts.get("files", ()))
            if message.content == parts["content"] and is_whole:
                return message
        # The nonce found an earlier message, which shows an earlier card.
        async with self._composing.message(card, place, mention) as again:
            return await message.edit(**edited(again))

    async def _speak(self, address: Address, card: Card, key: str, _mention: str) -> Receipt:
        (track,) = card.tracks
        client = await self._connection.client()
        route = discord.http.Route(
            "POST", "/channels/{channel_id}/messages", channel_id=int(address.chat)
        )
        async with self._composing.voice(track, key) as parts, self._turn():
            sent = await client.http.request(route, **parts)
        return Receipt(f"{BY_CHANNEL}:{address.chat}:{sent['id']}")

    async def _channel(self, channel: str, place: Place) -> discord.PartialMessageable:
        client = await self._connection.client()
        guild = int(place.guild) if place.guild else None
        return client.get_partial_messageable(int(channel), guild_id=guild)

    @asynccontextmanager
    async def _turn(
        self, *, is_send: bool = False, limit: float = SEND_TIMEOUT
    ) -> AsyncIterator[None]:
        """A call to Discord: at its turn, not for ever, and what goes wrong as a `Fault`."""
        with translated(is_send=is_send):
            async with asyncio.timeout(limit):
                await self._pace.acquire()
                yield

    @asynccontextmanager
    async def _hook(
        self, place: Place, *, is_send: bool = False, limit: float = SEND_TIMEOUT
    ) -> AsyncIterator[discord.Webhook]:
        client: Client = await self._connection.client()
        hook = discord.Webhook.partial(int(place.app), place.token, client=client)
        # Partial webhooks count as somebody's own, which may not whisper.
        hook.type = discord.WebhookType.application
        async with self._turn(is_send=is_send, limit=limit):
            yield hook


IN_GUILD = frozenset({"here", "private", "thread"})
OUTSIDE = frozenset({"here", "private"})
ORIGINAL: Any = "@original"  # the library says int, Discord takes this word as well


async def _first_that_leads(routes: list[Callable[[], Any]]) -> Receipt:
    """The first route that takes the message. Raises what the last one said."""
    *others, last = routes
    for route in others:
        try:
            return Receipt(await route())
        except Fault as error:
            if error.problem.code not in ELSEWHERE:
                raise
    return Receipt(await last())


@contextmanager
def _unless_shut() -> Iterator[None]:
    """Where no thread can be opened or written in, the other ways are tried."""
    try:
        yield
    except Fault as error:
        if error.problem.code not in ELSEWHERE:
            raise


def _concerns_nobody(place: Place, card: Card) -> bool:
    """Words for whoever asked, where a channel is watched and nobody did."""
    return card.is_private and not place.token


def _fits(card: Card, room: float) -> bool:
    return all(track.bytes <= room for track in card.tracks)


def _reference(place: Place, channel: int) -> dict[str, Any]:
    if not place.reply_to or not place.is_open:
        return {}
    return {
        "reference": discord.MessageReference(
            message_id=int(place.reply_to), channel_id=channel, fail_if_not_exists=False
        ),
        "mention_author": False,
    }


def _receipt(route: str, message: Any) -> Receipt:
    return Receipt(f"{route}:{message.channel.id}:{message.id}")
