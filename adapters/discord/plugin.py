"""What Discord registers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.discord.settings import DiscordSettings
from adapters.plugin import Core, Platform, PlatformPlugin


@asynccontextmanager
async def _open(settings: DiscordSettings, core: Core) -> AsyncIterator[Platform]:
    # Only those who use Discord wait until its library is loaded.
    from adapters.discord.opening import open_discord

    async with open_discord(settings, core) as platform:
        yield platform


PLUGIN = PlatformPlugin(
    name="discord",
    settings=DiscordSettings,
    is_on=lambda settings: settings.token is not None,
    open=_open,
)
