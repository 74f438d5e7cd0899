"""Our engine behind both providers' own HTTP APIs: a program with a key is one more chat."""

from adapters.api.plugin import PLUGIN

__all__ = ["PLUGIN"]
