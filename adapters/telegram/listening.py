"""How updates arrive: asked for, or posted to our own server. None is lost, none counts too early.

An update counts as taken when what it causes is committed: only then the offset moves, or the
post is answered with 200. Until then Telegram gives it again.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

from aiohttp import web
from telegram import Update

from adapters.telegram.answering import Answering
from adapters.telegram.connection import POLL, Connection
from adapters.telegram.faults import FloodWait, translated
from services.problems import Fault

log = logging.getLogger(__name__)

PATH = "/webhooks/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
# Edited messages are not among them: an edit must not do it all again.
ALLOWED = ("message", "callback_query", "my_chat_member", "chat_member")
GUESTS = ("guest_message",)
BUSINESS = ("business_connection", "business_message")
AT_ONCE = 100  # updates of one answer
CONNECTIONS = 40
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
FAREWELL = 5.0  # seconds for the last word to Telegram


def secret_of(token: str) -> str:
    """What Telegram sends along with every post: known to all who know the token, and no others."""
    return hmac.new(token.encode(), b"undertone webhook", sha256).hexdigest()


class Listening:
    """Hears what people do until it is cancelled.

    allowed: of what kinds.
    """

    def __init__(
        self, connection: Connection, answering: Answering, allowed: Sequence[str] = ALLOWED
    ) -> None:
        self._connection = connection
        self._answering = answering
        self._allowed = allowed
        self._listens = False
        self._is_up = False

    async def poll(self) -> None:
        """Ask again and again. Raises `Fault` where that will not help."""
        self._listens = True
        bot, offset, pause = await self._connection.bot(), 0, FIRST_PAUSE
        with translated():
            await bot.delete_webhook()
        try:
            while True:
                try:
                    updates = await self._next(offset, POLL)
                except Fault as error:
                    self._is_up = False
                    wait = error.seconds if isinstance(error, FloodWait) else pause
                    log.warning("no updates", extra={"why": error.problem.detail, "seconds": wait})
                    await asyncio.sleep(wait)
                    pause = min(2 * pause, LONGEST_PAUSE)
                    continue
                self._is_up, pause = True, FIRST_PAUSE
                await asyncio.gather(*(self._answering.take(update) for update in updates))
                if updates:
                    offset = updates[-1].update_id + 1
        finally:
            self._is_up = False
            await self._leave(offset)

    async def _next(self, offset: int, seconds: int) -> Sequence[Update]:
        bot = await self._connection.bot()
        with translated():
            return await bot.get_updates(
                offset or None, timeout=seconds, limit=AT_ONCE, allowed_updates=self._allowed
            )

    async def _leave(self, offset: int) -> None:
        """What was taken need not come again, and what is on its way still arrives."""
        await self._answering.leave()
        with suppress(Fault, TimeoutError):
            async with asyncio.timeout(FAREWELL):
                if offset:
                    await self._next(offset, 0)

    async def wait_for_posts(self, url: str, token: str) -> None:
        """Have updates posted to us."""
        self._listens = True
        bot = await self._connection.bot()
        with translated():
            await bot.set_webhook(
                f"{url.rstrip('/')}{PATH}",
                secret_token=secret_of(token),
                allowed_updates=self._allowed,
                max_connections=CONNECTIONS,
            )
        self._is_up = True
        try:
            await asyncio.Event().wait()
        finally:
            self._is_up = False
            await self._leave(0)

    async def check(self) -> None:
        """Raises when this process should hear Telegram and does not."""
        if self._listens and not self._is_up:
            raise ConnectionError("Telegram is not connected")


class Hook:
    """Takes what Telegram posts; any process that serves can."""

    def __init__(self, connection: Connection, answering: Answering, token: str) -> None:
        self._connection = connection
        self._answering = answering
        self._secret = secret_of(token).encode()

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._post)]

    async def _post(self, request: web.Request) -> web.Response:
        said = request.headers.get(HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(said, self._secret):
            raise web.HTTPNotFound
        try:
            body = json.loads(await request.read())
            update = Update.de_json(body, await self._connection.bot())
        except (ValueError, KeyError, TypeError, AttributeError):
            # It would be posted again and again, and hold up all that comes after it.
            log.warning("an update that cannot be read")
            return web.Response()
        await self._answering.take(update)
        return web.Response()
