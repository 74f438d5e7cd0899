"""The one bot of this process: it says hello when it is first needed."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest

from adapters.telegram.faults import translated
from services.problems import Code, fault

API = "https://api.telegram.org"
# An answer about an upload of 50 MB takes its time.
READ_TIMEOUT, WRITE_TIMEOUT, UPLOAD_TIMEOUT = 60.0, 60.0, 300.0
CONNECT_TIMEOUT, POOL_TIMEOUT = 10.0, 30.0
POOL, POOL_FOR_UPDATES = 64, 2
POLL = 30  # seconds that Telegram holds a question for updates
POLL_TIMEOUT = 10.0  # seconds after those in which it must have answered
LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


class Connection:
    """Makes the bot; a process that only works never listens."""

    def __init__(self, token: str, api_base: str | None, *, is_local: bool) -> None:
        self._base = api_base or API
        # The environment's proxy leads out of the machine, not to a server on it.
        self.is_far = urlsplit(self._base).hostname not in LOCAL
        # Made once: reading the certificates holds up everything else for a twentieth of a second.
        self.tls = httpx.create_ssl_context(trust_env=self.is_far)
        more = {"trust_env": self.is_far, "verify": self.tls}
        self._polling = _request(POOL_FOR_UPDATES, POLL + POLL_TIMEOUT, more)
        self._bot = Bot(
            token,
            base_url=f"{self._base}/bot",
            base_file_url=f"{self._base}/file/bot",
            request=_request(POOL, READ_TIMEOUT, more),
            get_updates_request=self._polling,
            local_mode=is_local,
        )
        self._greeting = asyncio.Lock()
        self._is_known = False

    async def bot(self) -> Bot:
        """The bot, which knows its own name. Raises `Fault` where that is not possible now."""
        async with self._greeting:
            if not self._is_known:
                with translated():
                    await self._bot.initialize()
                self._is_known = True
        return self._bot

    async def reach(self) -> None:
        """Raises `Fault` where Telegram cannot be reached with this token."""
        await self.bot()

    async def updates(self, **asked: Any) -> Sequence[Mapping[str, Any]]:
        """Updates as Telegram tells them: read together, one would be in the way of all others.

        asked: the parameters of getUpdates. Raises `Fault`.
        """
        bot = await self.bot()
        query = urlencode({name: json.dumps(value) for name, value in asked.items()})
        with translated():
            found: Any = await self._polling.post(f"{bot.base_url}/getUpdates?{query}")
        told: Sequence[Mapping[str, Any]] = found
        return told

    @property
    def id(self) -> int:
        """The number of the bot, which its token begins with."""
        number, _, _ = self._bot.token.partition(":")
        if not number.isdecimal():
            raise fault(Code.CHAT_DOWN, "UNDERTONE_TELEGRAM__TOKEN is no token of @BotFather")
        return int(number)

    async def close(self) -> None:
        """End it; harmless when it never began."""
        await self._bot.shutdown()


def _request(pool: int, read: float, more: dict[str, Any]) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=pool,
        read_timeout=read,
        write_timeout=WRITE_TIMEOUT,
        connect_timeout=CONNECT_TIMEOUT,
        pool_timeout=POOL_TIMEOUT,
        media_write_timeout=UPLOAD_TIMEOUT,
        httpx_kwargs=more,
    )
