"""What lies in the folder of models, and how that is told to the parent."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.recipes import Stem

LONGEST = 200  # characters of somebody else's message


class Incomplete(Exception):
    """A model lacks what belongs to it; its text is for the operator."""


@dataclass(frozen=True, slots=True)
class Model:
    """One that loads, and the stems that it tells apart."""

    name: str
    stems: tuple[Stem, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """The models of the folder, the best first, and a sentence for each that does not load."""

    models: list[Model] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def plain(self, served: Iterable[Stem]) -> dict[str, Any]:
        """As plain values; `models_of` reads them back."""
        return {
            "models": [[model.name, list(model.stems)] for model in self.models],
            "stems": list(served),
            "trouble": self.trouble,
        }


def models_of(told: Mapping[str, Any]) -> list[Model]:
    """The models in what `Looked.plain` gave."""
    return [Model(name, tuple(map(Stem, stems))) for name, stems in told["models"]]


def look(names: Sequence[str], stems_in: Callable[[str], Sequence[Stem]]) -> Looked:
    """Load one after the other; what one of them does wrong is no reason to miss the next."""
    looked = Looked()
    for name in names:
        try:
            looked.models.append(Model(name, tuple(stems_in(name))))
        except (Exception, SystemExit) as error:  # noqa: BLE001 – a pickle raises what it likes
            looked.trouble.append(f"{name}: {reason(error)}")
    return looked


def reason(error: BaseException) -> str:
    """A message in one line."""
    if isinstance(error, Incomplete):
        return str(error)
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:LONGEST]}" if lines else type(error).__name__
