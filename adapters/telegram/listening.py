"""How updates arrive: asked for, or posted to our own server. None is lost, none counts too early.

An update counts as taken when what it causes is committed: only then the offset moves, or the
post is answered with 200. Until then Telegram gives it again.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

from aiohttp import web
from telegram import Bot, Update

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
TOGETHER = 0.5  # seconds in which those of one answer are usually taken
CONNECTIONS = 40
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
FAREWELL = 5.0  # seconds for the last word to Telegram


def secret_of(token: str) -> str:
    """What Telegram sends along with every post: known to all who know the token, and no others."""
    return hmac.new(token.encode(), b"undertone webhook", sha256).hexdigest()


def read(raw: Any, bot: Bot) -> Update | None:
    """The update; None for one that nobody can read, which must not hold up those after it."""
    try:
        return Update.de_json(raw, bot)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("an update that cannot be read", extra={"why": type(error).__name__})
        return None


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
        self._taking: dict[int, asyncio.Task[None]] = {}  # by the numbers of their updates
        self._last = 0  # the newest that came
        self._offset = 0  # all below it are taken

    async def poll(self) -> None:
        """Ask again and again. Raises `Fault` where that will not help."""
        self._listens = True
        bot, pause = await self._connection.bot(), FIRST_PAUSE
        with translated():
            await bot.delete_webhook()
        try:
            while True:
                try:
                    found = await self._next(0 if self._taking else POLL)
                except Fault as error:
                    self._is_up = False
                    wait = error.seconds if isinstance(error, FloodWait) else pause
                    log.warning("no updates", extra={"why": error.problem.detail, "seconds": wait})
                    await asyncio.sleep(wait)
                    pause = min(2 * pause, LONGEST_PAUSE)
                    continue
                self._is_up, pause = True, FIRST_PAUSE
                await self._take(found)
        finally:
            self._is_up = False
            await self._leave()

    async def _next(self, seconds: int) -> Sequence[Mapping[str, Any]]:
        """What comes next, as Telegram tells it; what is not confirmed comes again."""
        asked = {"timeout": seconds, "limit": AT_ONCE, "allowed_updates": self._allowed}
        if self._offset:
            asked["offset"] = self._offset
        return await self._connection.updates(**asked)

    async def _take(self, found: Sequence[Mapping[str, Any]]) -> None:
        """Begin with these; one that takes long holds up none of those that come after it."""
        bot = await self._connection.bot()
        for raw in found:
            self._last = number = int(raw["update_id"])
            update = read(raw, bot)
            if update is not None and number not in self._taking:
                self._taking[number] = asyncio.create_task(self._answering.take(update))
        if self._taking:
            await asyncio.wait(self._taking.values(), timeout=TOGETHER)
        self._count_taken()

    def _count_taken(self) -> None:
        self._taking = {number: task for number, task in self._taking.items() if not task.done()}
        self._offset = min(self._taking, default=self._last + 1) if self._last else 0

    async def _leave(self) -> None:
        """What was taken need not come again, and what is on its way still arrives."""
        if self._taking:
            await asyncio.wait(self._taking.values(), timeout=FAREWELL)
        self._count_taken()
        for task in self._taking.values():
            task.cancel()
        await asyncio.gather(*self._taking.values(), return_exceptions=True)
        self._taking.clear()
        await self._answering.leave()
        with suppress(Fault, TimeoutError):
            async with asyncio.timeout(FAREWELL):
                if self._offset:
                    await self._next(0)

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
            await self._leave()

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
        bot = await self._connection.bot()
        try:
            update = read(json.loads(await request.read()), bot)
        except ValueError:
            update = None
        if update is not None:
            await self._answering.take(update)
        return web.Response()
