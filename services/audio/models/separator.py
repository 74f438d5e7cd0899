"""Models of the package audio-separator, from the operator's folder and from nowhere else."""

import json
import logging
import platform
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.audio.models import architectures
from services.audio.models.names import stem_of, whole_of
from services.audio.models.overlapping import Net
from services.audio.models.planning import Step, plan, served
from services.audio.models.probing import Incomplete, look, models_of, reason
from services.audio.models.tier import ModelTier
from services.problems import Code, fault
from services.recipes import Stem

Audio = npt.NDArray[np.float32]

RATE = 44_100  # Hz; every one of these models
WINDOW = 30 * RATE  # samples; the models cut it up once more
STRIDE = 27 * RATE
SHORTEST = 10 * RATE  # samples; with less, some of them change their own windows
KINDS = {".ckpt": "MDXC", ".onnx": "MDX", ".pth": "VR"}
"""How a file's ending tells its architecture."""

EASY = "instrumental"
KARAOKE = "karaoke"  # in the name of a model whose vocals are those of the lead alone

OF_KARAOKE = {Stem.VOCALS: Stem.LEAD_VOCAL, Stem.INSTRUMENTAL: Stem.BACK_VOCAL}
"""What such a model tells apart when it hears the vocals alone."""


def probe(folder: Path, checkpoint: Callable[[], None]) -> dict[str, Any]:
    """Load everything in the folder once and say what it tells apart."""
    scores = _scores()

    def stems_in(name: str) -> Sequence[Stem]:
        checkpoint()
        words = architectures.words(_load(folder, name))
        return tuple(dict.fromkeys(stem for word in words if (stem := _stem(name, word))))

    names = [path.name for path in folder.iterdir() if path.suffix in KINDS]
    looked = look(sorted(names, key=lambda name: (-scores.get(name, 0.0), name)), stems_in)
    return looked.plain(served(looked.models))


def tier(folder: Path, told: Mapping[str, Any], _parts: Sequence[str]) -> ModelTier:
    """What the models of the folder make of a mix together.

    Opening it raises `Fault` with `PROVIDER_FAILED` where a model is not there any more.
    """
    models = models_of(told)
    sources = whole_of([stem for model in models for stem in model.stems])

    def choose(names: Sequence[str]) -> Net:
        steps = plan(models, tuple(map(Stem, names)))
        try:
            loaded = _load_all(folder, tuple(step.model for step in steps))
        except (Exception, SystemExit) as error:
            raise fault(Code.PROVIDER_FAILED, reason(error)) from error
        return Net(tuple(names), RATE, WINDOW, STRIDE, lambda mix: _ask(loaded, steps, names, mix))

    return ModelTier(sources, choose)


def _ask(
    loaded: Mapping[str, Any], steps: Sequence[Step], names: Sequence[str], mix: Audio
) -> Audio:
    if not mix.any():
        return np.zeros((len(names), *mix.shape), np.float32)
    length = mix.shape[1]
    whole = np.pad(mix, ((0, 0), (0, max(SHORTEST - length, 0))))
    made: dict[Stem, Audio] = {}
    for step in steps:
        heard = whole if step.hears is None else made[step.hears]
        out = architectures.ask(loaded[step.model], heard)
        stems = {stem: sound for word, sound in out.items() if (stem := _stem(step.model, word))}
        if Stem.BACK_VOCAL in step.gives and Stem.LEAD_VOCAL in stems:
            stems[Stem.BACK_VOCAL] = heard - stems[Stem.LEAD_VOCAL]
        made = stems | made
    return np.stack([made[Stem(name)][:, :length] for name in names])


def _stem(model: str, word: str) -> Stem | None:
    """What this model means by a word."""
    stem = stem_of(word)
    if KARAOKE in model.lower():
        return OF_KARAOKE.get(stem) if stem else None
    return None if stem is Stem.INSTRUMENTAL else stem  # that one is made from the mix


# --- the package, kept from the network -----------------------------------------------------------


@lru_cache(maxsize=1)
def _load_all(folder: Path, names: tuple[str, ...]) -> Mapping[str, Any]:
    return {name: _load(folder, name) for name in names}


def _load(folder: Path, name: str) -> Any:
    """One model, by the package's own loader."""
    from audio_separator.separator import Separator

    class Offline(Separator):  # type: ignore[misc]  # the package has no types
        """The package's loader, which finds its files here or not at all."""

        def download_model_files(self, model_filename: str) -> tuple[Any, ...]:
            path = Path(self.model_file_dir, model_filename)
            described = _description(path) if KINDS[path.suffix] == "MDXC" else None
            return model_filename, KINDS[path.suffix], model_filename, str(path), described

        def download_file_if_not_exists(self, url: str, output_path: str) -> None:
            _found(Path(output_path))

    package = Offline(
        log_level=logging.ERROR, model_file_dir=str(folder), output_dir=".", info_only=True
    )
    package.setup_torch_device(platform.uname())
    package.load_model(name)
    return package.model_instance


def _description(path: Path) -> str:
    """The file with the shape of a network: named by the package's list, else like the model."""
    lists = json.loads(resources.files("audio_separator").joinpath("models.json").read_text())
    checks = path.with_name("download_checks.json")
    if checks.is_file():
        lists |= json.loads(checks.read_text(encoding="utf-8"))
    named = {
        file: description
        for models in lists.values()
        if isinstance(models, dict)
        for files in models.values()
        if isinstance(files, dict)
        for file, description in files.items()
    }
    return str(_found(path.with_name(named.get(path.name, f"{path.stem}.yaml"))))


def _found(path: Path) -> Path:
    if not path.is_file():
        raise Incomplete(f"it needs {path.name} beside it.")
    return path


def _scores() -> dict[str, float]:
    """How well each known model does what it does best, in dB; accompaniment is always easy."""
    text = resources.files("audio_separator").joinpath("models-scores.json").read_text()
    return {name: _score(known["median_scores"]) for name, known in json.loads(text).items()}


def _score(medians: Mapping[str, Any]) -> float:
    stems = [score for stem, score in medians.items() if stem != EASY and isinstance(score, dict)]
    return max((score.get("SDR", 0.0) for score in stems), default=0.0)
