"""Brings what lies at addresses of other people, and never reaches into a private network."""

from adapters.fetcher.fetching import WebFetcher, open_fetcher

__all__ = ["WebFetcher", "open_fetcher"]
