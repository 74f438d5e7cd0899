"""The only lists of adapters."""

from adapters import discord, telegram, web
from adapters.plugin import PlatformPlugin, ProviderPlugin
from adapters.providers import local, musicgpt

PLATFORMS: tuple[PlatformPlugin, ...] = (discord.PLUGIN, telegram.PLUGIN, web.PLUGIN)
PROVIDERS: tuple[ProviderPlugin, ...] = (musicgpt.PLUGIN, local.PLUGIN)
