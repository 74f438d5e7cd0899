"""The only lists of adapters."""

from adapters import api, discord, telegram, web
from adapters.plugin import PlatformPlugin, ProviderPlugin
from adapters.providers import local, musicgpt, noise_remover

PLATFORMS: tuple[PlatformPlugin, ...] = (discord.PLUGIN, telegram.PLUGIN, web.PLUGIN, api.PLUGIN)
PROVIDERS: tuple[ProviderPlugin, ...] = (musicgpt.PLUGIN, noise_remover.PLUGIN, local.PLUGIN)
