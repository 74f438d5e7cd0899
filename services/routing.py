"""Which provider gets a job: pure."""

from collections.abc import Mapping, Sequence

from services import limits
from services.model import Clip, Job
from services.ports import Provider
from services.problems import Code, Problem
from services.recipes import Operation, Recipe

Routes = Mapping[Operation, Sequence[Provider]]  # in order of preference


def pick(job: Job, routes: Routes) -> Provider | Problem:
    """The first provider that can do this job and has not refused it, or why there is none."""
    able = offering(job.recipe, routes)
    fitting = [provider for provider in able if _misfit(provider, job.clip) is None]
    left = [provider for provider in fitting if provider.name not in job.refused]
    if left:
        return left[0]
    if able and not fitting:
        return _misfit(able[-1], job.clip) or not_offered(job.recipe)
    return job.last or not_offered(job.recipe)


def offering(recipe: Recipe, routes: Routes) -> list[Provider]:
    """The providers that can do this recipe at all, in order of preference."""
    return [one for one in routes.get(recipe.operation, ()) if one.offers(recipe)]


def not_offered(recipe: Recipe) -> Problem:
    """Nobody here does this."""
    return Problem(Code.NOT_OFFERED, {"operation": recipe.operation.value})


def _misfit(provider: Provider, clip: Clip | None) -> Problem | None:
    return limits.check(clip.bytes, clip.seconds, provider.limits) if clip else None
