"""`undertone run`."""

from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from adapters.plugin import PlatformPlugin
from adapters.store.lock import lock_file
from bot import hooks, lifecycle, logs, wiring
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import Settings, notes
from services.model import Kind


@dataclass(frozen=True, slots=True)
class Share:
    """What this process does of the whole.

    platforms: opened, to deliver and to serve. listens: those whose people it hears.
    """

    platforms: Sequence[PlatformPlugin]
    listens: Collection[str]
    serves: bool
    works: bool


def share_of(settings: Settings, only: Sequence[str]) -> Share:
    """What `--only` asks for; everything when it is empty."""
    works = not only or "worker" in only
    named = [part for part in only if part not in ("worker", "http")]
    on = {plugin.name for plugin in wiring.wanted(settings, PLATFORMS, named)} if named else set()
    if missing := [name for name in named if name not in on]:
        raise ValueError(f"{missing[0]} is not set up, so it cannot run: see docs/settings.md.")
    # A worker delivers to every platform, and HTTP serves the pages of all.
    platforms = wiring.wanted(settings, PLATFORMS, [] if works or "http" in only else named)
    listens = [plugin.name for plugin in platforms if not only or plugin.name in only]
    return Share(platforms, listens, not only or "http" in only or bool(listens), works)


async def run(
    settings: Settings, only: Sequence[str], kinds: Sequence[str], say: Callable[[str], None]
) -> None:
    """Open what is wanted and run it until a signal comes."""
    logs.configure(settings.log_format, settings.log_level)
    for note in notes(settings):
        say(note)
    share = share_of(settings, only)
    with ExitStack() as stack:
        if settings.is_sqlite:
            stack.enter_context(lock_file(settings.data_dir))
        async with wiring.build(settings, platforms=share.platforms, providers=PROVIDERS) as app:
            for sentence in (*app.tiers.trouble, *hooks.notes(app)):
                say(sentence)
            if share.serves and not app.platforms:
                say("No platform is switched on, so there is nothing to talk to: see `check`.")
            if share.works:
                app.workers.warm_rest()
            await lifecycle.run(
                app,
                works=share.works,
                serves=share.serves,
                listens=share.listens,
                kinds=[Kind(kind) for kind in kinds],
                say=say,
            )
