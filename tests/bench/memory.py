"""How much memory an hour of stereo takes, above what an idle installation takes."""

import os
import sys
import tempfile
from pathlib import Path

from tests.bench import report, watched, waves
from tests.bench.speed import COMMAND
from tests.ports import free_port


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    seconds = 300 if quick else 3_600
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        idle = _idle(folder)
        source = waves.write(folder / "long.wav", seconds, channels=2)
        rows: list[tuple[object, ...]] = [("undertone run, idle", idle.pss_mib, 0.0, idle.rss_mib)]
        for operation in ("denoise", "enhance"):
            command = [str(COMMAND), "process", str(source), "--op", operation, "--format", "wav"]
            busy = watched.run([*command, "--out", str(folder / operation), "--json"])
            if busy.code:
                sys.stderr.write(f"{operation} failed:\n{busy.output[-2_000:]}\n")
                continue
            above = busy.pss_mib - idle.pss_mib
            title = f"undertone process --op {operation}"
            rows.append((title, busy.pss_mib, above, busy.rss_mib, busy.seconds))
    heads = ("run", "PSS", "above idle", "sum of RSS", "seconds")
    return "\n\n".join(
        (
            f"### {seconds} s of stereo 48 kHz wav, whole process tree at its highest, MiB",
            report.table(heads, [(*row, "")[:5] for row in rows]),
            "PSS counts pages that processes share once; the sum of RSS counts them each time.",
        )
    )


def _idle(folder: Path) -> watched.Run:
    """`undertone run` with nothing to do, its engine loaded."""
    port = str(free_port())
    settings = {"UNDERTONE_DATA_DIR": str(folder / "data"), "UNDERTONE_HTTP__PORT": port}
    return watched.settled([str(COMMAND), "run"], {**os.environ, **settings})
