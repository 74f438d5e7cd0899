"""denoise, deecho, dereverb, enhance and stems: what to do with sound."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from services import cards, routing
from services.commands import options as known
from services.commands.command import Command, Option, Takes
from services.intake import Intake
from services.model import Ask, Card
from services.problems import Fault
from services.recipes import Operation, Recipe
from services.routing import Routes

TREATED = (known.PRESET, known.STRENGTH, known.FORMAT, known.KEEP, known.FROM, known.TO)
REPAIRED = (known.STRENGTH, known.FORMAT, known.KEEP, known.FROM, known.TO)
SPLIT = (known.STEMS, known.CLEANUP, known.FORMAT)
OPTIONS = {
    Operation.DENOISE: TREATED,
    Operation.ENHANCE: TREATED,
    Operation.DEECHO: REPAIRED,
    Operation.DEREVERB: REPAIRED,
    Operation.STEMS: SPLIT,
}


def commands(intake: Intake, routes: Routes) -> list[Command]:
    """One command for each operation, in the order in which people look for them."""
    return [
        Command(
            operation.value,
            _runner(operation, intake, routes),
            Takes.SOUND,
            tuple(_served(option, routes) for option in OPTIONS[operation]),
            is_offered=bool(routing.offering(Recipe(operation), routes)),
        )
        for operation in OPTIONS
    ]


def _served(option: Option, routes: Routes) -> Option:
    """The option with the words that can be had here: nobody should choose in vain."""
    stems = routing.served(routes) if option is known.STEMS else ()
    return replace(option, choices=stems) if stems else option


def _runner(
    operation: Operation, intake: Intake, routes: Routes
) -> Callable[[Ask], Awaitable[tuple[Card, ...]]]:
    return partial(_run, operation, intake, routes)


async def _run(operation: Operation, intake: Intake, routes: Routes, ask: Ask) -> tuple[Card, ...]:
    return await start(intake, routes, ask, known.recipe(operation, ask.options))


async def start(intake: Intake, routes: Routes, ask: Ask, recipe: Recipe) -> tuple[Card, ...]:
    """Jobs for this ask, as cards; refused at once when nobody here does the work."""
    if not routing.offering(recipe, routes):
        raise Fault(routing.not_offered(recipe, routes))
    return tuple(cards.card(job) for job in await intake.take(ask, recipe))
