"""Sound on its way in: streamed to Files, then known by a signed slip that its visitor holds."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from services import names
from services.links import Signer
from services.model import Source
from services.ports import Files, Now
from services.problems import Code, fault
from services.retention import FORGOTTEN_UPLOAD

PURPOSE = "web-file"
GOOD_FOR = FORGOTTEN_UPLOAD
IDLE_SECONDS = 60  # a sender who is silent for longer has gone


@dataclass(frozen=True, slots=True)
class Uploads:
    """Takes files in; nothing is remembered but the bytes.

    max_bytes: None means no limit.
    """

    files: Files
    signer: Signer
    now: Now
    max_bytes: int | None

    async def take(self, request: web.Request, visitor: str) -> dict[str, str | int]:
        """Store the raw body; raises `Fault` when it is too large or empty."""
        name = names.clean(request.query.get("name", ""))
        self._check(request.content_length or 0)
        key = f"incoming/{secrets.token_hex(16)}/source"
        size = await self.files.put(key, _chunks(request), max_bytes=self.max_bytes)
        if size == 0:
            await self.files.delete(key)
            raise fault(Code.EMPTY_FILE, name=name)
        slip = {"visitor": visitor, "key": key, "name": name, "bytes": str(size)}
        token = self.signer.sign(PURPOSE, slip, self.now() + GOOD_FOR)
        return {"id": token, "name": name, "bytes": size}

    def source(self, token: str, visitor: str) -> Source:
        """The sound behind a slip; raises `Fault` unless this visitor brought it."""
        slip = self.signer.read(PURPOSE, token, self.now())
        if slip is None or slip["visitor"] != visitor:
            raise fault(Code.FILE_GONE, name="")
        return Source(name=slip["name"], key=slip["key"], bytes=int(slip["bytes"]))

    def _check(self, announced: int) -> None:
        """Refuse before the first byte what says itself that it is too large."""
        if self.max_bytes is not None and announced > self.max_bytes:
            raise fault(Code.TOO_LARGE, size=announced, limit=self.max_bytes)


async def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(IDLE_SECONDS):
            chunk = await request.content.readany()
        if not chunk:
            return
        yield chunk
