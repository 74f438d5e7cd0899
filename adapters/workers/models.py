"""Looks for back-ends with models: first at what is installed, then in a child that loads it."""

from collections.abc import Mapping
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from services.ports import SoundTask, Workers
from services.problems import Fault
from services.recipes import Stem
from services.tiers import AUTO, WITH_MODELS, Backend, Found, Tiers, tiers

PACKAGES = {Backend.DEMUCS: "demucs", Backend.SEPARATOR: "audio_separator"}
ENDINGS = {Backend.DEMUCS: {".th"}, Backend.SEPARATOR: {".ckpt", ".onnx", ".pth"}}
GET = {
    Backend.DEMUCS: "undertone models get htdemucs",
    Backend.SEPARATOR: "undertone models get URL --sha256 SUM",
}
PATIENCE = timedelta(minutes=5)  # for loading whatever lies there from a slow disk


async def look(workers: Workers, backend: str, folder: Path) -> Tiers:
    """What splits into stems here. backend: the setting. Never raises because of a model."""
    wanted = WITH_MODELS if backend == AUTO else [each for each in WITH_MODELS if each == backend]
    found = []
    for each in wanted:
        missing = lacking(each, folder)
        if not missing:
            found.append(await _probe(workers, each))
        elif backend != AUTO:
            found.append(Found(each, trouble=(missing,)))
    return tiers(backend, found)


def lacking(backend: Backend, folder: Path) -> str:
    """What is not there, in a sentence with what to do about it; "" where nothing is."""
    if find_spec(PACKAGES[backend]) is None:
        return (
            f"UNDERTONE_ENGINE__STEMS_BACKEND wants {backend}, which is not installed: "
            f"uv sync --extra {backend}"
        )
    files = folder.iterdir() if folder.is_dir() else ()
    if not any(path.suffix in ENDINGS[backend] for path in files):
        return f"There is no model for {backend} in {folder}: {GET[backend]}"
    return ""


async def _probe(workers: Workers, backend: Backend) -> Found:
    task = SoundTask("models", (), args={"backend": str(backend)})
    try:
        return _found(backend, await workers.run(task, timeout=PATIENCE))
    except Fault as error:
        lines = error.problem.detail.strip().splitlines() or [str(error.problem.code)]
        return Found(backend, trouble=(f"{backend} does not start: {lines[-1]}",))
    except (OSError, KeyError, TypeError, ValueError) as error:
        # The child has run what lies in the folder: nothing it says may keep the bot from starting.
        return Found(backend, trouble=(f"{backend} does not start: {type(error).__name__}",))


def _found(backend: Backend, told: Mapping[str, Any]) -> Found:
    return Found(
        backend=backend,
        stems=tuple(map(Stem, told["stems"])),
        models=tuple(name for name, _stems in told["models"]),
        device=told["device"],
        told={"models": told["models"]},
        trouble=tuple(f"The model {sentence}" for sentence in told["trouble"]),
    )
