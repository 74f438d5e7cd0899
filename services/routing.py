"""Which provider gets a job: pure."""

from collections.abc import Mapping, Sequence

from services import limits
from services.model import Clip, Job
from services.ports import Provider
from services.problems import Code, Problem
from services.recipes import Operation, Recipe, Stem

Routes = Mapping[Operation, Sequence[Provider]]  # in order of preference


def pick(job: Job, routes: Routes) -> Provider | Problem:
    """The first provider that can do this job and has not refused it, or why there is none."""
    able = offering(job.recipe, routes)
    fitting = [provider for provider in able if _misfit(provider, job.clip) is None]
    left = [provider for provider in fitting if provider.name not in job.refused]
    if left:
        return left[0]
    if able and not fitting:
        return _misfit(able[-1], job.clip) or not_offered(job.recipe, routes)
    return job.last or not_offered(job.recipe, routes)


def offering(recipe: Recipe, routes: Routes) -> list[Provider]:
    """The providers that can do this recipe at all, in order of preference."""
    return [one for one in routes.get(recipe.operation, ()) if one.offers(recipe)]


def served(routes: Routes) -> tuple[Stem, ...]:
    """The stems that somebody here can split off."""
    return tuple(stem for stem in Stem if offering(Recipe(Operation.STEMS, stems=(stem,)), routes))


def not_offered(recipe: Recipe, routes: Routes) -> Problem:
    """Nobody here does this; where it is for some stems, which, and what there is instead."""
    args = {"operation": recipe.operation.value}
    known = served(routes) if recipe.stems else ()
    missing = [stem for stem in recipe.stems if stem not in known]
    if known and missing:
        args |= {"missing": ", ".join(missing), "served": ", ".join(known)}
    return Problem(Code.NOT_OFFERED, args)


def _misfit(provider: Provider, clip: Clip | None) -> Problem | None:
    return limits.check(clip.bytes, clip.seconds, provider.limits) if clip else None
