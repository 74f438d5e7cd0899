"""Discord: slash commands, message menus, buttons and modals."""

from adapters.discord.plugin import PLUGIN

__all__ = ["PLUGIN"]
