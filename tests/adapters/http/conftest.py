"""A listener for callbacks over a real store."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from adapters.http.app import application
from adapters.http.hooks import Hooks
from adapters.store.store import open_store
from services.journal import Journal
from services.meters import Meters
from services.plans import Plans
from services.quotas import Allowance
from tests.fakes.caller import CallingProvider
from tests.fakes.clock import Clock
from tests.fakes.desk import StillQueue
from tests.fakes.jobs import START
from tests.fakes.loopback import served
from tests.hostile import callbacks as hostile


@dataclass
class Room:
    """What a test of callbacks holds in its hands."""

    store: Any
    journal: Any
    meters: Any
    hooks: Any
    clock: Any
    origin: str = ""

    async def keep(self, *jobs):
        await self.store.write(lambda tx: [tx.add(job) for job in jobs])

    async def job(self, job):
        return await self.journal.job(job.id)

    async def rows(self):
        """Everything that a callback could change."""

        def look(tx):
            jobs = {job.id: (job, tx.history(job.id)) for job in tx.jobs(limit=100)}
            return jobs, tx.callbacks(None, 1_000)

        return await self.store.read(look)

    async def send(self, wire):
        """Status, headers without the time, and body of the answer to these bytes."""
        where = urlsplit(self.origin)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        try:
            writer.write(wire)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            lengths = [line.split()[1] for line in lines if line.startswith("Content-Length")]
            is_head = wire.startswith(b"HEAD")
            body = b"" if is_head else await reader.readexactly(int(lengths[0]))
        finally:
            writer.close()
        told = sorted(line for line in lines if not line.lower().startswith(("date:", "connec")))
        return int(first.split()[1]), told, body

    async def status(self, wire):
        return (await self.send(wire))[0]

    def counted(self, provider="there"):
        """How many callbacks had which verdict."""
        lines = self.meters.text().decode().splitlines()
        mark = f'undertone_webhooks_total{{provider="{provider}",verdict="'
        found = [line.removeprefix(mark).split('"} ') for line in lines if line.startswith(mark)]
        return {verdict: int(float(count)) for verdict, count in found}


@pytest.fixture
async def room(tmp_path):
    """A listener for two providers; nothing else runs."""
    clock, meters = Clock(START), Meters()
    async with open_store(None, tmp_path) as store:
        journal = Journal(store, StillQueue(), clock, Plans(lambda _platform: Allowance()))
        names = (hostile.NAME, hostile.OTHER_NAME)
        providers = {name: CallingProvider(clock, name) for name in names}
        hooks = Hooks(hostile.CALLBACKS, journal, providers, meters, clock)
        made = Room(store, journal, meters, hooks, clock)
        async with served(application(hooks.routes())) as made.origin:
            yield made
