"""Where an answer may go: what an interaction offers, kept as plain words with the job."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime

import discord

from adapters.discord.limits import FILE_BYTES, TOKEN_LIFE, TOKEN_MARGIN
from services.model import Address, Person

PLATFORM = "discord"
# Channels whose messages can have threads.
THREADED = (discord.ChannelType.text, discord.ChannelType.news)
BEGINNING = datetime.fromtimestamp(0, UTC).isoformat()  # no token lived then


@dataclass(frozen=True, slots=True)
class Place:
    """One interaction, as far as answers need it after a restart.

    until: when its token dies. person: who asked.
    is_open: whether the bot itself may write in the channel, without the token.
    token_bytes, channel_bytes: of one file, by the token and by the channel.
    speaks: whether voice messages may be sent there.
    is_shared: several jobs came of it, so its first answer belongs to none alone.
    is_hidden: its answers are for its person's eyes, also later.
    reply_to: the message that the sound came from, where the channel still has it.
    thread: the message of the channel whose thread takes the answers; it has the thread's id.
    """

    until: str
    person: str = ""
    app: str = ""
    token: str = ""
    locale: str = "en"
    guild: str = ""
    is_open: str = ""
    token_bytes: str = str(FILE_BYTES)
    channel_bytes: str = str(FILE_BYTES)
    speaks: str = ""
    is_shared: str = ""
    is_hidden: str = ""
    reply_to: str = ""
    thread: str = ""

    def lives(self, now: datetime) -> bool:
        """Whether the token still answers."""
        return bool(self.token) and now < self.ends

    @property
    def ends(self) -> datetime:
        """Until when something can be begun with the token."""
        return datetime.fromisoformat(self.until) - TOKEN_MARGIN

    def bytes(self, now: datetime) -> int:
        """What one file may have at the moment."""
        is_by_token = self.lives(now) and not self.thread
        return int(self.token_bytes if is_by_token else self.channel_bytes)


NAMES = frozenset(field.name for field in fields(Place))


def place_of(address: Address) -> Place:
    """The place that `address_of` wrote down."""
    return Place(**{name: value for name, value in address.route.items() if name in NAMES})


def address_of(
    interaction: discord.Interaction,
    *,
    reply_to: str = "",
    is_shared: bool = False,
    is_hidden: bool = False,
    locale: str = "",
) -> Address:
    """The address of an interaction; nothing is asked of Discord.

    locale: the language of its answers, where that is not their reader's at Discord.
    """
    in_guild, is_own = _is_member(interaction), is_home(interaction)
    guild = interaction.guild if in_guild else None
    may = interaction.app_permissions
    speaks = is_own or (in_guild and may.send_voice_messages and may.attach_files)
    place = Place(
        app=str(interaction.application_id),
        token=interaction.token,
        until=(interaction.created_at + TOKEN_LIFE).isoformat(),
        person=str(interaction.user.id),
        locale=locale or str(interaction.locale),
        guild=str(interaction.guild_id) if in_guild else "",
        is_open="1" if is_own or (in_guild and not is_hidden) else "",
        token_bytes=str(interaction.filesize_limit),
        channel_bytes=str(guild.filesize_limit if guild else FILE_BYTES),
        speaks="1" if speaks and not is_hidden else "",
        is_shared="1" if is_shared else "",
        is_hidden="1" if is_hidden else "",
        reply_to=reply_to,
    )
    space = str(interaction.guild_id) if in_guild else f"person-{interaction.user.id}"
    return Address(
        PLATFORM,
        space,
        str(interaction.channel_id or ""),
        _route(place),
        corners=_corners(interaction.channel) if in_guild else (),
        is_guest=not in_guild and not is_own,
    )


def address_in(message: discord.Message, locale: str) -> Address:
    """The address of a message that nobody commanded anything about; it has no token."""
    assert message.guild is not None
    place = Place(
        app="",
        token="",
        until=message.created_at.isoformat(),
        person=str(message.author.id),
        locale=locale,
        guild=str(message.guild.id),
        is_open="1",
        channel_bytes=str(message.guild.filesize_limit),
        speaks="1",
        reply_to=str(message.id),
    )
    chat, corners = str(message.channel.id), _corners(message.channel)
    return Address(PLATFORM, str(message.guild.id), chat, _route(place), corners=corners)


def in_thread(address: Address, anchor: str) -> Address:
    """The same, answered in the thread of a message in the channel."""
    return replace(address, route={**address.route, "thread": anchor})


def inside(address: Address) -> Address:
    """That thread, which the bot writes to in its own name."""
    place = place_of(address)
    kept = replace(place, until=BEGINNING, token="", reply_to="", thread="", is_open="1")
    return replace(address, chat=place.thread, route=_route(kept))


def _corners(channel: object) -> tuple[str, ...]:
    """A thread or a post, and the channel that it belongs to; else the channel."""
    if isinstance(channel, discord.Thread):
        return (str(channel.id), str(channel.parent_id))
    number = getattr(channel, "id", None)
    return () if number is None else (str(number),)


def standing(address: Address) -> Address:
    """The same channel without the interaction and its person."""
    place = place_of(address)
    kept = Place(
        until=BEGINNING,
        person="",
        locale=place.locale,
        guild=place.guild,
        is_open="1",
        channel_bytes=place.channel_bytes,
    )
    return replace(address, route=_route(kept))


def has_threads(interaction: discord.Interaction) -> bool:
    """Whether the bot may answer there in a thread that it opens."""
    may, kind = interaction.app_permissions, getattr(interaction.channel, "type", None)
    is_open = may.create_public_threads and may.send_messages_in_threads and may.send_messages
    return _is_member(interaction) and kind in THREADED and is_open


def is_in_thread(interaction: discord.Interaction) -> bool:
    """Whether it was asked in a thread."""
    return isinstance(interaction.channel, discord.Thread)


def _is_member(interaction: discord.Interaction) -> bool:
    """Whether the bot itself is in the guild, not only with the person who asks."""
    return interaction.guild_id is not None and interaction.is_guild_integration()


def is_home(interaction: discord.Interaction) -> bool:
    """Whether it is the person's own chat with the bot."""
    return interaction.guild_id is None and not interaction.context.private_channel


def _route(place: Place) -> Mapping[str, str]:
    return {name: value for name, value in asdict(place).items() if value}


def person_of(interaction: discord.Interaction) -> Person:
    """Who asks. A chat without a guild is nobody's to look after: its limits are the usual ones."""
    is_admin = _is_member(interaction) and interaction.permissions.manage_guild
    roles = roles_of(interaction.user)
    return Person(str(interaction.user.id), str(interaction.locale), is_admin, roles)


def roles_of(member: discord.User | discord.Member) -> tuple[str, ...]:
    """Their roles as they were sent: the library knows only those of guilds that it has seen."""
    return tuple(str(role) for role in getattr(member, "_roles", ()))
