"""The whole pretended noise-remover.com, and what tests do with it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from tests.fakes.loopback import served
from tests.fakes.noise_remover.downloads import Downloads
from tests.fakes.noise_remover.model import LINK_LIVES, Call, Job, Refused
from tests.fakes.noise_remover.rates import Rates
from tests.fakes.noise_remover.server import Server
from tests.fakes.noise_remover.webhooks import Webhooks


class FakeNoiseRemover:
    """One account, with one key."""

    def __init__(self, now: Callable[[], datetime], plan: str) -> None:
        self.now = now
        self.plan = plan
        self.key = "nr_live_sk_loopback0123456789"
        self.secret = "whsec-of-the-pretended-dashboard"
        self.origin = ""
        self.jobs: dict[str, Job] = {}
        # What tests may turn.
        self.done_after: int | None = None  # status questions until a job is done by itself
        self.estimate = timedelta(seconds=60)
        self.most_bytes = 200_000_000
        self.envelope = "jobs"  # of the list; "" is a bare one
        self.lists_links = True
        self.lists_metadata = True
        self.minutes_included = 4000.0
        self.dashboard_url = ""  # where callbacks go that no request names another place for
        # What was seen.
        self.calls: list[Call] = []
        self.accepted: list[Job] = []
        self.over_limit = 0
        self.rates = Rates(now, plan)
        self.webhooks = Webhooks(self)
        self.downloads = Downloads(self)
        self.server = Server(self)
        self.fail = self.server.fail
        self._announcing: set[asyncio.Task] = set()

    @classmethod
    @asynccontextmanager
    async def running(
        cls, now: Callable[[], datetime] = lambda: datetime.now(UTC), plan: str = "pro"
    ):
        """One that listens on loopback."""
        fake = cls(now, plan)
        async with served(fake.server.app()) as fake.origin:
            try:
                yield fake
            finally:
                fake.server.let_go()
                await asyncio.gather(*fake._announcing, return_exceptions=True)

    @property
    def base_url(self) -> str:
        return f"{self.origin}/api/v1"

    def asked(self, method: str, path: str = "") -> list[Call]:
        """The calls of this kind so far; path: how it begins after the base."""
        return [call for call in self.calls if call.method == method and call.path.startswith(path)]

    def add(self, job: Job) -> None:
        self.jobs[job.id] = job
        self.accepted.append(job)

    def job(self, job_id: str) -> Job:
        """One that is still there: an hour after completion they are deleted."""
        found = self.jobs.get(job_id)
        if found is None or (found.completed_at and self.now() >= found.completed_at + LINK_LIVES):
            raise Refused("job_not_found")
        return found

    def kept(self) -> list[Job]:
        """Newest first."""
        until = self.now() - LINK_LIVES
        kept = [job for job in self.jobs.values() if (job.completed_at or self.now()) > until]
        return kept[::-1]

    def start(self, job_id: str) -> None:
        self.jobs[job_id].status = "processing"

    async def finish(self, job_id: str, body: bytes | None = None) -> Job:
        """The work is done: `body` waits to be fetched, and whoever wants to hear is called."""
        job = self._finished(self.jobs[job_id], body)
        await self.webhooks.announce(job)
        return job

    async def break_off(self, job_id: str, message: str | None = "No voice found.", **more) -> Job:
        """The work failed; more: other members of the job, such as `error`."""
        job = self.jobs[job_id]
        job.status = "failed"
        job.completed_at = self.now()
        job.error = ({} if message is None else {"error_message": message}) | more
        await self.webhooks.announce(job)
        return job

    def question(self, job: Job) -> None:
        """Its state is being told."""
        job.questions += 1
        if self.done_after is None or job.status not in ("pending", "processing"):
            return
        job.status = "processing"
        if job.questions >= self.done_after:
            self._finished(job, None)
            task = asyncio.ensure_future(self.webhooks.announce(job))
            self._announcing.add(task)
            task.add_done_callback(self._announcing.discard)

    def link(self, job: Job) -> str:
        return f"{self.base_url}/audio/download/{job.id}.{job.output_format}?token={job.token}"

    def used(self) -> float:
        return round(sum(job.minutes for job in self.accepted if job.status == "completed"), 2)

    def _finished(self, job: Job, body: bytes | None) -> Job:
        job.status, job.completed_at = "completed", self.now()
        job.body = job.data if body is None else body
        job.token = secrets.token_urlsafe(16)
        return job
