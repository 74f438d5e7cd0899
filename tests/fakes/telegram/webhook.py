"""Webhook mode: where updates go, and sending them there."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.telegram.body import Ask
from tests.fakes.telegram.refusal import bad, must
from tests.fakes.telegram.updates import Update, Updates

HEADER = "X-Telegram-Bot-Api-Secret-Token"
SOON, LATE = 0.05, 1.0  # Telegram waits up to two minutes; tests are shorter
PATIENCE = 10
HERE = ("127.0.0.1", "localhost", "::1")


class Webhook:
    """Posts updates to the bot, in order within a chat; `origin` replaces that of the URL."""

    def __init__(self, updates: Updates, now) -> None:
        self._updates = updates
        self._now = now
        self.origin: str | None = None
        self.secret: str | None = None
        self.posts: list[tuple[int, int]] = []  # update id and status
        self.error: tuple[int, str] | None = None
        self._most = asyncio.Semaphore(40)
        self._connections = 40
        self._queues: dict[int, asyncio.Queue[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        updates.listeners.append(self._enqueue)

    def routes(self):
        return {
            "setWebhook": self.set,
            "deleteWebhook": self.delete,
            "getWebhookInfo": self.info,
        }

    async def set(self, ask: Ask) -> bool:
        url = ask.text("url")
        if not url:
            return await self.delete(ask)
        parts = urlsplit(url)
        if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook", breach=True)
        secret = ask.text("secret_token")
        allowed = re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret)
        must(allowed, "secret token contains unallowed characters")
        if ask.flag("drop_pending_updates"):
            self._updates.forget()
        if (kinds := ask.json("allowed_updates")) is not None:
            self._updates.allowed = kinds
        await self._begin(url, secret or None, ask.number("max_connections") or 40)
        return True

    async def _begin(self, url: str, secret: str | None, connections: int) -> None:
        must(1 <= connections <= 100, "max_connections must be between 1 and 100")
        await self.stop()
        self._updates.oust("Conflict: terminated by setWebhook request")
        self._updates.webhook_url, self.secret = url, secret
        self._connections, self._most = connections, asyncio.Semaphore(connections)
        for update in self._updates.pending.values():
            self._enqueue(update)

    async def delete(self, ask: Ask) -> bool:
        if ask.flag("drop_pending_updates"):
            self._updates.forget()
        self._updates.webhook_url = ""
        await self.stop()
        return True

    async def info(self, ask: Ask) -> dict[str, Any]:
        url = self._updates.webhook_url
        said: dict[str, Any] = {
            "url": url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if url:
            said["max_connections"] = self._connections
        if self._updates.allowed:
            said["allowed_updates"] = self._updates.allowed
        if url and self.error:
            said |= dict(zip(("last_error_date", "last_error_message"), self.error, strict=True))
        return said

    def _enqueue(self, update: Update) -> None:
        if not self._updates.webhook_url:
            return
        if update.key not in self._queues:
            queue = self._queues[update.key] = asyncio.Queue()
            self._tasks.add(asyncio.create_task(self._deliver(queue)))
        self._queues[update.key].put_nowait(update)

    async def _deliver(self, queue: asyncio.Queue[Update]) -> None:
        while True:
            update, pause = await queue.get(), SOON
            while not await self._post(update):
                await asyncio.sleep(pause)
                pause = min(pause * 2, LATE)
            self._updates.confirm(update.id)

    async def _post(self, update: Update) -> bool:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=PATIENCE)
            self._session = aiohttp.ClientSession(timeout=timeout)
        headers = {HEADER: self.secret} if self.secret else {}
        try:
            async with (
                self._most,
                self._session.post(self._address(), json=update.json(), headers=headers) as answer,
            ):
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as trouble:
            self._note(update, 0, f"Connection failed: {trouble!r}")
            return False
        if not 200 <= status < 300:
            self._note(update, status, f"Wrong response from the webhook: {status}")
            return False
        self.posts.append((update.id, status))
        return True

    def _note(self, update: Update, status: int, why: str) -> None:
        self.posts.append((update.id, status))
        self.error = int(self._now().timestamp()), why

    def _address(self) -> str:
        parts = urlsplit(self._updates.webhook_url)
        where = f"{self.origin}{parts.path}" if self.origin else parts._replace(query="").geturl()
        return f"{where}?{parts.query}" if parts.query else where

    async def stop(self) -> None:
        """Send nothing any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._queues.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None
