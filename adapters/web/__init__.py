"""The web chat: a chat in the browser, no account needed."""

from adapters.web.plugin import PLUGIN

__all__ = ["PLUGIN"]
