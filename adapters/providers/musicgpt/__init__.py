"""MusicGPT: the work is done elsewhere, and paid in credits."""

from adapters.providers.musicgpt.plugin import PLUGIN

__all__ = ["PLUGIN"]
