"""Files at Discord, behind signed links that expire."""

import asyncio
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import quote

from aiohttp import web

from tests.fakes.discord.model import Upload

CHUNK = 256 * 1024


class Files:
    """Everything that was uploaded, by people or the bot."""

    def __init__(self, world) -> None:
        self._world = world
        self._key = secrets.token_bytes(16)
        self._uploads: dict[int, Upload] = {}

    def add(self, upload: Upload) -> Upload:
        self._uploads[upload.id] = upload
        return upload

    def get(self, number: str) -> Upload | None:
        return self._uploads.get(int(number)) if re.fullmatch(r"\d{1,20}", number) else None

    def url(self, upload: Upload) -> str:
        """A link that works for a day from now."""
        now = self._world.now()
        life = timedelta(seconds=self._world.limits.attachment_life)
        start, end = (f"{int(at.timestamp()):x}" for at in (now, now + life))
        sign = self._sign(upload.id, start, end)
        place = f"{self._world.origin}/attachments/1/{upload.id}/{quote(upload.name)}"
        return f"{place}?ex={end}&is={start}&hm={sign}"

    def _sign(self, number: int, start: str, end: str) -> str:
        return hmac.new(self._key, f"{number} {start} {end}".encode(), sha256).hexdigest()

    def _allowed(self, upload: Upload, query) -> bool:
        start, end = query.get("is", ""), query.get("ex", "")
        if not hmac.compare_digest(self._sign(upload.id, start, end), query.get("hm", "")):
            return False
        return self._world.now() < datetime.fromtimestamp(int(end, 16), UTC)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        upload = self.get(request.match_info["id"])
        if upload is None or upload.gone or not self._allowed(upload, request.query):
            return web.Response(status=404, text="This content is no longer available.")
        upload.downloads += 1
        kind = upload.content_type or "application/octet-stream"
        answer = web.StreamResponse(headers={"Content-Type": kind})
        answer.content_length = len(upload.data)
        await answer.prepare(request)
        whole = upload.data if upload.cut is None else upload.data[: upload.cut]
        for start in range(0, len(whole), CHUNK):
            await answer.write(whole[start : start + CHUNK])
        if upload.cut is not None:
            await asyncio.sleep(0)
            assert request.transport
            request.transport.close()
        return answer
