"""For whom the bot speaks in chats of their own: asked of Telegram, and believed for a minute."""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass

from adapters.telegram.connection import Connection
from adapters.telegram.faults import translated
from services.problems import Code, Fault

log = logging.getLogger(__name__)

FRESH = 60.0  # seconds
MOST = 1_000
ASK_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Owner:
    """Whoever let the bot into their chats.

    chat: their own chat with the bot. may_reply: whether it may write in their name.
    """

    id: int
    chat: int
    may_reply: bool


class Owners:
    """Knows for a minute what it was told."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: OrderedDict[str, tuple[float, Owner]] = OrderedDict()

    async def of(self, connection_id: str) -> Owner | None:
        """Who is behind this connection; None where it is over, or Telegram does not say."""
        clock = asyncio.get_running_loop().time
        asked, owner = self._known.get(connection_id, (-FRESH, None))
        if owner is not None and clock() - asked < FRESH:
            return owner
        try:
            bot = await self._connection.bot()
            with translated():
                async with asyncio.timeout(ASK_TIMEOUT):
                    found = await bot.get_business_connection(connection_id)
        except Fault as error:
            if error.problem.code is Code.CHAT_DOWN:
                raise
            log.info("owner not known", extra={"problem": str(error.problem.code)})
            return None
        if not found.is_enabled:
            return None
        may_reply = bool(found.rights and found.rights.can_reply)
        owner = Owner(found.user.id, found.user_chat_id, may_reply)
        self._known[connection_id] = clock(), owner
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return owner

    def changed(self, connection_id: str) -> None:
        """Somebody gave other rights, or took them away."""
        self._known.pop(connection_id, None)
