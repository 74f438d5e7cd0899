"""The whole corpus, and what real children make of it."""

import asyncio
import os
from dataclasses import dataclass
from datetime import timedelta

from adapters.workers import open_workers
from services.ports import SoundTask
from services.problems import Code, Fault, Problem
from tests.hostile.bombs import bombs
from tests.hostile.broken import broken
from tests.hostile.claimed import claimed
from tests.hostile.lies import lies
from tests.hostile.lures import lures
from tests.hostile.odd import odd
from tests.hostile.strangers import strangers
from tests.hostile.watching import Use, forget_peak, memory, used

# Half of the promise of 30 s: a child may use as much processor time as two threads can.
TIMEOUT = timedelta(seconds=60)  # of one file; tests share their machine
LONGEST = 7_200.0  # seconds that are allowed
ARGS = {"operation": "denoise", "preset": "podcast", "format": "wav", "parts": ["clean"]}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task said of a file, and what it used."""

    said: dict | Problem
    use: Use


@dataclass(frozen=True, slots=True)
class Run:
    """All files inspected, those that open cleaned, by the names of their cases.

    growth: bytes that the parent's memory grew by at most. left: files left in the children's
    folders while they lived, and folders after they ended.
    """

    inspected: dict[str, Outcome]
    cleaned: dict[str, Outcome]
    growth: int
    left: list[str]
    sandbox: dict[str, bool]


def every_case(**targets):
    """All of it, no name twice. targets: where lures lead to."""
    groups = (claimed(), odd(), broken(), strangers(), lies(), bombs(), lures(**targets))
    return [case for group in groups for case in group]


NEVER_OPENED = {Code.PLAYLIST, Code.UNSUPPORTED_FORMAT, Code.TOO_LONG}


def is_opened(case):
    """Whether cleaning gets far; what is too long costs much and never gets that far in life."""
    return NEVER_OPENED.isdisjoint(case.verdicts)


def run_all(folder, **targets):
    """Write every file, then have each inspected, and what opens cleaned as well."""
    paths, opened = {}, {}
    for n, case in enumerate(every_case(**targets)):
        paths[case.name] = folder / f"input-{n}"
        paths[case.name].write_bytes(case.make())
        if is_opened(case):
            opened[case.name] = paths[case.name]
    return asyncio.run(_run(paths, opened, folder))


async def _run(paths, opened, folder):
    private, output = folder / "private", folder / "output"
    private.mkdir()
    async with open_workers(1, warm=False, folder=private) as workers:
        # The first task of all compiles the engine, which no file is to blame for.
        await workers.run(SoundTask("warm", ()), timeout=10 * TIMEOUT)
        forget_peak()
        before = memory("self", "VmRSS")
        inspected, cleaned = await asyncio.gather(
            _all(workers, workers._quick, "inspect", paths, (), {}),
            _all(workers, workers._heavy, "clean", opened, (output,), ARGS),
        )
        growth = memory("self", "VmHWM") - before
        left = [str(path) for path in private.rglob("*") if not path.is_dir()]
        sandbox = dict(workers.sandbox())
    left += [str(path) for path in private.iterdir()]
    return Run(inspected, cleaned, growth, left, sandbox)


async def _all(workers, lane, name, paths, outputs, args):
    return {
        case: await _outcome(workers, lane, SoundTask(name, (path,), outputs, args))
        for case, path in paths.items()
    }


async def _outcome(workers, lane, task):
    before = _of_children(lane)
    task = SoundTask(task.name, task.inputs, task.outputs, {**task.args, "max_seconds": LONGEST})
    try:
        said = await workers.run(task, timeout=TIMEOUT)
    except Fault as error:
        said = error.problem
    after = _of_children(lane)
    cpu = sum(use.cpu - before.get(process, Use(0, 0)).cpu for process, use in after.items())
    return Outcome(said, Use(cpu, max((use.peak for use in after.values()), default=0)))


def _of_children(lane):
    processes = [child._process.pid for child in lane._children if child.is_alive]
    return {each: used(each) for each in processes if os.path.exists(f"/proc/{each}")}
