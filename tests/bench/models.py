"""How long a mix takes by demucs' own command, by our tier on the same model, and by our own."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from services.audio.confine import NICE
from tests.bench import report
from tests.sound import songs
from tests.wav import write_wav

ROOT = Path(__file__).parents[2]
PYTHONS = (Path(sys.executable), ROOT / ".venv-models" / "bin" / "python")
NEEDED = "import demucs, lameenc, sphn, torch, bot"
RATE = 44_100
ROUNDS = 2
STEMS = "vocals,drums,bass,other"
DEMUCS = "demucs, its own command"
MODEL = "undertone process --op stems, the same model"
QUICK = "undertone process --op stems, quick tier"
BACKEND = "UNDERTONE_ENGINE__STEMS_BACKEND"

MAKE = """
import sys; from pathlib import Path; from tests.models import made
made.htdemucs(Path(sys.argv[1]), shape=made.REAL)
"""
TELL = """
from importlib.metadata import version; import torch
print(f"demucs {version('demucs')}, torch {torch.__version__}, {torch.get_num_threads()} threads",
      "on the graphics card" if torch.cuda.is_available() else "on the processor")
"""


class Timed(NamedTuple):
    """A command from its start to its end. busy: seconds of all processors together."""

    seconds: float
    busy: float


def run(*, quick: bool = False, pythons: Sequence[Path] = PYTHONS) -> str:
    """The text of the report. Raises `LeftOut` where no model can be run."""
    python = _with_models(pythons)
    seconds = 10 if quick else 60
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        models = folder / "models"
        models.mkdir()
        _said(python, MAKE, str(models))
        source = folder / "song.wav"
        write_wav(source, songs.song(11, "pop", seconds, RATE).mix, RATE)
        runs = [_round(python, source, models) for _ in range(1 if quick else ROUNDS)]
    quickest = {
        name: min((one[name] for one in runs), key=lambda one: one.seconds) for name in runs[0]
    }
    return text(seconds, quickest, _said(python, TELL))


def text(seconds: float, runs: Mapping[str, Timed], circumstances: str) -> str:
    """The report on these runs, one by each command, of a song of this length."""
    theirs, same, quick = runs[DEMUCS], runs[MODEL], runs[QUICK]
    rows = [
        (name, one.seconds, one.seconds / seconds, one.seconds / theirs.seconds, one.busy)
        for name, one in runs.items()
    ]
    heads = ("command", "seconds", "share of real time", "to demucs", "CPU seconds")
    return "\n\n".join(
        (
            f"### {seconds:.0f} s of stereo at 44.1 kHz into four stems, wav to wav",
            report.table(heads, rows),
            (
                f"With the same model we take {same.seconds / theirs.seconds:.2f} times as long as "
                f"demucs, and {same.busy / theirs.busy:.2f} times its processor time; the quick "
                f"tier takes {quick.seconds / theirs.seconds:.2f} times as long. Each command "
                "starts from nothing and loads what it needs. The model is an htdemucs of full "
                "size, 42 million numbers, all of them random: enough to be timed, and deaf. "
                f"{circumstances}."
            ),
        )
    )


def _with_models(pythons: Sequence[Path]) -> Path:
    """The first of these that can run demucs and us."""
    for python in pythons:
        if python.exists() and not _ended([str(python), "-c", NEEDED]).returncode:
            return python
    raise report.LeftOut("demucs and torch are not installed; `make models` puts them beside us.")


def _round(python: Path, source: Path, models: Path) -> dict[str, Timed]:
    """Each command once, one after the other."""
    song = str(source)
    theirs = [
        # As far behind other programs as our children are.
        *("nice", "-n", str(NICE), str(python), "-m", "demucs"),
        *("-n", "htdemucs", "--repo", str(models), song, "--out"),
    ]
    ours = [
        *(str(python.with_name("undertone")), "process", song, "--op", "stems"),
        *("--stems", STEMS, "--format", "wav", "--json", "--out"),
    ]
    settings = {
        "UNDERTONE_DATA_DIR": str(source.parent / "data"),
        "UNDERTONE_ENGINE__MODEL_DIR": str(models),
    }
    return {
        DEMUCS: _timed(theirs, {}),
        MODEL: _timed(ours, {**settings, BACKEND: "demucs"}),
        QUICK: _timed(ours, {**settings, BACKEND: "builtin"}),
    }


def _timed(command: Sequence[str], settings: Mapping[str, str]) -> Timed:
    """A command that writes four stems to the folder that its last argument names."""
    with tempfile.TemporaryDirectory() as out:
        began, before = time.perf_counter(), _busy()
        done = _ended([*command, out], settings)
        took = Timed(time.perf_counter() - began, _busy() - before)
        written = len(list(Path(out).rglob("*.wav")))
    if done.returncode or written != len(STEMS.split(",")):
        raise RuntimeError(f"{command} gave {written} stems:\n{done.stderr[-2_000:]}")
    return took


def _busy() -> float:
    """Seconds of processors that the programs started here took, those they started included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _said(python: Path, program: str, *arguments: str) -> str:
    done = _ended([str(python), "-c", program, *arguments])
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


def _ended(
    command: Sequence[str], settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    # As people have it: a program may take as many threads as it likes.
    free = {name: it for name, it in os.environ.items() if not name.endswith("_NUM_THREADS")}
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**free, **(settings or {})},
        capture_output=True,
        text=True,
        check=False,
    )
