"""The two back-ends for models, by name, with the folder that this child may read."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from services.audio.models.tier import ModelTier
from services.audio.progress import Report

FOLDER = "MODEL_DIR"  # of the environment, set by whoever starts the child


def folder() -> Path:
    """Where the model files lie."""
    return Path(os.environ[FOLDER])


def probe(backend: str, report: Report) -> dict[str, Any]:
    """Load what lies in the folder and say what it serves and on what it runs."""
    import torch

    found = _backend(backend).probe(folder(), lambda: report(0.0))
    return {**found, "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"}


def tier(backend: str, told: Mapping[str, Any], parts: Sequence[str]) -> ModelTier:
    """The tier for these parts. told: what `probe` gave."""
    made: ModelTier = _backend(backend).tier(folder(), told, parts)
    return made


def _backend(name: str) -> Any:
    # One module each, since importing either takes seconds.
    if name == "demucs":
        from services.audio.models import demucs

        return demucs
    from services.audio.models import separator

    return separator
