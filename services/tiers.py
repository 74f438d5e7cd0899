"""Who splits a mix into stems on this machine: the built-in separator, a model, or nobody."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from services.recipes import DEFAULT_STEMS, QUICK_STEMS, Stem


class Backend(StrEnum):
    """A way to separate."""

    BUILTIN = "builtin"
    DEMUCS = "demucs"
    SEPARATOR = "separator"


AUTO = "auto"
WITH_MODELS = (Backend.DEMUCS, Backend.SEPARATOR)


@dataclass(frozen=True, slots=True)
class Found:
    """What a back-end serves with the models that are there.

    told: what its child said of them, which is given back to it with every task.
    """

    backend: Backend
    stems: tuple[Stem, ...] = ()
    models: tuple[str, ...] = ()
    device: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)
    trouble: tuple[str, ...] = ()  # sentences for the operator


@dataclass(frozen=True, slots=True)
class Tiers:
    """Which of them are there, the best first.

    trouble: what is wrong with those that the operator wants.
    """

    models: tuple[Found, ...] = ()
    has_builtin: bool = True
    trouble: tuple[str, ...] = ()

    def model_for(self, stems: Collection[Stem]) -> Found | None:
        """The best with a model that can do all of these."""
        wanted = set(stems or DEFAULT_STEMS)
        return next((each for each in self.models if wanted <= set(each.stems)), None)

    def serving(self, stems: Collection[Stem]) -> Backend | None:
        """The best that can do all of these; None: nobody here."""
        if (model := self.model_for(stems)) is not None:
            return model.backend
        is_quick = set(stems or DEFAULT_STEMS) <= set(QUICK_STEMS)
        return Backend.BUILTIN if self.has_builtin and is_quick else None


def tiers(backend: str, found: Sequence[Found]) -> Tiers:
    """What to use of what was found, as the setting says.

    With `auto` the back-ends that serve most come first, the built-in one last. A back-end that
    is asked for by name stands alone: nobody is given less than the operator meant.
    """
    trouble = tuple(sentence for each in found for sentence in each.trouble)
    able = sorted((each for each in found if each.stems), key=lambda each: -len(each.stems))
    return Tiers(tuple(able), backend in (AUTO, Backend.BUILTIN), trouble)
