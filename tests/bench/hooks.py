"""How the listener for callbacks stands a flood of forged ones, with genuine ones among them."""

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

import aiohttp
from yarl import URL

from adapters.store.store import open_store
from bot import forging, registry
from services.callbacks import Callbacks
from services.events import Broke
from services.links import Signer
from services.model import Address, Job, State
from services.problems import Code, Problem
from tests.bench import report
from tests.fakes.caller import CallingProvider, said, signed
from tests.fakes.jobs import CLIP, a_job
from tests.fakes.world import plugin_of
from tests.ports import free_port

FORGED, GENUINE = 200, 10  # a second
SECONDS, QUICK = 30, 5
GOAL = 0.05  # seconds, p95 on two cores
PATIENCE = 60.0
SECRET = "a secret of some length, for a measurement"
NAME = "there"
LIFE = "from tests.bench import hooks; hooks.live()"


class Answering(CallingProvider):
    """Says when asked that it failed, so that its jobs end."""

    async def ask(self, recipes):
        return {ref: Broke(Problem(Code.UNREADABLE_AUDIO)) for ref in recipes}


def live() -> None:
    """`undertone run` with that provider, in a process of its own."""
    registry.PROVIDERS = (plugin_of(NAME, lambda tools: Answering(tools.now)),)
    from bot import cli

    cli.main(["run"])


@dataclass
class Told:
    """What the listener answered."""

    forged: list[int | None] = field(default_factory=list)
    genuine: list[int | None] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # of each genuine one
    busy: float = 0.0  # seconds of processor time of the program


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    seconds = QUICK if quick else SECONDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        jobs = asyncio.run(_prepared(folder / "data", GENUINE * seconds))
        told = asyncio.run(_measured(folder, jobs))
        kept = asyncio.run(_kept(folder / "data"))
    named = {job.id for job in jobs}
    accepted = sum(1 for one in told.forged if one is not None and one < 400)
    broken = [one for one in (*told.forged, *told.genuine) if one is None or one >= 500]
    cuts = quantiles(told.seconds, n=100)
    rows = [
        ("forged callbacks sent", len(told.forged)),
        ("genuine callbacks sent", len(told.genuine)),
        ("forged ones accepted (goal: 0)", accepted + len(set(kept) - named)),
        ("genuine ones kept, once each", len(kept) if sorted(kept) == sorted(named) else "WRONG"),
        ("answers 5xx or none (goal: 0)", len(broken)),
        ("genuine ones answered, p50, ms", cuts[49] * 1000),
        (f"p95, ms (goal: {GOAL * 1000:.0f})", cuts[94] * 1000),
        ("the slowest, ms", max(told.seconds) * 1000),
        ("processor time of the program, s", told.busy),
    ]
    note = (
        f"{FORGED} forged and {GENUINE} genuine callbacks a second for {seconds} s; the whole "
        "program in a process of its own, the load from another. Each genuine one is committed, "
        "then its provider is asked and its job ends. All jobs are open in the web chat."
    )
    return f"{report.table(('what', 'figure'), rows)}\n\n{note}"


async def _prepared(data: Path, count: int) -> list[Job]:
    """So many jobs that wait for their provider."""
    data.mkdir()
    now = datetime.now(UTC)
    later = now + timedelta(hours=2)
    told = {"provider": NAME, "clip": CLIP, "state": State.RUNNING, "picked_at": now}
    times = {"created_at": now, "updated_at": now, "due_at": later, "deadline_at": later}
    jobs = [
        a_job(n, ref=f"ref-{n}", address=Address("web", f"v{n}", f"v{n}"), **told, **times)
        for n in range(1, count + 1)
    ]
    async with open_store(None, data) as store:
        for job in jobs:
            await store.write(lambda tx, job=job: tx.add(job))
    return jobs


async def _kept(data: Path) -> list[str]:
    async with open_store(None, data) as store:
        return [one.job for one in await store.read(lambda tx: tx.callbacks(None, 100_000))]


async def _measured(folder: Path, jobs: list[Job]) -> Told:
    port = free_port()
    life = _started(folder, port)
    try:
        return await _load(f"http://127.0.0.1:{port}", jobs, life.pid)
    finally:
        life.terminate()
        await asyncio.to_thread(life.wait)


def _started(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    told = {
        "UNDERTONE_DATA_DIR": str(folder / "data"),
        "UNDERTONE_HTTP__PORT": str(port),
        "UNDERTONE_SECRET_KEY": SECRET,
    }
    with (folder / "run.log").open("w") as log:
        command = [sys.executable, "-c", LIFE]
        return subprocess.Popen(command, env=os.environ | told, stdout=log, stderr=log)


async def _load(base: str, jobs: list[Job], pid: int) -> Told:
    told, signer = Told(), Signer(SECRET)
    forgeries = itertools.cycle(forging.forgeries(signer, NAME, datetime.now(UTC)))
    callbacks, rest = Callbacks(signer, base), iter(jobs)
    async with aiohttp.ClientSession(timeout=forging.PATIENCE) as session:
        await _up(session, base)
        began = _processor_time(pid)
        async with asyncio.TaskGroup() as group:
            async for n in _paced(len(jobs) * (FORGED // GENUINE)):
                group.create_task(_forged(session, base, next(forgeries), told))
                if n % (FORGED // GENUINE) == 0:
                    group.create_task(_genuine(session, callbacks, next(rest), told))
        told.busy = _processor_time(pid) - began
    return told


async def _up(session: aiohttp.ClientSession, base: str) -> None:
    """Wait until the program serves."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with session.get(f"{base}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectorError:
                pass
            await asyncio.sleep(0.1)


async def _paced(count: int):
    """Numbers, each at its time; what was late is made up for."""
    clock = asyncio.get_running_loop().time
    began = clock()
    for n in range(count):
        await asyncio.sleep(began + n / FORGED - clock())
        yield n


async def _forged(session, base, one, told: Told) -> None:
    told.forged.append(await forging._sent(session, base, one))


async def _genuine(session, callbacks: Callbacks, job: Job, told: Told) -> None:
    body, began = said(job.ref), time.perf_counter()
    address = URL(str(callbacks.address(job)), encoded=True)
    try:
        async with session.post(address, data=body, headers=signed(body)) as answer:
            await answer.read()
            told.genuine.append(answer.status)
    except aiohttp.ClientError:
        told.genuine.append(None)
    told.seconds.append(time.perf_counter() - began)


def _processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
