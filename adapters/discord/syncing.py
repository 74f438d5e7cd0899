"""Publishes the commands, and says how the bot is invited."""

from collections.abc import Sequence

import discord

from adapters.discord import payloads
from adapters.discord.connection import Connection
from adapters.discord.faults import translated
from adapters.discord.limits import PERMISSIONS
from adapters.discord.place import PLATFORM
from adapters.publishing import Published
from services.commands.command import Command
from services.ports import Store

AUTHORIZE = "https://discord.com/oauth2/authorize"


class Syncing:
    """What an operator does once, and after an update."""

    def __init__(self, connection: Connection, commands: Sequence[Command], store: Store) -> None:
        self._connection = connection
        self._wanted = payloads.payload(commands)
        self._published = Published(store, PLATFORM, self._wanted)

    async def publish(self, *, is_forced: bool = False) -> bool:
        """Publish the commands where they changed since; whether anything was published."""
        client = await self._connection.client()
        if not is_forced and await self.is_current():
            return False
        with translated():
            await client.http.bulk_upsert_global_commands(_application(client), self._wanted)
        await self._published.remember(str(_application(client)))
        return True

    async def is_current(self) -> bool:
        """Whether these very commands were published, as far as this installation remembers."""
        client = await self._connection.client()
        return await self._published.is_current(str(_application(client)))

    async def invitations(self) -> list[tuple[str, str]]:
        """Addresses that add the bot: to a server, and to a person everywhere."""
        client = await self._connection.client()
        start = f"{AUTHORIZE}?client_id={_application(client)}"
        server = f"{start}&scope=bot+applications.commands&permissions={PERMISSIONS}"
        return [
            ("server", f"{server}&integration_type=0"),
            ("person", f"{start}&scope=applications.commands&integration_type=1"),
        ]


def _application(client: discord.Client) -> int:
    assert client.application_id is not None, "known after the login"
    return client.application_id
