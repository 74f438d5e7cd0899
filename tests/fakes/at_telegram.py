"""The built application on a pretended Telegram."""

from contextlib import asynccontextmanager

from bot import lifecycle, wiring
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import load_settings
from services.model import Kind
from tests.fakes.at_discord import AtDiscord, Shift, built
from tests.fakes.telegram import FakeTelegram


class AtTelegram(AtDiscord):
    """An application that listens to a pretended Telegram, and the people there."""

    def __init__(self, app: wiring.App, telegram: FakeTelegram, clock: Shift) -> None:
        super().__init__(app, None, clock)
        self.telegram = telegram


@asynccontextmanager
async def at_telegram(
    folder,
    telegram: FakeTelegram,
    providers=PROVIDERS,
    clock=None,
    works=True,
    listens=True,
    mode="polling",
    more=None,
    **settings,
):
    """Build it, run it, close it; the folder keeps what a restart finds again."""
    clock = clock or Shift()
    told = {"token": telegram.token, "api_base": telegram.base, "mode": mode, **(more or {})}
    if mode == "webhook":
        settings["http"] = {"public_url": "https://sound.example", "port": 0}
    made = load_settings(
        PLATFORMS, PROVIDERS, data_dir=folder / "data", telegram=told, env_file=None, **settings
    )
    async with (
        built(made, providers, clock) as app,
        _served(app, telegram, mode),
        lifecycle.working(app, tuple(Kind) if works else ()),
        lifecycle.hearing(app, list(app.platforms) if listens else []),
    ):
        if listens:
            await telegram.connected()
        yield AtTelegram(app, telegram, clock)


@asynccontextmanager
async def _served(app, telegram, mode):
    """What Telegram posts to the public address comes to this server."""
    if mode == "polling":
        yield
        return
    async with lifecycle.serving(app) as port:
        telegram.webhook.origin = f"http://127.0.0.1:{port}"
        yield
