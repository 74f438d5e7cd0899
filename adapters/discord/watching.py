"""Auto-clean channels: every recording there is cleaned unasked, in a reply."""

import logging
from dataclasses import replace
from functools import partial

import discord

from adapters.discord.fetching import source_of
from adapters.discord.limits import VOICE_FLAG
from adapters.discord.messenger import DiscordMessenger
from adapters.discord.place import address_in, in_thread, roles_of
from adapters.discord.replying import THREAD
from services import spaces
from services.desk import Desk
from services.model import Ask, Person, Source
from services.ports import Store
from services.problems import Fault

log = logging.getLogger(__name__)

COMMAND = "denoise"
# Nobody asked, so nobody should read about what turns out to be none.
SURELY_SOUND = ("audio/", "video/", "application/ogg")


class Watching:
    """Hears the messages of all channels; does something in those that admins chose."""

    def __init__(self, desk: Desk, messenger: DiscordMessenger, store: Store) -> None:
        self._desk = desk
        self._messenger = messenger
        self._store = store

    async def hear(self, message: discord.Message) -> None:
        """Clean the sounds of a message, if this channel is one of the chosen."""
        if message.guild is None or message.author.bot:
            return
        sources = tuple(_sounds(message))
        if not sources:
            return
        try:
            await self._clean(message, message.guild, sources)
        except Fault as error:
            # Nobody asked, so nobody is told what does not work.
            log.info("message not cleaned", extra={"problem": str(error.problem.code)})
        except Exception:
            log.exception("message not cleaned")

    async def _clean(
        self, message: discord.Message, guild: discord.Guild, sources: tuple[Source, ...]
    ) -> None:
        locale = str(guild.preferred_locale)
        address = address_in(message, locale)
        chosen = await self._store.read(lambda tx: spaces.watched(tx, address))
        # A thread or a post belongs to its channel.
        parent = str(getattr(message.channel, "parent_id", ""))
        if address.chat not in chosen and parent not in chosen:
            return
        person = Person(str(message.author.id), locale, roles=roles_of(message.author))
        wants = await self._desk.prefers(address, person)
        locale = wants.language or locale
        address = address_in(message, locale)
        if wants.reply == THREAD and _may_open(message, guild):
            address = in_thread(address, str(message.id))
        person = replace(person, locale=locale)
        ask = Ask(COMMAND, {}, sources, person, address, str(message.id))
        for card in await self._desk.handle(ask):
            if card.job is not None:
                show = partial(self._messenger.post, address, card, card.job)
                await self._desk.introduce(card.job, show)


def _may_open(message: discord.Message, guild: discord.Guild) -> bool:
    """Whether the bot may open a thread from this message."""
    channel = message.channel
    if not isinstance(channel, discord.TextChannel):
        return False
    may = channel.permissions_for(guild.me)
    return may.create_public_threads and may.send_messages_in_threads


def _sounds(message: discord.Message) -> list[Source]:
    is_voice = bool(message.flags.value & VOICE_FLAG)
    described = [
        {
            "id": one.id,
            "filename": one.filename,
            "content_type": one.content_type or "",
            "size": one.size,
            "url": one.url,
        }
        for one in message.attachments
        if (one.content_type or "").startswith(SURELY_SOUND)
    ]
    where = {"channel": str(message.channel.id), "message": str(message.id)}
    return [source_of(one, is_voice=is_voice, **where) for one in described]
