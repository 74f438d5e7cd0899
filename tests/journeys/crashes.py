"""Start the crashing program, kill it, start it again, and read what is left."""

import contextlib
import json
import random
import re
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.fakes.chat import FileChat
from tests.wav import write_wav

KILLED = -9
PATIENCE = 120  # seconds until a run that should end is called stuck
SECONDS = 1.0


def prepare(folder: Path) -> None:
    """A short noisy recording to send."""
    rng = np.random.default_rng(5)
    write_wav(folder / "voice.wav", rng.normal(0, 0.05, (1, int(48_000 * SECONDS))))


def start(folder: Path, *args: str) -> subprocess.Popen:
    """The program in a process of its own."""
    command = [sys.executable, "-W", "error", "-m", "tests.journeys.crashing", str(folder), *args]
    with (folder / "errors.log").open("a") as errors:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)


@dataclass
class Run:
    """What one start of the program did."""

    code: int
    first_move: float | None = None


def to_the_end(folder: Path, *args: str, kill_after: float | None = None) -> Run:
    """Run until it ends or dies. kill_after: seconds after it is ready."""
    process = start(folder, *args)
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    first_move, killer = None, None
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("ready") and kill_after is not None:
            killer = threading.Timer(kill_after, process.kill)
            killer.start()
        if match := re.match(r"moved ([\d.]+)", line):
            first_move = float(match[1])
    code = process.wait()
    watchdog.cancel()
    if killer is not None:
        killer.cancel()
    process.stdout.close()
    return Run(code, first_move)


@dataclass
class Truth:
    """What the chat and the database say after the last run."""

    states: Counter = field(default_factory=Counter)
    answers: Counter = field(default_factory=Counter)  # job -> messages with the result
    sends: Counter = field(default_factory=Counter)  # job -> raw sends of a result
    milliseconds: dict = field(default_factory=dict)  # scope -> settled
    kinds: Counter = field(default_factory=Counter)


def truth(folder: Path) -> Truth:
    """Read the chat's log and the database."""
    found = Truth()
    chat = FileChat(folder / "chat.log")
    for message in chat.messages().values():
        if message["tone"] == "done":
            found.answers[message["job"]] += 1
    for line in chat.lines():
        if line["what"] == "post" and line["tone"] == "done":
            found.sends[line["job"]] += 1
    with contextlib.closing(sqlite3.connect(folder / "data" / "undertone.db")) as db:
        for state, body in db.execute("select state, body from jobs"):
            outcome = json.loads(body)["outcome"]
            found.states[state, type(outcome).__name__] += 1
        for scope, kind, spent in db.execute("select scope, kind, milliseconds from ledger"):
            found.kinds[kind] += 1
            if kind == "settle":
                found.milliseconds[scope] = found.milliseconds.get(scope, 0) + spent
    return found


def kill_often(folder: Path, jobs: int, kills: int, seed: int) -> tuple[list[Run], int]:
    """Kill at random moments, each soon after the start; then let it end. How many kills hit."""
    rng = random.Random(seed)
    runs, hits = [], 0
    for _ in range(kills):
        run = to_the_end(folder, "--jobs", str(jobs), kill_after=rng.uniform(0.0, 0.25))
        runs.append(run)
        hits += run.code == KILLED
    runs.append(to_the_end(folder, "--jobs", str(jobs)))
    return runs, hits
