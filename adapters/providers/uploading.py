"""The file that a provider gets: the clip itself where it takes it so, else made ready here."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.plugin import Tools
from services import fitting
from services.limits import UNLIMITED
from services.model import Clip, Shape
from services.ports import Order, SoundTask
from services.problems import Code, fault
from services.recipes import MIME, Format, Recipe

CONVERT_TIMEOUT = timedelta(minutes=30)
FILMS = (Shape.VIDEO, Shape.VIDEO_NOTE)


@dataclass(frozen=True, slots=True)
class Upload:
    """A local file, what it is called there, and its MIME type."""

    path: Path
    name: str
    mime: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a provider takes: the ending for each container, and how many bytes."""

    endings: Mapping[str, str]
    bytes: float = UNLIMITED


def ending(clip: Clip, recipe: Recipe, taken: Taken) -> str | None:
    """The ending under which the clip can be sent as it is; None: it must be made ready first.

    Of a film only the sound leaves the machine, of a stretch only the stretch.
    """
    is_whole = recipe.start == 0 and recipe.end is None
    if not is_whole or clip.shape in FILMS or clip.bytes > taken.bytes:
        return None
    return taken.endings.get(clip.container.split(",")[0])


@asynccontextmanager
async def upload(tools: Tools, order: Order, taken: Taken) -> AsyncIterator[Upload]:
    """The file to send, valid inside the context; its name says nothing of any person.

    Raises `Fault` with `PROVIDER_TOO_LARGE` when nothing makes it small enough.
    """
    name = f"{order.job}-{order.attempt}"
    as_it_is = ending(order.clip, order.recipe, taken)
    async with tools.files.local(order.clip.key) as source:
        if as_it_is is not None:
            mime = MIME.get(Format(as_it_is)) if as_it_is in set(Format) else None
            yield Upload(source, f"{name}.{as_it_is}", mime or "application/octet-stream")
            return
        async with tools.files.scratch() as folder:
            made, path = await _made_ready(tools, order, source, folder, taken.bytes)
            yield Upload(path, f"{name}.{made}", MIME[made])


async def _made_ready(
    tools: Tools, order: Order, source: Path, folder: Path, most: float
) -> tuple[Format, Path]:
    """As little changed as fits: without loss first."""
    recipe, clip = order.recipe, order.clip
    seconds = recipe.span(clip.seconds)
    for made, rate in fitting.smaller(Format.WAV, seconds, clip.channels, most):
        path = folder / f"upload.{made}"
        args: dict[str, Any] = {
            "format": made.value,
            "bit_rate": rate,
            "start": recipe.start,
            "end": recipe.end,
            "tags": {},  # who recorded it where is nobody's business there
        }
        await tools.workers.run(
            SoundTask("convert", [source], [path], args), timeout=CONVERT_TIMEOUT
        )
        if path.stat().st_size <= most:
            return made, path
    raise fault(Code.PROVIDER_TOO_LARGE, limit=most)
