"""The only lists of adapters."""

from adapters import web
from adapters.plugin import PlatformPlugin, ProviderPlugin
from adapters.providers import local

PLATFORMS: tuple[PlatformPlugin, ...] = (web.PLUGIN,)
PROVIDERS: tuple[ProviderPlugin, ...] = (local.PLUGIN,)
