"""How long ten minutes take: the engine alone, its later steps, the peers, and the command."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from adapters.workers import open_workers
from services.engine.enhance import Enhancer
from services.engine.limiter import Limiter
from services.engine.loudness import LoudnessMeter
from services.ports import SoundTask
from tests.bench import report, watched, waves
from tests.bench.methods import METHODS, RATE
from tests.hostile import sounds

NOTE = 10.0  # seconds
OPERATIONS = ("denoise", "enhance", "deecho", "dereverb", "stems")
COMMAND = Path(sys.executable).with_name("undertone")


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    seconds = 60 if quick else 600
    with tempfile.TemporaryDirectory() as folder:
        source = waves.write(Path(folder) / "voice.wav", seconds)
        sound = np.concatenate(list(waves.read(source)), axis=1)[0]
        rows = [_timed(name, METHODS[name], sound) for name in METHODS]
        rows += [_timed("treatment + loudness + limiter", _finish, sound)]
        spoiled = {"deecho": waves.echoing, "dereverb": waves.ringing}
        for kind in OPERATIONS:
            if kind in spoiled:  # else there would be nothing to do
                waves.write(source, seconds, heard=spoiled[kind]())
            rows.append(_command(source, Path(folder), kind))
        note = asyncio.run(_voice_note(Path(folder)))
    ours, afftdn, noisereduce = rows[0][1], rows[4][1], rows[3][1]
    heads = ("step", "seconds", "share of real time", "to afftdn", "to noisereduce")
    ratios = [(*row, row[1] / afftdn, row[1] / noisereduce) for row in rows if row[1] > 0]
    return "\n\n".join(
        (
            f"### {seconds} s of mono 48 kHz voice, wav to wav",
            report.table(heads, ratios),
            (
                f"Our engine takes {ours / afftdn:.1f} times as long as afftdn and "
                f"{ours / noisereduce:.1f} times as long as noisereduce. Engine and peers run in "
                "memory, in one process; `undertone process` starts from nothing."
            ),
            f"A voice note of {NOTE:.0f} s, Opus to Opus, takes {note:.2f} s in a warm worker.",
        )
    )


async def _voice_note(folder: Path) -> float:
    """Seconds for what a chat waits for: looking at a voice note, and cleaning it."""
    source = folder / "note.ogg"
    source.write_bytes(sounds.encoded(sounds.speech(NOTE), wanted="ogg", is_voice=True))
    args = {"operation": "denoise", "format": "ogg", "parts": ["clean"], "voice": True}
    tasks = [
        SoundTask("inspect", [source]),
        SoundTask("clean", [source], [folder / "clean.ogg"], args),
    ]
    async with open_workers(1) as workers:
        took = 0.0
        for _ in range(3):  # the first time loads what is loaded once
            started = time.perf_counter()
            for task in tasks:
                await workers.run(task, timeout=timedelta(minutes=5))
            took = time.perf_counter() - started
    return took


def _timed(
    name: str, method: Callable[[np.ndarray], np.ndarray], sound: np.ndarray
) -> tuple[str, float, float]:
    method(sound[: 15 * RATE])  # compiles, loads, fills caches
    started = time.perf_counter()
    method(sound)
    seconds = time.perf_counter() - started
    return name, seconds, seconds * RATE / len(sound)


def _finish(sound: np.ndarray) -> np.ndarray:
    """What `enhance` does after the denoiser: treatment, measuring, one gain, limiter."""
    enhancer = Enhancer("podcast", "normal", RATE, 1, SimpleNamespace(musicness=0.0))
    meter, limiter = LoudnessMeter(RATE, 1), Limiter(RATE, 1, -1.5)
    treated = [enhancer.push(sound[None, i : i + RATE]) for i in range(0, len(sound), RATE)]
    treated.append(enhancer.finish())
    for block in treated:
        meter.add(block)
    gain = np.float32(10 ** ((-16.0 - meter.integrated) / 20))
    parts = [limiter.push(gain * block) for block in treated]
    return np.concatenate([*parts, limiter.finish()], axis=1)[0]


def _command(source: Path, folder: Path, operation: str) -> tuple[str, float, float]:
    """The whole product from its command line; 0 seconds where it does not run."""
    name = f"undertone process --op {operation}"
    if not COMMAND.exists():
        return name, 0.0, 0.0
    length = (source.stat().st_size - 44) / 2 / RATE
    result = watched.run(
        [
            *(str(COMMAND), "process", str(source), "--op", operation, "--format", "wav"),
            *("--out", str(folder / operation), "--json"),
        ]
    )
    if result.code:
        sys.stderr.write(f"{name} ended with {result.code}:\n{result.output[-2_000:]}\n")
        return name, 0.0, 0.0
    return name, result.seconds, result.seconds / length
