"""Publishes the commands, and says how the bot is added."""

from collections.abc import Sequence

from adapters.publishing import Published
from adapters.telegram import payloads
from adapters.telegram.connection import Connection
from adapters.telegram.faults import translated
from adapters.telegram.place import PLATFORM
from services.commands.command import Command
from services.ports import Store


class Syncing:
    """What an operator does once, and after an update."""

    def __init__(self, connection: Connection, commands: Sequence[Command], store: Store) -> None:
        self._connection = connection
        self._wanted = payloads.payload(commands)
        self._published = Published(store, PLATFORM, payloads.plain(self._wanted))

    async def publish(self, *, is_forced: bool = False) -> bool:
        """Publish the commands where they changed since; whether anything was published."""
        bot = await self._connection.bot()
        if not is_forced and await self.is_current():
            return False
        for scope, language, commands in self._wanted:
            with translated():
                await bot.set_my_commands(commands, scope, language)
        await self._published.remember(str(self._connection.id))
        return True

    async def is_current(self) -> bool:
        """Whether these very commands were published, as far as this installation remembers."""
        return await self._published.is_current(str(self._connection.id))

    async def invitations(self) -> list[tuple[str, str]]:
        """Addresses that open a chat with the bot, and that add it to a group."""
        bot = await self._connection.bot()
        start = f"https://t.me/{bot.username}"
        return [("private chat", start), ("group", f"{start}?startgroup=true")]
