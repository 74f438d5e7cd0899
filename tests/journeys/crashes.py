"""Start the crashing program, kill it, start it again, and read what is left."""

import contextlib
import json
import multiprocessing
import random
import sqlite3
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.fakes.chat import FileChat
from tests.journeys import crashing
from tests.wav import write_wav

KILLED = -9
PATIENCE = 120  # seconds until a run that should end is called stuck
SECONDS = 1.0


def prepare(folder: Path) -> None:
    """A short noisy recording to send."""
    rng = np.random.default_rng(5)
    write_wav(folder / "voice.wav", rng.normal(0, 0.05, (1, int(48_000 * SECONDS))))


def _launcher():
    """Starts processes that have everything imported already: a second saved for each life."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.journeys.crashing"])
    return context


@dataclass
class Run:
    """What one start of the program did."""

    code: int
    first_move: float | None = None


def to_the_end(
    folder: Path,
    *args: str,
    kill_after: float | None = None,
    main=crashing.main,
    patience: float = PATIENCE,
) -> Run:
    """Run until it ends or dies. kill_after: seconds after it is ready. main: the program.

    patience: seconds until it is called stuck.
    """
    context = _launcher()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_live, args=(main, [str(folder), *args], theirs))
    process.start()
    theirs.close()
    watchdog = threading.Timer(patience, process.kill)
    timers, run = [watchdog], Run(0)
    watchdog.start()
    with contextlib.suppress(EOFError):
        while True:
            word, seconds = ours.recv()
            if word == "moved":
                run.first_move = seconds
            elif kill_after is not None:
                timers.append(threading.Timer(kill_after, process.kill))
                timers[-1].start()
    process.join()
    for timer in timers:
        timer.cancel()
    ours.close()
    run.code = process.exitcode
    process.close()
    return run


def _live(main, arguments, connection) -> None:
    main(arguments, connection.send)


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
