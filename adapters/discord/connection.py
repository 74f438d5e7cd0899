"""The one client of this process: logged in when first needed, listening where it is told to."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import discord
import yarl
from discord.gateway import DiscordWebSocket

from adapters.discord.belonging import Belonging
from adapters.discord.faults import translated
from services.problems import Code, fault

log = logging.getLogger(__name__)

LONGEST_WAIT = 60.0  # seconds for a rate limit; what must wait longer is tried again later
LOGIN_TIMEOUT = 30.0
CLOSE_TIMEOUT = 3.0
DRAIN = 5.0  # for those who were acknowledged when we stop

OnInteraction = Callable[[discord.Interaction], Awaitable[None]]
OnMessage = Callable[[discord.Message], Awaitable[None]]


class Client(discord.AutoShardedClient):
    """Hands every interaction on as it comes. Keeps nothing of what it sees."""

    def __init__(
        self, on_interaction: OnInteraction, on_message: OnMessage | None, belonging: Belonging
    ) -> None:
        intents = discord.Intents(guilds=True)
        if on_message is not None:
            intents |= discord.Intents(guild_messages=True, message_content=True)
        # Said about its voice chats, which we have no use for.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=intents,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_WAIT,
        )
        self.busy: set[asyncio.Task[object]] = set()  # handlers under way
        self._take = on_interaction
        self._hear = on_message
        self._belonging = belonging
        self._up: set[int] = set()  # shards that hear something

    @property
    def is_up(self) -> bool:
        """Whether anything is heard."""
        # A client that fell says nothing of its shards any more.
        return bool(self._up) and not self.is_closed()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        with self._held():
            await self._take(interaction)

    async def on_message(self, message: discord.Message) -> None:
        if self._hear is not None:
            with self._held():
                await self._hear(message)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        with self._held():
            await self._belonging.joined(guild)

    async def on_ready(self) -> None:
        with self._held():
            await self._belonging.is_in(self.guilds)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        with self._held():
            await self._belonging.joined(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        with self._held():
            await self._belonging.left(guild)

    async def on_entitlement_create(self, entitlement: discord.Entitlement) -> None:
        with self._held():
            await self._belonging.entitled(entitlement)

    async def on_entitlement_update(self, entitlement: discord.Entitlement) -> None:
        with self._held():
            await self._belonging.entitled(entitlement)

    async def on_entitlement_delete(self, entitlement: discord.Entitlement) -> None:
        with self._held():
            await self._belonging.disentitled(entitlement)

    @contextmanager
    def _held(self) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None
        self.busy.add(task)
        try:
            yield
        finally:
            self.busy.discard(task)

    async def on_shard_connect(self, shard: int) -> None:
        self._up.add(shard)
        log.info("connected to Discord", extra={"shard": shard})

    async def on_shard_resumed(self, shard: int) -> None:
        self._up.add(shard)

    async def on_shard_disconnect(self, shard: int) -> None:
        self._up.discard(shard)
        log.info("Discord hung up", extra={"shard": shard})


class Connection:
    """Makes the client, and a new one when it broke.

    Writing needs no gateway, so a process that only works never opens one.
    """

    def __init__(
        self, token: str, api_base: str | None, make: Callable[[bool], Client], *, watches: bool
    ) -> None:
        self._token = token
        self._api_base = api_base
        self._make = make
        self.may_watch = watches
        self._client: Client | None = None
        self._logging_in = asyncio.Lock()
        self._listens = False

    async def client(self) -> Client:
        """A client that is logged in. Raises `Fault` where that is not possible now."""
        async with self._logging_in:
            if self._client is None or self._client.is_closed():
                self._client = await self._logged_in()
            return self._client

    async def _logged_in(self) -> Client:
        client = self._make(self.may_watch)
        if self._api_base:
            discord.http.Route.BASE = self._api_base
        try:
            with translated():
                async with asyncio.timeout(LOGIN_TIMEOUT):
                    await client.login(self._token)
        except discord.LoginFailure as error:
            await client.close()
            why = "Discord does not accept UNDERTONE_DISCORD__TOKEN; the right one stands in the "
            raise fault(Code.CHAT_DOWN, why + "developer portal, under Bot") from error
        except BaseException:
            await client.close()
            raise
        return client

    async def listen(self) -> None:
        """Hear what happens until cancelled; raises when the connection is lost for good."""
        self._listens = True
        client = await self.client()
        try:
            if self._api_base:
                await _follow(client)
            await client.connect(reconnect=True)
        except discord.PrivilegedIntentsRequired as error:
            # Each refused attempt counts towards a limit that resets the token: not twice.
            self.may_watch = False
            raise RuntimeError(
                "UNDERTONE_DISCORD__AUTO_CLEAN needs the message content intent: switch it on in "
                "Discord's developer portal under Bot, or set it to false. Until the next start "
                "no channel is watched."
            ) from error
        finally:
            # What was acknowledged is still answered.
            if client.busy:
                await asyncio.wait(set(client.busy), timeout=DRAIN)
            await _closed(client)

    async def check(self) -> None:
        """Raises when this process should hear Discord and does not."""
        if self._listens and not (self._client is not None and self._client.is_up):
            raise ConnectionError("Discord is not connected")

    async def close(self) -> None:
        """End it; harmless when it never began."""
        if self._client is not None:
            await _closed(self._client)


async def _closed(client: Client) -> None:
    """Say goodbye, but not for long: a gateway that is away does not answer."""
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await client.close()
    except TimeoutError:
        await client.http.close()


async def _follow(client: Client) -> None:
    """The gateway of the same base, which the library would leave after a lost session."""
    with translated():
        _, address, _ = await client.http.get_bot_gateway()
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)
