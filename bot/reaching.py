"""`undertone sync-commands` and `undertone invite`: what platforms outside are told and asked."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from adapters.plugin import Operating
from bot import wiring
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import Settings
from services.problems import Fault

FAILED = 1
NOBODY = (
    "No platform outside is set up: give it its token, see docs/discord.md and docs/telegram.md."
)


async def sync_commands(
    settings: Settings, say: Callable[[str], None], *, is_forced: bool = False
) -> int:
    """Publish where something changed; returns the exit code."""
    code = 0
    async with _outside(settings, say) as platforms:
        for name, operating in platforms.items():
            try:
                published = await operating.publish(is_forced=is_forced)
                say(f"{name}: {'published' if published else 'nothing changed since'}")
            except Fault as error:
                say(f"{name}: FAILED: {error.problem.detail or error.problem.code}")
                code = FAILED
    return code


async def invite(settings: Settings, say: Callable[[str], None]) -> int:
    """Say where the bot is added; returns the exit code."""
    code = 0
    async with _outside(settings, say) as platforms:
        for name, operating in platforms.items():
            try:
                for where, address in await operating.invitations():
                    say(f"{name}, to a {where}: {address}")
            except Fault as error:
                say(f"{name}: FAILED: {error.problem.detail or error.problem.code}")
                code = FAILED
    return code


@asynccontextmanager
async def _outside(
    settings: Settings, say: Callable[[str], None]
) -> AsyncIterator[dict[str, Operating]]:
    """The platforms that lie outside, opened."""
    chosen = wiring.wanted(settings, PLATFORMS)
    # Warm, as when it runs: which commands there are depends on the models that are found here.
    async with wiring.build(settings, platforms=chosen, providers=PROVIDERS) as app:
        outside = {
            name: platform.operating
            for name, platform in app.platforms.items()
            if platform.operating is not None
        }
        if not outside:
            say(NOBODY)
        yield outside
