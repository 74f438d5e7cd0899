"""Random jobs, delivered, failed, cancelled or refused, under kill -9: the ledger adds up.

Every start asks the same again, as a platform that redelivers does, and cancels the same ones.
"""

import asyncio
import contextlib
import random
import sqlite3
from collections import Counter, defaultdict
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from adapters.plugin import ProviderPlugin
from adapters.providers.local import LocalSettings
from adapters.store.store import open_store
from bot import lifecycle, wiring
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import load_settings
from services import quotas
from services.model import SILENCE, Address, Ask, Person, Source, State
from services.problems import Code, Fault, fault
from services.recipes import Strength
from tests.fakes.chat import FileChat
from tests.fakes.provider import CopyProvider
from tests.wav import write_wav

HERE = Address("discord", "space", "chat")
LENGTHS = (0.5, 0.8, 1.3, 2.1)  # seconds
PEOPLE = 12
BROKEN = "broken.wav"
SPACE_MINUTES = 0.9  # of 100 jobs: so that the last find too little
PERSON_MINUTES = 0.2


def prepare(folder: Path) -> None:
    """Short noisy recordings, and one that is none."""
    rng = np.random.default_rng(7)
    for n, seconds in enumerate(LENGTHS):
        write_wav(folder / f"{n}.wav", rng.normal(0, 0.05, (1, int(48_000 * seconds))))
    (folder / BROKEN).write_bytes(b"RIFF and nothing else")


class Moody(CopyProvider):
    """Fails at what is asked for strongly, and charges for what is asked for softly."""

    paid = True

    async def submit(self, order):
        if order.recipe.strength is Strength.STRONG:
            raise fault(Code.PROVIDER_FAILED)
        return await super().submit(order)


@dataclass(frozen=True)
class Plan:
    """What happens with one number, always the same."""

    person: Person
    file: str
    strength: str
    is_cancelled: bool


def plan(number: int) -> Plan:
    chance = random.Random(number)
    file = BROKEN if chance.random() < 0.05 else f"{chance.randrange(len(LENGTHS))}.wav"
    strength = chance.choices(("normal", "soft", "strong"), (5, 3, 2))[0]
    person = Person(f"person-{chance.randrange(PEOPLE)}")
    return Plan(person, file, strength, chance.random() < 0.15)


def ask(folder: Path, number: int) -> Ask:
    planned = plan(number)
    options = {"format": "wav", "strength": planned.strength}
    source = Source(planned.file, ref=str(folder / planned.file))
    return Ask("denoise", options, (source,), planned.person, HERE, f"event-{number}")


def main(arguments, say) -> None:
    """One life: until all is done, or killed."""
    folder, jobs = arguments
    asyncio.run(_life(Path(folder), int(jobs), say))


async def _life(folder: Path, jobs: int, say) -> None:
    limits = {
        "guild_minutes_per_month": SPACE_MINUTES * jobs / 100,
        "user_minutes_per_day": PERSON_MINUTES * jobs / 100,
        "max_active_jobs_per_user": "unlimited",
    }
    settings = load_settings(PLATFORMS, PROVIDERS, data_dir=folder / "data", quota=limits)
    async with (
        wiring.build(
            settings,
            platforms=(),
            providers=(_plugin(folder / "work.log"),),
            messengers={"discord": lambda files: FileChat(folder / "chat.log")},
            warm=False,
        ) as app,
        lifecycle.working(app),
    ):
        say(("ready", 0.0))
        await _ask_all(app, folder, jobs)
        await _end(app)


def _plugin(log: Path) -> ProviderPlugin:
    @asynccontextmanager
    async def opened(settings, tools):
        yield Moody(tools, log)

    return ProviderPlugin("local", LocalSettings, lambda settings: True, opened)


async def _ask_all(app, folder: Path, jobs: int) -> None:
    for number in range(jobs):
        planned = plan(number)
        (card,) = await app.desk.handle(ask(folder, number))
        if planned.is_cancelled:
            cancel = Ask("cancel", {"job": card.job}, (), planned.person, HERE, f"c{number}")
            with suppress(Fault):
                await app.desk.handle(cancel)


async def _end(app) -> None:
    finished = asyncio.Event()
    app.journal.observe(lambda job, event: finished.set() if job.state is State.DONE else None)
    while await app.store.read(lambda tx: tx.open_jobs(1)):
        finished.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(finished.wait(), 0.5)


@dataclass
class Sums:
    """Milliseconds by scope as jobs, ledger and balance have them, and how the jobs ended."""

    delivered: dict = field(default_factory=dict)
    settled: dict = field(default_factory=dict)
    balance: dict = field(default_factory=dict)
    ends: Counter = field(default_factory=Counter)
    jobs: int = 0
    unended: int = 0


def sums(folder: Path) -> Sums:
    """Read what is left after the last life."""
    return asyncio.run(_sums(folder))


async def _sums(folder: Path) -> Sums:
    found = Sums()
    async with open_store(None, folder / "data") as store:
        everything = await store.read(lambda tx: tx.jobs(limit=100_000))
        due = defaultdict(int)
        for job in everything:
            is_done = isinstance(job.outcome, tuple) and job.note != SILENCE
            found.ends["delivered" if is_done else getattr(job.outcome, "code", "silence")] += 1
            is_paid = not is_done and job.paid and job.outcome.code is Code.CANCELLED
            for scope in await store.read(partial(_scopes, job)) if is_done or is_paid else ():
                due[scope] += round(job.recipe.span(job.clip.seconds) * 1000)
        found.delivered, found.jobs = dict(due), len(everything)
        since = everything[0].created_at.replace(year=2000)
        for scope in due:
            found.balance[scope] = await store.read(partial(_spent, scope, since))
    with contextlib.closing(sqlite3.connect(folder / "data" / "undertone.db")) as db:
        rows = "select scope, sum(milliseconds) from ledger where kind = 'settle' group by scope"
        found.settled = dict(db.execute(rows).fetchall())
        found.unended = db.execute(
            "select count(*) from ledger r where kind = 'reserve' and not exists (select 1 from"
            " ledger e where e.job_id = r.job_id and e.scope = r.scope and e.kind != 'reserve')"
        ).fetchone()[0]
    return found


def _scopes(job, tx):
    return (
        quotas.person_scope(tx, job.address, job.person),
        quotas.space_scope(tx, job.address),
        quotas.INSTALLATION,
    )


def _spent(scope, since, tx):
    return tx.spent(scope, since)
