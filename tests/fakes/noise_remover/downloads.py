"""The links to finished files."""

from __future__ import annotations

from aiohttp import web

from tests.fakes.discord.cutting import cut
from tests.fakes.noise_remover.model import LINK_LIVES, Refused

TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "m4a": "audio/mp4"}
PIECE = bytes(1 << 16)


class Downloads:
    """trouble: what is wrong with the next ones, first come first served.

    "redirect" (to `elsewhere`), "html", "truncated" (says more than comes), "endless" (10 GB are
    announced and sent as long as anybody listens), "empty", "503".
    """

    def __init__(self, fake) -> None:
        self._fake = fake
        self.trouble: list[str] = []
        self.elsewhere = "http://127.0.0.1:9/"
        self.served = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        job_id, _, made = request.match_info["name"].rpartition(".")
        job = self._fake.job(job_id)
        is_late = job.completed_at is None or self._fake.now() >= job.completed_at + LINK_LIVES
        if job.status != "completed" or is_late or made != job.output_format:
            raise Refused("job_not_found")
        if request.query.get("token") != job.token:
            raise Refused("unauthorized", "This link is not signed by us.")
        self.served += 1
        if self.trouble:
            return await getattr(self, f"_{self.trouble.pop(0)}")(request, job)
        return web.Response(body=job.body, content_type=TYPES.get(made, "audio/ogg"))

    async def _redirect(self, request, job) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": self.elsewhere})

    async def _html(self, request, job) -> web.StreamResponse:
        return web.Response(text="<html><h1>One moment</h1></html>", content_type="text/html")

    async def _empty(self, request, job) -> web.StreamResponse:
        return web.Response(body=b"", content_type="audio/wav")

    async def _503(self, request, job) -> web.StreamResponse:
        raise Refused("service_unavailable")

    async def _truncated(self, request, job) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(job.body))})
        await response.prepare(request)
        await response.write(job.body[: len(job.body) // 2])
        cut(request.transport)
        return response

    async def _endless(self, request, job) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(10_000_000_000)})
        await response.prepare(request)
        try:
            for _ in range(10_000_000_000 // len(PIECE)):
                await response.write(PIECE)
        except ConnectionError:
            cut(request.transport)
        return response
