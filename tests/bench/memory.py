"""How much memory hours of sound take, above what an idle installation takes."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench import report, watched, waves
from tests.bench.speed import COMMAND, OPERATIONS
from tests.ports import free_port

ROOMY = "/var/tmp"
Row = tuple[object, ...]


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    hour, day_part = (60, 300) if quick else (3_600, 6 * 3_600)
    with tempfile.TemporaryDirectory(dir=ROOMY) as name:
        folder = Path(name)
        idle = _idle(folder)
        rows: list[Row] = [("undertone run, idle", "", idle.pss_mib, 0.0, idle.rss_mib, "")]
        source = waves.write(folder / "stereo.wav", hour, channels=2)
        rows += [_busy(source, folder, each, f"{hour} s, stereo", idle) for each in OPERATIONS]
        source.unlink()
        source = waves.write(folder / "long.wav", day_part)
        rows.append(_busy(source, folder, "denoise", f"{day_part} s, mono", idle))
    heads = ("run", "of 48 kHz wav", "PSS", "above idle", "sum of RSS", "seconds")
    return "\n\n".join(
        (
            "### The whole process tree at its highest, MiB",
            report.table(heads, rows),
            "PSS counts pages that processes share once; the sum of RSS counts them each time.",
        )
    )


def _busy(source: Path, folder: Path, operation: str, what: str, idle: watched.Run) -> Row:
    title, out = f"undertone process --op {operation}", folder / operation
    command = [str(COMMAND), "process", str(source), "--op", operation, "--format", "wav"]
    busy = watched.run([*command, "--out", str(out), "--json"])
    shutil.rmtree(out, ignore_errors=True)
    if busy.code:
        sys.stderr.write(f"{operation} failed:\n{busy.output[-2_000:]}\n")
        return (title, what, "failed", "", "", "")
    return (title, what, busy.pss_mib, busy.pss_mib - idle.pss_mib, busy.rss_mib, busy.seconds)


def _idle(folder: Path) -> watched.Run:
    """`undertone run` with nothing to do, its engine loaded."""
    port = str(free_port())
    settings = {"UNDERTONE_DATA_DIR": str(folder / "data"), "UNDERTONE_HTTP__PORT": port}
    return watched.settled([str(COMMAND), "run"], {**os.environ, **settings})
