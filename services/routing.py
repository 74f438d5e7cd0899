"""Which provider gets a job: pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services import limits
from services.health import Out
from services.model import Clip, Job, Kind
from services.ports import Provider
from services.problems import Code, Problem
from services.recipes import Operation, Recipe, Stem

Routes = Mapping[Operation, Sequence[Provider]]  # in order of preference


@dataclass(frozen=True, slots=True)
class Standing:
    """What keeps jobs from providers at this moment.

    out: providers that get none, by name. may_leave: whether sound may go to other machines.
    has_remote: whether the operator gave that to the place; without it nobody there can allow it.
    """

    out: Mapping[str, Out] = field(default_factory=dict)
    may_leave: bool = True
    has_remote: bool = True


@dataclass(frozen=True, slots=True)
class Wait:
    """Nobody can do it before this time."""

    until: datetime
    problem: Problem


EVERYBODY = Standing()


def pick(job: Job, routes: Routes, standing: Standing = EVERYBODY) -> Provider | Wait | Problem:
    """The first provider that can do this job and may, or why there is none."""
    # What costs its person nothing must cost the operator nothing.
    able = [one for one in offering(job.recipe, routes) if not (job.is_free and one.paid)]
    allowed = [one for one in able if standing.may_leave or not is_elsewhere(one)]
    if able and not allowed:
        return job.last or _kept_here(job, able, standing)
    fitting = [provider for provider in allowed if _misfit(provider, job.clip) is None]
    left = [provider for provider in fitting if provider.name not in job.refused]
    working = [provider for provider in left if provider.name not in standing.out]
    if working:
        return working[0]
    if left:
        return _waiting([standing.out[provider.name] for provider in left])
    if allowed and not fitting:
        return _misfit(allowed[-1], job.clip) or not_offered(job.recipe, routes)
    return job.last or not_offered(job.recipe, routes)


def _kept_here(job: Job, able: Sequence[Provider], standing: Standing) -> Problem:
    """Why those elsewhere get nothing, who alone could do it."""
    if not standing.has_remote:
        return Problem(Code.NOT_IN_PLAN, {"operation": job.recipe.operation.value})
    return Problem(Code.CONSENT_NEEDED, {"engines": titles(able)})


def _waiting(out: Sequence[Out]) -> Wait | Problem:
    """For the first who comes back by itself; there is no use in waiting for an owner."""
    coming = [one for one in out if not one.is_owners]
    if not coming:
        return out[0].problem
    first = min(coming, key=lambda one: one.until)
    return Wait(first.until, first.problem)


def is_elsewhere(provider: Provider) -> bool:
    """Whether the sound leaves this machine for it."""
    return provider.kind is Kind.WIRE


def titles(providers: Collection[Provider]) -> str:
    """Those of them that lie elsewhere, as people know them."""
    return ", ".join(dict.fromkeys(one.title for one in providers if is_elsewhere(one)))


def engines(routes: Routes) -> str:
    """Everybody elsewhere who could get something, as people know them; empty: nobody."""
    return titles([provider for providers in routes.values() for provider in providers])


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
