"""What MusicGPT registers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.plugin import ProviderPlugin, Tools
from adapters.providers.calling import calling
from adapters.providers.musicgpt.api import Api
from adapters.providers.musicgpt.provider import MusicGptProvider
from adapters.providers.musicgpt.settings import MusicGptSettings
from services.ports import Provider


@asynccontextmanager
async def _open(settings: MusicGptSettings, tools: Tools) -> AsyncIterator[Provider]:
    assert settings.api_key is not None
    key = settings.api_key.get_secret_value()
    # The bare key: the word `Bearer` is in none of their documents.
    headers = {"Authorization": key, "accept": "application/json"}
    async with calling(settings.base_url, headers, tools.private) as api:
        yield MusicGptProvider(Api(api, key, tools.now), settings, tools)


PLUGIN = ProviderPlugin(
    "musicgpt", MusicGptSettings, lambda settings: settings.api_key is not None, _open
)
