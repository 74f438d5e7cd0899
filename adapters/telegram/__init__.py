"""Telegram: voice notes, files and bot commands."""

from adapters.telegram.plugin import PLUGIN

__all__ = ["PLUGIN"]
