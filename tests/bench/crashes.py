"""How the job's life stands kill -9, and how soon after a start the first job moves."""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench import report
from tests.fakes.telegram import FakeTelegram
from tests.journeys import crashes
from tests.journeys.telegram_kills import ALBUM, VOICE, Told, kill_around_sends

STARTS = 5
LIFE = """
import sys
from tests.journeys import crashing
crashing.main(sys.argv[1:], lambda word: print(word, flush=True))
"""


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    jobs, kills = (30, 10) if quick else (300, 100)
    with tempfile.TemporaryDirectory() as name:
        killed = _folder(name, "killed")
        runs, hits = crashes.kill_often(killed, jobs, kills, seed=23)
        found = crashes.truth(killed)
        told = asyncio.run(_at_telegram(_empty(name, "telegram"), VOICE, 4 if quick else 30))
        albums = asyncio.run(_at_telegram(_empty(name, "albums"), ALBUM, 4 if quick else 30))
        moves = [_first_move(_folder(name, str(number))) for number in range(STARTS)]
    answered = sum(found.answers.values())
    settled = found.milliseconds.get("installation", 0) / 1000
    rows = [
        ("jobs asked", jobs),
        ("kill -9 that hit a program at work", hits),
        ("jobs lost", jobs - len(found.answers)),
        ("answers beyond one for each job", answered - len(found.answers)),
        ("seconds of sound delivered / settled", f"{jobs * crashes.SECONDS:.0f} / {settled:.0f}"),
        ("last run ended by itself", runs[-1].code == 0),
        ("kill -9 while a voice note was being sent on Telegram", told.kills),
        ("people there without an answer", told.lost),
        ("people there with two: it had arrived, and nobody could know", told.twice),
        ("people there with more", told.oftener),
        ("kill -9 while an album was being sent there", albums.kills),
        (
            "people without it / with two / with more",
            f"{albums.lost} / {albums.twice} / {albums.oftener}",
        ),
        ("first job moves after the start of the process, s, median", median(moves)),
        ("the slowest of them, s", max(moves)),
    ]
    return report.table(("what", "figure"), rows)


async def _at_telegram(folder: Path, send: str, kills: int) -> Told:
    async with FakeTelegram.running() as telegram:
        return await kill_around_sends(folder, telegram, kills, send)


def _empty(name: str, below: str) -> Path:
    folder = Path(name) / below
    folder.mkdir()
    return folder


def _folder(name: str, below: str) -> Path:
    folder = Path(name) / below
    folder.mkdir()
    crashes.prepare(folder)
    return folder


def _first_move(folder: Path) -> float:
    """Leave a waiting job behind, start the program cold, and wait until the job moves."""
    crashes.to_the_end(folder, "--trap", "after Asked")
    began = time.monotonic()
    command = [sys.executable, "-c", LIFE, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1) as life:
        assert life.stdout is not None
        moved = next(time.monotonic() - began for line in life.stdout if "moved" in line)
        life.stdout.read()
    return moved
