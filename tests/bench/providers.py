"""Providers elsewhere: kill -9 around submissions, and forty jobs on the smallest plan."""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from services.model import State
from tests.bench import report
from tests.fakes import musicgpt
from tests.fakes.noise_remover import FakeNoiseRemover
from tests.fakes.telegram import FakeTelegram
from tests.fakes.world import an_ask
from tests.journeys.provider_kills import Paid, finish_by_itself, kill_around_submissions
from tests.journeys.provider_room import SIDES, Remover, elsewhere
from tests.wav import tone

KILLS, QUICK_KILLS = 30, 2
JOBS, QUICK_JOBS = 40, 8


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    kills, jobs = (QUICK_KILLS, QUICK_JOBS) if quick else (KILLS, JOBS)
    with TemporaryDirectory() as name:
        folder = Path(name)
        gpt, remover, deaf = (
            asyncio.run(_killed(folder / part, side, kills, is_deaf=is_deaf))
            for part, side, is_deaf in (
                ("gpt", "musicgpt", False),
                ("remover", "noise_remover", False),
                ("deaf", "musicgpt", True),
            )
        )
        seconds, calls, refused = asyncio.run(_many(folder / "many", jobs))
    rows = [
        ("kill -9 between a submission and noting it, at each", kills),
        ("submissions at MusicGPT / paid twice / people without an answer", _told(gpt)),
        ("the same at noise-remover.com", _told(remover)),
        ("the same at MusicGPT without byUser (at most one more each, counted)", _told(deaf)),
        ("doubles that were counted there", sum(deaf.doubles)),
        ("jobs at once on the plan with 60 requests a minute", jobs),
        ("answers 429 (goal: 0)", refused),
        ("requests for all of them", calls),
        ("until the last was delivered, s", f"{seconds:.0f}"),
    ]
    return report.table(("what", "figure"), rows)


def _told(paid: Paid) -> str:
    return f"{paid.submissions} / {paid.submissions - paid.kills} / {paid.lost}"


async def _killed(folder: Path, name: str, kills: int, *, is_deaf: bool) -> Paid:
    folder.mkdir()
    async with SIDES[name]() as side, FakeTelegram.running() as telegram:
        if is_deaf:
            gone = musicgpt.Fault(404, {"success": False, "error": "Not Found"})
            side.fake.fail("byUser", gone, times=musicgpt.ALWAYS)
        return await kill_around_submissions(folder, telegram, side, kills)


async def _many(folder: Path, count: int) -> tuple[float, int, int]:
    """How long forty people wait, how many requests that takes, and how many are too many."""
    folder.mkdir()
    voice = folder / "voice.wav"
    voice.write_bytes(tone(300.0))
    async with FakeNoiseRemover.running(plan="dev") as fake:
        side = Remover(fake)
        finish_by_itself(side)
        async with elsewhere(folder, side, callbacks=False) as here:
            began, told, all_told = time.monotonic(), set(), asyncio.Event()

            def ended(job, event) -> None:
                if job.state is State.DONE:
                    told.add(job.id)
                if len(told) == count:
                    all_told.set()

            here.app.journal.observe(ended)
            for n in range(count):
                ask = an_ask(voice, "denoise", f"e{n}", f"p{n}", f"c{n}")
                await here.app.desk.handle(ask)
            async with asyncio.timeout(600):
                await all_told.wait()
            return time.monotonic() - began, len(fake.calls), fake.over_limit
