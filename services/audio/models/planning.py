"""Which of several models hears what, so that every wanted stem comes out: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.audio.models.names import OF_DRUMS, OF_VOCALS, with_rests
from services.audio.models.probing import Model
from services.problems import Code, fault
from services.recipes import Stem


@dataclass(frozen=True, slots=True)
class Step:
    """One model at work. hears: a stem that was made before, None for the mix."""

    model: str
    hears: Stem | None
    gives: tuple[Stem, ...]


def served(models: Sequence[Model]) -> tuple[Stem, ...]:
    """What can be had of these models: the parts of a stem only where that stem is had itself."""
    given = {stem for model in models for stem in model.stems}
    return with_rests(stem for stem in given if (heard_in(stem) or stem) in given)


def heard_in(stem: Stem) -> Stem | None:
    """The stem that this one is a part of."""
    if stem in OF_DRUMS:
        return Stem.DRUMS
    return Stem.VOCALS if stem in OF_VOCALS else None


def plan(models: Sequence[Model], wanted: Iterable[Stem]) -> list[Step]:
    """What to run, in this order. Raises `Fault` with `NOT_OFFERED`.

    models: the best first.
    """
    parts = [stem for stem in wanted if heard_in(stem)]
    heard = [stem for stem in map(heard_in, parts) if stem]
    whole = [stem for stem in wanted if not heard_in(stem)]
    steps: list[Step] = []
    for stem in (*heard, *whole, *parts):
        if not any(stem in step.gives for step in steps):
            model = _best(models, stem)
            steps.append(Step(model.name, heard_in(stem), model.stems))
    return steps


def _best(models: Sequence[Model], stem: Stem) -> Model:
    for model in models:
        if stem in model.stems:
            return model
    raise fault(Code.NOT_OFFERED, f"no model for {stem}", operation="stems")
