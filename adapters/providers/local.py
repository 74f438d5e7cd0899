"""The embedded engine in the shape of a provider: no key, no network, on this machine."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from adapters.plugin import ProviderPlugin, Tools
from services.limits import Limits
from services.machine import Accepted, Broke, Finished
from services.model import Kind, Result, Shape
from services.ports import Order, Provider, SoundTask
from services.problems import Code, fault
from services.recipes import Format, Operation, Recipe

OFFERED = (Operation.DENOISE, Operation.ENHANCE)

# Slower than a tenth of real time something is wrong; short clips get a fair start.
LEAST_TIMEOUT = timedelta(minutes=5)
SECONDS_PER_SECOND = 10


class LocalSettings(BaseModel):
    """UNDERTONE_PROVIDERS__LOCAL__…"""

    model_config = ConfigDict(frozen=True, extra="ignore")

    enabled: bool = Field(True, description="The embedded engine.")


class LocalProvider:
    """Port Provider over the worker processes."""

    name = "local"
    kind = Kind.SOUND
    limits = Limits()
    paid = False

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def offers(self, recipe: Recipe) -> bool:
        """What the engine has been taught so far."""
        return recipe.operation in OFFERED and not recipe.cleanup

    async def submit(self, order: Order) -> Finished:
        """Do the work now, in a child process; cancelling stops it at its next block."""
        files, workers = self._tools.files, self._tools.workers
        recipe = order.recipe
        made = recipe.format or Format.WAV
        async with files.local(order.clip.key) as source, files.scratch() as folder:
            outputs = [folder / f"{part}.{made}" for part in recipe.parts]
            task = SoundTask("clean", [source], outputs, _args(order))
            seconds = max(0.0, recipe.span(order.clip.seconds)) * SECONDS_PER_SECOND
            timeout = LEAST_TIMEOUT + timedelta(seconds=seconds)
            found = await workers.run(task, timeout=timeout, progress=order.report)
            keys = [f"{order.job}/{path.name}" for path in outputs]
            for key, path in zip(keys, outputs, strict=True):
                await files.put_path(key, path)
        results = tuple(Result(part, key) for part, key in zip(recipe.parts, keys, strict=True))
        return Finished(results, str(found.get("note", "")))

    async def find(self, order: Order) -> Accepted | Finished | None:
        """Never there: the work lives and dies with the step that does it."""
        return None

    async def ask(self, refs: Collection[str]) -> Mapping[str, Finished | Broke]:
        """Nothing is ever under way between two steps."""
        return {}

    async def cancel(self, ref: str) -> None:
        """The step itself was cancelled already."""

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> Finished | Broke:
        """Nobody calls back."""
        raise fault(Code.INTERNAL, "the embedded engine has no callbacks")


def _args(order: Order) -> dict[str, Any]:
    recipe = order.recipe
    return {
        "operation": recipe.operation.value,
        "preset": recipe.preset.value,
        "strength": recipe.strength.value,
        "format": (recipe.format or Format.WAV).value,
        "parts": list(recipe.parts),
        "start": recipe.start,
        "end": recipe.end,
        "voice": order.clip.shape is Shape.VOICE,
    }


@asynccontextmanager
async def _open(settings: LocalSettings, tools: Tools) -> AsyncIterator[Provider]:
    yield LocalProvider(tools)


PLUGIN = ProviderPlugin("local", LocalSettings, lambda settings: bool(settings.enabled), _open)
