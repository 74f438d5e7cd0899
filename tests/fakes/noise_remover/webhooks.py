"""What the fake posts to callback addresses, signed in each way that the document may mean."""

from __future__ import annotations

import hashlib
import hmac
import json

import aiohttp

from tests.fakes.noise_remover.model import LINK_LIVES, Job, stamp


def sha256(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Webhooks:
    """times: how often each is sent by itself; 0 is never. reading: A, B or C.

    header: its name in reading B. sent: bodies and the statuses of the answers.
    """

    def __init__(self, fake) -> None:
        self._fake = fake
        self.times = 1
        self.reading = "A"
        self.header = "X-Signature"
        self.sent: list[tuple[bytes, int]] = []

    def fields(self, job: Job, **changes):
        """The payload as the document prints it, without its signature."""
        fake = self._fake
        made = {
            "event": f"job.{job.status}",
            "job_id": job.id,
            "status": job.status,
            "preset": job.preset,
            "output_format": job.output_format,
            "file_duration": job.seconds,
            "minutes_used": job.minutes,
            "metadata": job.metadata,
            "timestamp": stamp(job.completed_at or fake.now()),
        }
        if job.status == "completed":
            made["download_url"] = fake.link(job)
            made["download_expires"] = stamp((job.completed_at or fake.now()) + LINK_LIVES)
        return made | changes

    def signed(self, job: Job, *, secret: str = "", reading: str = "", **changes):
        """The body and the headers of a callback; another `secret` forges it."""
        fields, key = self.fields(job, **changes), secret or self._fake.secret
        match reading or self.reading:
            case "A":
                body = json.dumps(fields, separators=(",", ":")).encode()
                signature = sha256(body, key)
                return body[:-1] + f',"signature":"{signature}"}}'.encode(), {}
            case "B":
                body = json.dumps(fields).encode()
                return body, {self.header: sha256(body, key)}
            case "C":
                empty = json.dumps(fields | {"signature": ""}).encode()
                head = empty.removesuffix(b'""}')
                return head + f'"{sha256(empty, key)}"}}'.encode(), {}
        raise AssertionError(reading)

    async def announce(self, job: Job) -> None:
        """What happens by itself when a job ended."""
        if job.webhook_url:
            for _ in range(self.times):
                await self.send(job)

    async def send(self, job: Job, url: str = "", **how) -> int:
        """Post one; `how` as in `signed`. Gives the status of the answer."""
        body, headers = self.signed(job, **how)
        return await self.post(url or job.webhook_url, body, headers)

    async def post(self, url: str, body: bytes, headers=None) -> int:
        """Post anything, for forged and malformed ones."""
        told = {"Content-Type": "application/json"} | dict(headers or {})
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=told, allow_redirects=False) as answer,
        ):
            self.sent.append((body, answer.status))
            return answer.status
