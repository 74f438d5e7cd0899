"""Twenty spaces with one recording each, beside a space with five hundred and without it."""

import asyncio
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from services.events import GaveUp
from services.machine import CANCELLED
from services.model import Address, Ask, State
from tests.bench import report
from tests.fakes.world import an_ask, world
from tests.wav import write_wav

BUSY, QUIET = 500, 20
QUICK = 60
ROUNDS = 3
SECONDS = 5.0  # of each recording
GOAL = 1.2
PATIENCE = 300.0


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    busy = QUICK if quick else BUSY
    rounds = 1 if quick else ROUNDS
    alone: list[float] = []
    beside: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        voice = _voice(Path(name))
        for number in range(rounds):
            alone += asyncio.run(_waits(Path(name) / f"alone{number}", voice, 0))
            beside += asyncio.run(_waits(Path(name) / f"beside{number}", voice, busy))
    ratio = _p95(beside) / _p95(alone)
    rows = [
        ("alone, median, s", median(alone)),
        ("alone, p95, s", _p95(alone)),
        (f"beside a space with {busy}, median, s", median(beside)),
        (f"beside a space with {busy}, p95, s", _p95(beside)),
        ("ratio of the p95", ratio),
        ("goal", f"at most {GOAL:.1f}: {'met' if ratio <= GOAL else 'missed'}"),
    ]
    about = (
        f"{QUIET} spaces ask for one recording of {SECONDS:.0f} s each at the same moment, "
        f"{rounds} times; from the ask to the delivered result, with the engine at work. The busy "
        "space asked for all of its own before.\n\n"
    )
    return about + report.table(("twenty quiet spaces", "figure"), rows)


def _voice(folder: Path) -> Path:
    rng = np.random.default_rng(5)
    return write_wav(folder / "voice.wav", rng.normal(0, 0.05, (1, int(48_000 * SECONDS))))


def _p95(waits: list[float]) -> float:
    return quantiles(waits, n=20)[-1]


def _ask(voice: Path, space: str, number: int) -> Ask:
    asked = an_ask(voice, event=f"{space}-{number}", person=f"{space}-{number % 50}")
    return replace(asked, address=Address("discord", space, space))


async def _waits(folder: Path, voice: Path, busy: int) -> list[float]:
    """Seconds from ask to delivery of each quiet space."""
    folder.mkdir()
    quota = {"max_active_jobs_per_user": "unlimited", "guild_minutes_per_month": "unlimited"}
    async with world(folder, quota=quota) as here:
        await _warm(here, voice)
        for number in range(busy):
            await here.app.desk.handle(_ask(voice, "busy", number))
        began, ended = {}, {}
        all_done = asyncio.Event()

        def moved(job, event) -> None:
            if job.state is State.DONE and job.id in began:
                ended[job.id] = time.monotonic()
                if len(ended) == QUIET:
                    all_done.set()

        here.app.journal.observe(moved)
        for number in range(QUIET):
            at = time.monotonic()
            (card,) = await here.app.desk.handle(_ask(voice, f"quiet-{number}", number))
            began[card.job] = at
        async with asyncio.timeout(PATIENCE):
            await all_done.wait()
        await _stop(here)
    return [ended[job] - began[job] for job in began]


async def _warm(here, voice: Path) -> None:
    """The engine is loaded and every path was taken once."""
    await here.done(await here.ask(voice, event="first"))


async def _stop(here) -> None:
    for job in await here.app.store.read(lambda tx: tx.open_jobs(10_000)):
        await here.app.journal.record(job.id, GaveUp(CANCELLED))
