"""Starts the engine's process before the rest of this program is loaded."""

import asyncio
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from adapters.workers import head_start
from bot.folders import private_folder


async def process(settings: Callable[[], Any], asked: Mapping[str, Any], as_json: bool) -> int:
    """As `bot.processing.process`, of what `Request` is made from.

    Both the engine and this program take most of a second to load: so each has a core meanwhile.
    """
    with private_folder() as folder:
        async with head_start(folder) as first:
            processing = await asyncio.to_thread(import_module, "bot.processing")
            request = processing.Request(**asked)
            found: int = await processing.process(settings(), request, as_json, folder, first)
            return found
