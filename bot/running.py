"""`undertone run`."""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from adapters.store.lock import lock_file
from bot import lifecycle, logs, wiring
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import Settings, notes
from services.model import Kind


async def run(
    settings: Settings, only: Sequence[str], kinds: Sequence[str], say: Callable[[str], None]
) -> None:
    """Open what is wanted and run it until a signal comes."""
    logs.configure(settings.log_format, settings.log_level)
    os.umask(0o077)  # recordings are nobody else's business
    for note in notes(settings):
        say(note)
    works = not only or "worker" in only
    parts = [part for part in only if part not in ("worker", "http")]
    # A worker delivers to every platform, and HTTP serves every platform's pages; who listens for
    # what people say is another question.
    chosen = wiring.wanted(settings, PLATFORMS, [] if works or "http" in only else parts)
    listens = [plugin.name for plugin in chosen if not only or plugin.name in only]
    serves = not only or "http" in only or bool(listens)
    with ExitStack() as stack:
        if settings.is_sqlite:
            stack.enter_context(lock_file(settings.data_dir))
        async with wiring.build(settings, platforms=chosen, providers=PROVIDERS) as app:
            if serves and not app.platforms:
                say("No platform is switched on, so there is nothing to talk to: see `check`.")
            await lifecycle.run(
                app,
                works=works,
                serves=serves,
                listens=listens,
                kinds=[Kind(kind) for kind in kinds],
                say=say,
            )
