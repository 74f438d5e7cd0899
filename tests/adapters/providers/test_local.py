"""The embedded engine as a provider: what it offers, and which child does it."""

import pytest

from adapters.plugin import Tools
from adapters.providers.local import LocalProvider
from services.recipes import QUICK_STEMS, Operation, Recipe, Stem
from services.tiers import Backend, Found, Tiers

SIX = Found(
    Backend.DEMUCS, (*QUICK_STEMS, Stem.GUITAR), told={"models": [["htdemucs_6s", ["guitar"]]]}
)


def provider(tiers=None):
    return LocalProvider(Tools(None, None, None, tiers or Tiers()))


def split(*stems):
    return Recipe(Operation.STEMS, stems=stems)


def test_a_stem_is_offered_only_where_a_separator_tells_it_apart():
    assert provider().offers(split(*QUICK_STEMS))
    assert not provider().offers(split(Stem.GUITAR))
    assert provider(Tiers((SIX,))).offers(split(Stem.GUITAR))
    assert not provider(Tiers((SIX,))).offers(split(Stem.KICK_DRUM, Stem.GUITAR))


def test_without_the_back_end_that_the_operator_wants_no_stems_are_offered():
    alone = provider(Tiers(has_builtin=False))
    assert not alone.offers(split())
    assert alone.offers(Recipe(Operation.DENOISE))


@pytest.mark.parametrize(
    ("recipe", "task", "more"),
    [
        (Recipe(Operation.DENOISE), "clean", {}),
        (split(Stem.VOCALS), "model-stems", {"backend": "demucs", "told": SIX.told}),
    ],
)
def test_models_work_in_a_child_of_their_own(recipe, task, more):
    assert provider(Tiers((SIX,)))._way(recipe)[:2] == (task, more)
    assert provider()._way(split(Stem.VOCALS))[:2] == ("stems", {})
