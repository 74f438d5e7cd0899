"""The only lists of adapters."""

from adapters import discord, web
from adapters.plugin import PlatformPlugin, ProviderPlugin
from adapters.providers import local

PLATFORMS: tuple[PlatformPlugin, ...] = (discord.PLUGIN, web.PLUGIN)
PROVIDERS: tuple[ProviderPlugin, ...] = (local.PLUGIN,)
