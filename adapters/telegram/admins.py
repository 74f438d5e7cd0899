"""Who looks after a group: asked of Telegram, and believed for a minute."""

import asyncio
import logging
from collections import OrderedDict
from weakref import WeakValueDictionary

from telegram.constants import ChatMemberStatus

from adapters.telegram.connection import Connection
from adapters.telegram.faults import translated
from services.problems import Fault

log = logging.getLogger(__name__)

FRESH = 60.0  # seconds
MOST = 10_000
ADMINS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
ASK_TIMEOUT = 5.0


class Admins:
    """Knows for a minute what it was told."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._asking: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()
        self._known: OrderedDict[tuple[int, int], tuple[float, bool]] = OrderedDict()

    async def has(self, chat: int, person: int) -> bool:
        """Whether this person looks after this group; not, where Telegram does not say."""
        async with self._asking.setdefault((chat, person), asyncio.Lock()):
            return await self._asked(chat, person)

    async def _asked(self, chat: int, person: int) -> bool:
        clock = asyncio.get_running_loop().time
        asked, is_admin = self._known.get((chat, person), (-FRESH, False))
        if clock() - asked < FRESH:
            return is_admin
        try:
            bot = await self._connection.bot()
            with translated():
                async with asyncio.timeout(ASK_TIMEOUT):
                    member = await bot.get_chat_member(chat, person)
        except Fault as error:
            log.info("admin not known", extra={"problem": str(error.problem.code)})
            return False
        self._known[chat, person] = clock(), member.status in ADMINS
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return member.status in ADMINS

    def changed(self, chat: int) -> None:
        """Somebody's place in this group changed."""
        for known in [one for one in self._known if one[0] == chat]:
            del self._known[known]
