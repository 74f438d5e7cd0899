"""`undertone process`: the same walk as every chat, with a folder as the chat."""

import asyncio
import itertools
import json
import signal
import sys
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from adapters.terminal.messenger import TerminalMessenger
from adapters.workers import HeadStart
from bot import lifecycle, logs, wiring
from bot.registry import PROVIDERS
from bot.settings import Settings
from services import cards, texts
from services.commands import options as known
from services.events import Event, Undeliverable
from services.model import Address, Ask, Job, JobId, Person, Receipt, Source, State
from services.problems import Code, Fault, Problem, fault
from services.recipes import Operation
from services.showing import Card

SOME_FAILED = 1
LONGEST_STEM = 50  # characters; four bytes each and our endings fit a file name of 255


@dataclass(frozen=True, slots=True)
class Request:
    """What was typed."""

    inputs: Sequence[Path]
    operation: str
    options: Mapping[str, str]
    out: Path
    provider: str
    picture: bool


@dataclass(slots=True)
class Waiting:
    """Who waits for what."""

    done: dict[JobId, asyncio.Future[Job]] = field(default_factory=dict)
    written: dict[JobId, dict[str, Path]] = field(default_factory=dict)
    problems: dict[JobId, Problem] = field(default_factory=dict)  # why nothing was written
    bars: dict[JobId, TaskID] = field(default_factory=dict)
    bar: Progress | None = None

    def moved(self, job: Job, event: Event) -> None:
        """An observer of the journal."""
        if isinstance(event, Undeliverable):
            self.problems[job.id] = event.problem
        if job.state is State.DONE:
            end = self.wait_for(job.id)
            if not end.done():
                end.set_result(job)

    def wait_for(self, job: JobId) -> asyncio.Future[Job]:
        """The job when it is done."""
        return self.done.setdefault(job, asyncio.get_running_loop().create_future())

    def shown(self, card: Card, written: dict[str, Path]) -> None:
        """A card changed."""
        if card.job is None:
            return
        if written:
            self.written[card.job] = written
        fraction = card.progress.fraction if card.progress else None
        if self.bar is not None and card.job in self.bars and fraction is not None:
            self.bar.update(self.bars[card.job], completed=fraction)


async def process(
    settings: Settings, request: Request, as_json: bool, folder: Path, first: HeadStart
) -> int:
    """Do all inputs; returns the exit code: 0 all done, 1 some failed.

    folder: empty, for this run alone. first: a child of the engine that is under way.
    """
    logs.configure(settings.log_format, "ERROR")
    _check(request)
    request.out.mkdir(parents=True, exist_ok=True)
    current = asyncio.current_task()
    assert current is not None
    # So that SIGTERM cleans up behind itself as Ctrl-C does.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, current.cancel)
    console = Console(stderr=True)
    waiting = Waiting()
    terminal = partial(TerminalMessenger, on_change=waiting.shown, pictures=request.picture)
    async with AsyncExitStack() as stack:
        own = settings.for_processing(folder, request.provider)
        _check_consent(own, request.provider)
        app = await stack.enter_async_context(
            wiring.build(
                own,
                platforms=(),
                providers=PROVIDERS,
                messengers={"terminal": terminal},
                observers=[waiting.moved],
                first=first,
            )
        )
        if request.provider and request.provider not in app.providers:
            raise click.UsageError(
                f"{request.provider} is not set up; there is {', '.join(app.providers)}."
            )
        await stack.enter_async_context(lifecycle.working(app))
        if console.is_terminal and not as_json:
            waiting.bar = stack.enter_context(_bars(console))
        # Each takes room on the disk: a few are enough to keep the engine at work.
        turn = asyncio.Semaphore(own.engine.processes + 1)
        names = zip(request.inputs, stems(request.inputs), strict=True)
        is_ok = True
        async with asyncio.TaskGroup() as group:
            lines = [
                group.create_task(_one(app, waiting, request, path, stem, turn))
                for path, stem in names
            ]
            for coming in lines:
                line = await coming
                is_ok = is_ok and line["ok"]
                _print(line, as_json)
    return 0 if is_ok else SOME_FAILED


def _check_consent(settings: Settings, provider: str) -> None:
    """Raises `click.UsageError` for a provider that the settings rule out."""
    if provider not in ("", "local") and settings.providers.consent == "never":
        raise click.UsageError(
            f"UNDERTONE_PROVIDERS__CONSENT=never, so nothing is sent to {provider}."
        )


def _check(request: Request) -> None:
    """Raises `click.UsageError` for words that mean nothing."""
    try:
        known.recipe(Operation(request.operation), request.options)
    except Fault as error:
        told = texts.render(cards.problem_text(error.problem), "en")
        raise click.UsageError(told) from error


def stems(inputs: Sequence[Path]) -> list[str]:
    """A name for each input's results: its own, numbered where two would be the same."""
    taken: set[str] = set()
    names = []
    for path in inputs:
        stem = path.stem[:LONGEST_STEM]
        tries = itertools.chain([stem], (f"{stem}-{n}" for n in itertools.count(2)))
        name = next(name for name in tries if name not in taken)
        taken.add(name)
        names.append(name)
    return names


async def _one(
    app: wiring.App,
    waiting: Waiting,
    request: Request,
    path: Path,
    stem: str,
    turn: asyncio.Semaphore,
) -> dict[str, Any]:
    try:
        async with turn:
            job = await _job(app, waiting, request, path, stem)
            await app.retention.purge(timedelta(0))
    except Fault as error:
        return _line(request, path, None, error.problem, {})
    problem = job.outcome if isinstance(job.outcome, Problem) else waiting.problems.get(job.id)
    return _line(request, path, job, problem, waiting.written.get(job.id, {}))


async def _job(app: wiring.App, waiting: Waiting, request: Request, path: Path, stem: str) -> Job:
    if not path.is_file():
        raise fault(Code.NOT_A_FILE, path=str(path))
    ask = Ask(
        command=request.operation,
        options=request.options,
        sources=(Source(path.name, ref=str(path), bytes=path.stat().st_size),),
        person=Person("operator"),
        address=Address("terminal", "terminal", str(request.out), {"stem": stem}),
        event=uuid.uuid4().hex,
    )
    (card,) = await app.desk.handle(ask)
    assert card.job is not None
    await app.desk.shown(card.job, Receipt(card.job))
    if waiting.bar is not None:
        waiting.bars[card.job] = waiting.bar.add_task(path.name, total=1.0)
    job = await waiting.wait_for(card.job)
    if waiting.bar is not None:
        waiting.bar.update(waiting.bars[card.job], completed=1.0)
    return job


def _line(
    request: Request, path: Path, job: Job | None, problem: Problem | None, written: dict[str, Path]
) -> dict[str, Any]:
    tracks = job.tracks if job else ()
    return {
        "input": str(path),
        "ok": problem is None,
        "outputs": [
            {"part": track.part, "path": str(written[track.id]), "seconds": track.seconds}
            for track in tracks
            if track.id in written
        ],
        "picture": str(written["picture"]) if "picture" in written else None,
        "problem": _told(problem),
        "preset": request.options.get("preset", "auto"),
        "provider": job.provider if job else None,
    }


def _told(problem: Problem | None) -> dict[str, str] | None:
    if problem is None:
        return None
    message = texts.render(cards.problem_text(problem), "en")
    return {"code": problem.code.value, "message": message}


def _print(line: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(line))
        sys.stdout.flush()
        return
    for output in line["outputs"]:
        by = "" if line["provider"] in (None, "local") else f", by {line['provider']}"
        click.echo(f"{line['input']} → {output['path']} ({output['seconds']:.1f} s{by})")
    if line["picture"]:
        click.echo(f"{line['input']} → {line['picture']}")
    if line["problem"]:
        click.echo(f"{line['input']}: {line['problem']['message']}", err=True)


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
