"""Where the bot is a member, and what was bought there: told to the desk as it changes."""

from collections.abc import Iterable

import discord

from adapters.discord.place import PLATFORM, place_of
from services import spaces
from services.desk import Desk
from services.plans import PLAN
from services.ports import Store
from services.transactions import Tx

MOST = 10_000  # jobs under way


class Belonging:
    """Hears of guilds and entitlements."""

    def __init__(self, desk: Desk, store: Store) -> None:
        self._desk = desk
        self._store = store

    async def joined(self, guild: discord.Guild) -> None:
        """The bot is a member there: new, again, or still."""
        await self._desk.joined(PLATFORM, str(guild.id))

    async def left(self, guild: discord.Guild) -> None:
        """It is no member any more; what nobody can be told there ends."""
        await self._desk.removed(PLATFORM, str(guild.id))
        for chat in await self._silent(str(guild.id)):
            await self._desk.left(PLATFORM, chat, str(guild.id))

    async def is_in(self, guilds: Iterable[discord.Guild]) -> None:
        """These are all; a guild that was used and is not among them left while nobody heard it."""
        members = {str(guild.id) for guild in guilds}
        for space in await self._store.read(_known_guilds):
            if space not in members:
                await self._desk.removed(PLATFORM, space)

    async def _silent(self, guild: str) -> set[str]:
        """Chats whose jobs nobody asked for: those who did can be told directly."""
        jobs = await self._store.read(lambda tx: tx.open_jobs(MOST))
        where = (PLATFORM, guild)
        here = [job.address for job in jobs if (job.address.platform, job.address.space) == where]
        asked = {address.chat for address in here if place_of(address).token}
        return {address.chat for address in here} - asked

    async def entitled(self, entitlement: discord.Entitlement) -> None:
        """Something was bought, goes on, or has an end now."""
        if entitlement.deleted:
            await self.disentitled(entitlement)
            return
        sold, until = str(entitlement.sku_id), entitlement.ends_at
        await self._desk.entitled(PLATFORM, _space(entitlement), sold, until)

    async def disentitled(self, entitlement: discord.Entitlement) -> None:
        """It was paid back, or taken away."""
        await self._desk.disentitled(PLATFORM, _space(entitlement), str(entitlement.sku_id))


def _known_guilds(tx: Tx) -> list[str]:
    """Guilds that used something or set something; people's own places are no guilds."""
    found = [space for platform, space in tx.known_spaces() if platform == PLATFORM]
    # The operator may have given a tier to one that has not let the bot in yet.
    return [one for one in found if one.isdigit() and PLAN not in tx.space(PLATFORM, one)]


def _space(entitlement: discord.Entitlement) -> str:
    """Whose it is: a guild's, or the person's own."""
    if entitlement.guild_id is not None:
        return str(entitlement.guild_id)
    return spaces.own_of(str(entitlement.user_id))
