"""The whole pretended Discord: what there is, and what tests do with it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.fakes.discord import payloads
from tests.fakes.discord.files import Files
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.interaction import Interaction
from tests.fakes.discord.limits import Limits
from tests.fakes.discord.messages import Messages
from tests.fakes.discord.model import ALL, Call, Channel, Guild, Upload, User
from tests.fakes.discord.people import People
from tests.fakes.discord.rates import Rates
from tests.fakes.discord.server import PREFIX, Server
from tests.fakes.discord.shown import Shown, show
from tests.fakes.discord.waiting import PATIENCE, until
from tests.fakes.loopback import served

EPOCH = 1420070400000


class FakeDiscord:
    """A Discord on loopback; it outlives the clients that connect to it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.limits = Limits()
        self.origin = ""
        self._snowflakes = 0
        self.application_id = self.snowflake()
        self.bot = User(self.application_id, "Undertone", bot=True)
        self.bot_id = self.bot.id
        shape = base64.b64encode(str(self.bot_id).encode()).decode().rstrip("=")
        self.token = f"{shape}.Gfake0.loopback-token-of-a-pretended-discord"
        self._begin()
        self._assemble()

    def _begin(self) -> None:
        # What there is.
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.interactions: dict[str, Interaction] = {}
        self.commands: list[dict[str, Any]] = []
        self.command_ids: dict[tuple[int, str], int] = {}
        self.syncs = 0
        # What tests may turn.
        self.privileged: set[int] = set()
        self.gateway_down = False
        self.heartbeat = 41.25
        self.shards = 1
        # What was seen.
        self.calls: list[Call] = []
        self.broken: list[str] = []
        self.limited: list[str] = []
        self.invalid_requests = 0

    def _assemble(self) -> None:
        self.files = Files(self)
        self.texts = Messages(self)
        self.rates = Rates(self.limits)
        self.gateway = Gateway(self)
        self.people = People(self)
        self.server = Server(self)
        self.announce = self.people.announce
        self.slash = self.people.slash
        self.autocomplete = self.people.autocomplete
        self.menu = self.people.menu
        self.press = self.people.press
        self.forge = self.people.forge
        self.choose = self.people.choose
        self.submit = self.people.submit
        self.say = self.people.say
        self.fail = self.server.fail
        self.hold = self.server.hold

    @classmethod
    @asynccontextmanager
    async def running(cls, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        """A Discord that listens on loopback."""
        fake = cls(now)
        async with served(fake.server.app()) as fake.origin:
            try:
                yield fake
            finally:
                fake.server.let_go()
                await fake.gateway.stop()

    @property
    def api_base(self) -> str:
        return self.origin + PREFIX

    @property
    def gateway_url(self) -> str:
        return self.origin.replace("http", "ws", 1) + "/gateway"

    @property
    def identifies(self) -> int:
        return self.gateway.identifies

    @property
    def resumes(self) -> int:
        return self.gateway.resumes

    @property
    def intents(self) -> int:
        return self.gateway.intents

    def snowflake(self) -> int:
        """A new id that says when it was made."""
        self._snowflakes += 1
        made = int(self.now().timestamp() * 1000) - EPOCH
        return made << 22 | self._snowflakes & 0x3FFFFF

    # What there is.

    def add_guild(self, *, boost_tier: int = 0, locale: str = "en-US", bot: bool = True) -> Guild:
        """A server; `bot=False`: only users who installed the app have it there."""
        guild = Guild(self.snowflake(), boost_tier, locale, bot)
        self.guilds[guild.id] = guild
        if bot:
            said = payloads.guild(guild, [], self.bot)
            self.gateway.dispatch("GUILD_CREATE", said, guild)
        return guild

    def add_channel(
        self,
        guild: Guild | None,
        *,
        kind: str = "text",
        parent: Channel | None = None,
        permissions: int = ALL,
        name: str = "channel",
        number: int | None = None,
    ) -> Channel:
        """A channel where the bot has these permissions; "group" is one of users without it.

        number: its id, where it is not its own: a thread has that of the message it hangs on.
        """
        if kind == "thread" and parent is None:
            parent = self.add_channel(guild, permissions=permissions)
        channel = Channel(number or self.snowflake(), kind, guild, parent, permissions, name)
        self.channels[channel.id] = channel
        if guild is not None and guild.present:
            event = "THREAD_CREATE" if kind == "thread" else "CHANNEL_CREATE"
            self.gateway.dispatch(event, payloads.channel(channel), guild)
        return channel

    def channels_of(self, guild: Guild) -> list[Channel]:
        return [one for one in self.channels.values() if one.guild is guild and not one.deleted]

    def add_user(self, name: str = "Ada", *, dms_open: bool = True, mutual: bool = True) -> User:
        user = User(self.snowflake(), name, dms_open, mutual)
        self.users[user.id] = user
        return user

    def somebody(self) -> User:
        """The person who does what nobody in particular does."""
        people = (one for one in self.users.values() if not one.bot)
        return next(people, None) or self.add_user()

    def dm(self, user: User) -> Channel:
        """The private channel between the bot and a person."""
        for one in self.channels.values():
            if one.kind == "dm" and one.recipient is user:
                return one
        channel = Channel(self.snowflake(), "dm", recipient=user)
        self.channels[channel.id] = channel
        return channel

    def attach(
        self,
        data: bytes,
        *,
        name: str = "a.wav",
        content_type: str | None = "audio/wav",
        duration: float | None = None,
        waveform: str | None = None,
        size: int | None = None,
    ) -> Upload:
        """A file that a person uploaded; `size` is what Discord claims if not the truth."""
        claimed = len(data) if size is None else size
        made = Upload(self.snowflake(), name, data, content_type, claimed)
        made.duration, made.waveform = duration, waveform
        return self.files.add(made)

    def delete_message(self, message) -> None:
        """Somebody deletes a message."""
        if found := self.texts.get(message.id):
            self.texts.delete(found)

    def delete_channel(self, channel: Channel) -> None:
        channel.deleted = True
        said = payloads.channel(channel)
        self.gateway.dispatch("CHANNEL_DELETE", said, channel.guild)

    def kick(self, guild: Guild) -> None:
        """The bot is thrown out."""
        guild.present = False
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)}, guild)

    def invite(self, guild: Guild) -> None:
        """The bot is taken in, perhaps again."""
        guild.present = True
        said = payloads.guild(guild, self.channels_of(guild), self.bot)
        del said["unavailable"]  # which only stands with guilds that READY has named
        self.gateway.dispatch("GUILD_CREATE", said, guild)

    def outage(self, guild: Guild) -> None:
        """The guild is away for a while; the bot stays a member."""
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild)

    def entitlement(self, sku: int, owner: Guild | User, ends_at: str | None = None):
        """Something that was bought, as the events of `sell` tell of it."""
        return payloads.entitlement(self, sku, owner, ends_at)

    def sell(self, event: str, said: dict[str, Any]) -> None:
        """Tell of it: CREATE, UPDATE or DELETE; to shard 0 alone, whoever it belongs to."""
        self.gateway.dispatch(f"ENTITLEMENT_{event}", said)

    def expire_token(self, interaction: Interaction) -> None:
        interaction.dead = True

    # What is seen.

    def messages(self, channel: Channel) -> list[Shown]:
        """What everybody sees in a channel, oldest first."""
        return [show(self, one) for one in channel.messages if not (one.ephemeral or one.loading)]

    def breach(self, what: str) -> None:
        """Write down what a well-behaved bot would not do."""
        self.broken.append(what)

    def dump(self) -> str:
        calls = "\n".join(f"  {one.status} {one.method} {one.path}" for one in self.calls[-20:])
        broken = "\n".join(f"  {one}" for one in self.broken)
        return f"the last calls:\n{calls}\nbreaches:\n{broken or '  none'}"

    # The gateway.

    async def connected(self, timeout: float = PATIENCE) -> None:
        """Return once every shard has a client that listens."""
        await until(lambda: self.gateway.is_connected, timeout, self.dump)

    async def drop(self, how: str, *, code: int = 1001) -> None:
        """Lose the gateway.

        how: "close" (with `code`), "reset", "reconnect" (op 7), "invalid" and
        "invalid_resumable" (op 9), "silent" (nothing comes any more),
        "zombie" (heartbeats are not answered any more).
        """
        await self.gateway.drop(how, code)

    @contextmanager
    def gateway_away(self):
        """New connections to the gateway are refused meanwhile."""
        self.gateway_down = True
        try:
            yield
        finally:
            self.gateway_down = False

    async def until(self, condition, timeout: float = PATIENCE):
        """The first true value of `condition`."""
        return await until(condition, timeout, self.dump)
