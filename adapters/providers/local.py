"""The embedded engine in the shape of a provider: no key, no network, on this machine."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from adapters.plugin import ProviderPlugin, Tools
from services import fitting
from services.events import Accepted, Broke, Finished
from services.limits import Limits
from services.model import Kind, Result, Shape
from services.ports import Callback, Doubt, Order, Provider, SoundTask
from services.recipes import Format, Operation, Recipe

# Slower than a tenth of real time something is wrong; short clips get a fair start.
LEAST_TIMEOUT = timedelta(minutes=5)
SECONDS_PER_SECOND = 10
MODEL_SECONDS_PER_SECOND = 20  # large models without a graphics card


class LocalSettings(BaseModel):
    """UNDERTONE_PROVIDERS__LOCAL__…"""

    model_config = ConfigDict(frozen=True, extra="ignore")

    enabled: bool = Field(True, description="The embedded engine.")


class LocalProvider:
    """Port Provider over the worker processes."""

    name = "local"
    title = "Undertone"
    kind = Kind.SOUND
    limits = Limits()
    paid = False
    forgets = True  # it keeps nothing
    hosts: Collection[str] = ()

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def offers(self, recipe: Recipe) -> bool:
        """Everything but the stems that no separator here tells apart."""
        is_split = recipe.operation is Operation.STEMS
        return not is_split or self._tools.tiers.serving(recipe.stems) is not None

    def wait(self) -> timedelta:
        """Its line is the queue's."""
        return timedelta(0)

    async def submit(self, order: Order) -> Finished:
        """Do the work now, in a child process; cancelling stops it at its next block."""
        files, workers = self._tools.files, self._tools.workers
        recipe = order.recipe
        made = recipe.format or Format.WAV
        async with files.local(order.clip.key) as source, files.scratch() as folder:
            outputs = [folder / f"{part}.{made}" for part in recipe.parts]
            name, more, pace = self._way(recipe)
            task = SoundTask(name, [source], outputs, {**_args(order), **more})
            seconds = max(0.0, recipe.span(order.clip.seconds)) * pace
            timeout = LEAST_TIMEOUT + timedelta(seconds=seconds)
            found = await workers.run(task, timeout=timeout, progress=order.report)
            keys = [f"{order.job}/{path.name}" for path in outputs]
            for key, path in zip(keys, outputs, strict=True):
                await files.put_path(key, path)
        results = tuple(Result(part, key) for part, key in zip(recipe.parts, keys, strict=True))
        return Finished(results, str(found.get("note", "")))

    def _way(self, recipe: Recipe) -> tuple[str, Mapping[str, Any], float]:
        """The task that does this, what else it must know, and the pace that is expected of it."""
        if recipe.operation is not Operation.STEMS:
            return "clean", {}, SECONDS_PER_SECOND
        model = self._tools.tiers.model_for(recipe.stems)
        if model is None:
            return "stems", {}, SECONDS_PER_SECOND
        more = {"backend": str(model.backend), "told": model.told}
        return "model-stems", more, MODEL_SECONDS_PER_SECOND

    async def find(self, order: Order, doubt: Doubt) -> Accepted | Finished | None:
        """Never there: the work lives and dies with the step that does it."""
        return None

    async def ask(self, recipes: Mapping[str, Recipe]) -> Mapping[str, Finished | Broke]:
        """Nothing is ever under way between two steps."""
        return {}

    async def cancel(self, ref: str) -> None:
        """The step itself was cancelled already."""

    def read_callback(
        self, headers: Mapping[str, str], body: bytes, recipe: Recipe | None
    ) -> Callback:
        """Nobody calls back."""
        raise ValueError("The embedded engine has no callbacks.")

    async def account(self) -> Mapping[str, float | str]:
        """Its work is free."""
        return {}


def _args(order: Order) -> dict[str, Any]:
    recipe = order.recipe
    made, seconds = recipe.format or Format.WAV, recipe.span(order.clip.seconds)
    return {
        "operation": recipe.operation.value,
        "preset": recipe.preset.value,
        "strength": recipe.strength.value,
        "format": made.value,
        "parts": list(recipe.parts),
        "cleanup": [step.value for step in recipe.cleanup],
        "start": recipe.start,
        "end": recipe.end,
        "voice": order.clip.shape is Shape.VOICE,
        "bit_rate": fitting.bit_rate(
            made, seconds, order.clip.channels, order.budget, recipe.bitrate
        ),
    }


@asynccontextmanager
async def _open(settings: LocalSettings, tools: Tools) -> AsyncIterator[Provider]:
    yield LocalProvider(tools)


PLUGIN = ProviderPlugin("local", LocalSettings, lambda settings: bool(settings.enabled), _open)
