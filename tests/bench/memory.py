"""How much memory an hour of stereo takes, against a second of it."""

import sys
import tempfile
from pathlib import Path

from tests.bench import report, watched, waves
from tests.bench.speed import COMMAND

ALONE = """
import sys
from pathlib import Path
from tests.bench import waves
waves.clean(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    seconds = 300 if quick else 3_600
    rows: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        long = waves.write(folder / "long.wav", seconds, channels=2)
        short = waves.write(folder / "short.wav", 1, channels=2)
        for title, make in _commands(folder).items():
            idle, busy = watched.run(make(short)), watched.run(make(long))
            if idle.code or busy.code:
                sys.stderr.write(f"{title} failed:\n{(idle.output + busy.output)[-2_000:]}\n")
                continue
            above = busy.pss_mib - idle.pss_mib
            rows.append((title, idle.pss_mib, busy.pss_mib, above, busy.rss_mib, busy.seconds))
    heads = ("run", "one second, PSS", "all, PSS", "difference", "all, sum of RSS", "seconds")
    return "\n\n".join(
        (
            f"### {seconds} s of stereo 48 kHz wav, whole process tree at its highest, MiB",
            report.table(heads, rows),
            "PSS counts pages that processes share once; the sum of RSS counts them each time.",
        )
    )


def _commands(folder: Path):
    """For each way to run it, a function from a file to the command."""
    commands = {
        "engine alone": lambda source: [
            sys.executable,
            "-c",
            ALONE,
            str(source),
            str(folder / "clean.wav"),
        ]
    }
    for operation in ("denoise", "enhance") if COMMAND.exists() else ():
        commands[f"undertone process --op {operation}"] = lambda source, operation=operation: [
            *(str(COMMAND), "process", str(source), "--op", operation, "--format", "wav"),
            *("--out", str(folder / operation), "--json"),
        ]
    return commands
