"""denoise, deecho, dereverb, enhance and stems: what to do with sound."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from services import album_cards, cards, routing, spaces
from services.commands import linked
from services.commands import options as known
from services.commands.command import Command, Option, Takes
from services.commands.means import Means
from services.intake import Intake
from services.model import Ask
from services.problems import Fault
from services.recipes import Operation, Recipe
from services.routing import Routes
from services.showing import Card
from services.transactions import Tx

CUT = (known.KEEP, known.FROM, known.TO)
REPAIRED = (linked.URL, known.STRENGTH, known.FORMAT, known.BITRATE, *CUT)
TREATED = (linked.URL, known.PRESET, *REPAIRED[1:])
SPLIT = (linked.URL, known.STEMS, known.CLEANUP, known.FORMAT, known.BITRATE)
OPTIONS = {
    Operation.DENOISE: TREATED,
    Operation.ENHANCE: TREATED,
    Operation.DEECHO: REPAIRED,
    Operation.DEREVERB: REPAIRED,
    Operation.STEMS: SPLIT,
}


def commands(means: Means) -> list[Command]:
    """One command for each operation, in the order in which people look for them."""
    return [
        Command(
            operation.value,
            partial(_run, operation, means),
            Takes.SOUND,
            tuple(_served(option, means.routes) for option in OPTIONS[operation]),
            check=partial(_check, operation, means.routes),
            is_offered=bool(routing.offering(Recipe(operation), means.routes)),
        )
        for operation in OPTIONS
    ]


def _served(option: Option, routes: Routes) -> Option:
    """The option with the words that can be had here: nobody should choose in vain."""
    stems = routing.served(routes) if option is known.STEMS else ()
    return replace(option, choices=stems) if stems else option


async def _run(operation: Operation, means: Means, ask: Ask) -> tuple[Card, ...]:
    recipe = await means.store.read(lambda tx: _recipe(tx, operation, ask))
    return await start(means.intake, means.routes, linked.brought(ask), recipe)


def _recipe(tx: Tx, operation: Operation, ask: Ask) -> Recipe:
    """What is asked for, with what holds where nothing is said."""
    usual = spaces.habits(tx, ask.address, ask.person)
    own = spaces.presets(tx, ask.address, ask.person)
    words = known.resolved(ask.options, usual, own)
    known_here = {option.name for option in (*OPTIONS[operation], known.PICTURE)}
    return known.recipe(operation, {one: words[one] for one in words if one in known_here})


def _check(operation: Operation, routes: Routes, ask: Ask) -> None:
    linked.check(ask)
    said = known.without_own_preset(ask.options)
    _offered(known.recipe(operation, said, routing.served(routes)), routes)


def _offered(recipe: Recipe, routes: Routes) -> None:
    if not routing.offering(recipe, routes):
        raise Fault(routing.not_offered(recipe, routes))


async def start(
    intake: Intake,
    routes: Routes,
    ask: Ask,
    recipe: Recipe,
    check: Callable[[Tx], None] | None = None,
    *,
    is_free: bool = False,
) -> tuple[Card, ...]:
    """Jobs for this ask, as cards; refused at once when nobody here does the work.

    An album has one card for all its jobs.

    check, is_free: as `Intake.take` has them.
    """
    _offered(recipe, routes)
    jobs = await intake.take(ask, recipe, check, is_free=is_free)
    if jobs[0].album:
        return (album_cards.album(jobs),)
    return tuple(cards.card(job) for job in jobs)
