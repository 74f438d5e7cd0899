"""Reaches addresses that other people give, and never into a private network."""

from adapters.fetcher.fetching import WebFetcher, open_fetcher

__all__ = ["WebFetcher", "open_fetcher"]
