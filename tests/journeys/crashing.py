"""A program that is killed: the real application over a folder, with a trap at one point.

    main(["FOLDER", "--jobs", "3", "--trap", "after Picked", "--real"], say)

It asks the same events at every start, as a platform that redelivers does, runs until every job
is done and exits with 0. A trap kills the process with signal 9 the first time it is reached.
"""

import argparse
import asyncio
import os
import signal
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from bot import lifecycle, wiring
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import load_settings
from services.model import Address, Ask, Person, Source, State
from services.problems import Fault
from services.showing import Tone
from tests.fakes import provider
from tests.fakes.chat import FileChat


class First:
    """Says when the first job moved, in seconds since the program began."""

    def __init__(self, say) -> None:
        self._say = say
        self._began = time.monotonic()

    def __call__(self, job, event) -> None:
        if self._say is not None:
            self._say(("moved", time.monotonic() - self._began))
            self._say = None


class Trap:
    """Kills the process once, at one point; the mark on the disk says that it did."""

    def __init__(self, folder: Path, point: str) -> None:
        self._mark = folder / "trapped"
        self._point = point

    def __call__(self, point: str) -> None:
        if point == self._point and not self._mark.exists():
            self._mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    def moved(self, job, event) -> None:
        self(f"after {type(event).__name__}")


def main(arguments, say) -> None:
    """Run to the end, or to the trap. say: is told `("ready", …)` and `("moved", seconds)`."""
    asyncio.run(life(options(arguments), say))


def options(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--trap", default="")
    parser.add_argument("--real", action="store_true", help="the embedded engine, not a copy")
    parser.add_argument("--silent", action="store_true", help="no living message: a plain send")
    return parser.parse_args(arguments)


async def life(given, say) -> None:
    """One life of the application, as long or short as it may be."""
    trap = Trap(given.folder, given.trap)
    chat = partial(FileChat, given.folder / "chat.log", trap, given.silent)
    providers = PROVIDERS if given.real else (provider.plugin(given.folder / "work.log", trap),)
    settings = load_settings(PLATFORMS, PROVIDERS, data_dir=given.folder / "data")
    moved = First(say)
    async with (
        wiring.build(
            settings,
            platforms=(),
            providers=providers,
            messengers={"discord": lambda files: chat()},
            observers=[moved, trap.moved],
            warm=False,
        ) as app,
        lifecycle.working(app),
    ):
        say(("ready", 0.0))
        await run(app, given, trap)


async def run(app, given, trap) -> None:
    """Ask everything (again) and wait until all is done."""
    finished = asyncio.Event()
    app.journal.observe(lambda job, event: finished.set() if job.state is State.DONE else None)
    for number in range(given.jobs):
        (card,) = await app.desk.handle(ask(given.folder, number))
        trap("after Asked")
        if card.tone is Tone.WORKING:
            await show(app, card)
    while await app.store.read(lambda tx: tx.open_jobs(1)):
        finished.clear()
        try:
            await asyncio.wait_for(finished.wait(), 0.5)
        except TimeoutError:
            continue


async def show(app, card) -> None:
    """Show the first card, as every platform does; a chat may have no living messages."""
    with suppress(Fault):
        receipt = await app.messengers["discord"].post(None, card, card.job)
        await app.desk.shown(card.job, receipt)


def ask(folder: Path, number: int) -> Ask:
    """The same ask for the same number, whenever it is asked."""
    return Ask(
        command="denoise",
        options={"format": "wav"},
        sources=(Source("voice.wav", ref=str(folder / "voice.wav")),),
        person=Person(f"person-{number}"),
        address=Address("discord", "space", "chat"),
        event=f"event-{number}",
    )
