"""noise-remover.com, API v1."""

from adapters.providers.noise_remover.plugin import PLUGIN

__all__ = ["PLUGIN"]
