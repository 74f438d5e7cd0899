"""Demucs models from the operator's folder: `<signature>-<checksum>.th` and `<name>.yaml`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.audio.models.names import stem_of, whole_of, with_rests
from services.audio.models.overlapping import Net
from services.audio.models.probing import look, models_of, reason
from services.audio.models.tier import ModelTier
from services.problems import Code, fault
from services.recipes import Stem

Audio = npt.NDArray[np.float32]

OVERLAP = 0.25  # of a segment, as Demucs' own command line has it
BEST_FIRST = ("htdemucs_ft", "htdemucs", "htdemucs_6s")  # by the SDR that its authors give


def probe(folder: Path, checkpoint: Callable[[], None]) -> dict[str, Any]:
    """Load everything in the folder once and say what it tells apart."""

    def stems_in(name: str) -> Sequence[Stem]:
        checkpoint()
        return with_rests(_stems(_load(folder, name).sources))

    looked = look(_names(folder), stems_in)
    return looked.plain(with_rests(stem for model in looked.models for stem in model.stems))


def tier(folder: Path, told: Mapping[str, Any], parts: Sequence[str]) -> ModelTier:
    """The best model that serves all these parts. Raises `Fault` with `NOT_OFFERED`."""
    wanted = {Stem(part) for part in parts}
    able = [model.name for model in models_of(told) if wanted <= set(model.stems)]
    if not able:
        raise fault(Code.NOT_OFFERED, "no model for these", operation="stems")
    try:
        model = _load(folder, able[0])
    except (Exception, SystemExit) as error:
        # It was there at the start: somebody else may still do the work.
        raise fault(Code.PROVIDER_FAILED, reason(error)) from error
    net = _net(model)
    return ModelTier(whole_of(_stems(model.sources)), lambda _names: net)


def _names(folder: Path) -> list[str]:
    """What can be loaded: the bags, and models that are in no bag."""
    alone = {path.stem.split("-")[0] for path in folder.glob("*.th")}
    bags = {path.stem: _held(path) for path in folder.glob("*.yaml")}
    names = [name for name, held in bags.items() if held]
    return sorted([*names, *alone.difference(*bags.values())], key=_rank)


def _held(path: Path) -> list[str]:
    """The models of a bag; none where the file describes something else."""
    import yaml

    try:
        bag = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return []
    held = bag.get("models") if isinstance(bag, dict) else None
    return [str(each) for each in held] if isinstance(held, list) else []


def _rank(name: str) -> tuple[int, str]:
    return (BEST_FIRST.index(name) if name in BEST_FIRST else len(BEST_FIRST), name)


@lru_cache(maxsize=1)
def _load(folder: Path, name: str) -> Any:
    """The model, on the GPU where there is one. Demucs compares the sum that the name carries."""
    import torch
    from demucs.pretrained import get_model

    model = get_model(name, repo=folder)
    return model.to("cuda" if torch.cuda.is_available() else "cpu")


def _stems(sources: Iterable[str]) -> list[Stem]:
    return [stem for stem in map(stem_of, sources) if stem is not None]


def _net(model: Any) -> Net:
    import torch
    from demucs.apply import apply_model

    device = next(model.parameters()).device

    def ask(mix: Audio) -> Audio:
        # The models expect music that is as loud as music, and make noise of silence.
        level = np.sqrt(np.mean(np.square(mix), dtype=np.float64))
        if not level:
            return np.zeros((len(model.sources), *mix.shape), np.float32)
        heard = torch.from_numpy(np.asarray(mix / level, np.float32))[None]
        made = apply_model(model, heard, shifts=0, split=False, device=device)[0]
        return np.asarray(made.cpu().numpy() * level, np.float32)

    segment = min(float(part.segment) for part in getattr(model, "models", [model]))
    window = int(model.samplerate * segment)
    names = tuple(stem_of(source) or source for source in model.sources)
    return Net(names, model.samplerate, window, int((1 - OVERLAP) * window), ask)
