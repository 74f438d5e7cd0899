"""What Telegram registers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.plugin import Core, Platform, PlatformPlugin
from adapters.telegram.settings import TelegramSettings


@asynccontextmanager
async def _open(settings: TelegramSettings, core: Core) -> AsyncIterator[Platform]:
    # Only those who use Telegram wait until its library is loaded.
    from adapters.telegram.opening import open_telegram

    async with open_telegram(settings, core) as platform:
        yield platform


PLUGIN = PlatformPlugin(
    name="telegram",
    settings=TelegramSettings,
    is_on=lambda settings: settings.token is not None,
    open=_open,
    needs_address=lambda settings: "mode=webhook" if settings.mode == "webhook" else "",
)
