"""What an adapter registers: its name, its settings and how it is opened."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Protocol

from aiohttp import web

from services.desk import Desk
from services.links import Signer
from services.ports import Fetcher, Files, Messenger, Now, Provider, Store, Workers
from services.tiers import Tiers


@dataclass(frozen=True, slots=True)
class Core:
    """What a platform may use of the product."""

    desk: Desk
    store: Store
    files: Files
    workers: Workers
    signer: Signer
    now: Now
    public_url: str | None
    http_host: str
    http_port: int
    trusted_proxies: Sequence[IPv4Network | IPv6Network] = ()
    keep: timedelta = timedelta(hours=24)  # how long files are kept where nobody said less
    upload_url: str | None = None  # where larger files may be brought; None: no web chat is open
    fetcher: Fetcher | None = None  # the only way to addresses that people gave


@dataclass(frozen=True, slots=True)
class Tools:
    """What a provider may use of the product."""

    files: Files
    workers: Workers
    now: Now
    tiers: Tiers = field(default_factory=Tiers)
    fetcher: Fetcher | None = None
    private: Collection[str] = ()  # host:port in one's own network that may be talked to
    is_called: bool = False  # whether a provider can call us back


class Listener(Protocol):
    """Runs until cancelled; a crash is restarted with backoff by whoever started it."""

    async def __call__(self) -> None: ...


class Publish(Protocol):
    """Publishes the commands where they changed; whether anything was published."""

    async def __call__(self, *, is_forced: bool = False) -> bool: ...


@dataclass(frozen=True, slots=True)
class Operating:
    """What the operator may ask of a platform that lies outside.

    reach: raises when it cannot be reached with these settings.
    invitations: addresses that add the bot, each with the word for where.
    """

    reach: Callable[[], Awaitable[None]]
    publish: Publish
    invitations: Callable[[], Awaitable[list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Platform:
    """An open platform: how to talk, and what of it needs running or serving.

    check: quick; raises when this process should hear the platform and does not.
    """

    messenger: Messenger
    listen: Listener | None = None
    routes: Sequence[web.AbstractRouteDef] = field(default_factory=tuple)
    # said at start, given the port that is served: e.g. the address of the web chat
    ready_line: Callable[[int], str] | None = None
    check: Callable[[], Awaitable[None]] | None = None
    operating: Operating | None = None


@dataclass(frozen=True, slots=True)
class PlatformPlugin:
    """One line in bot.registry.PLATFORMS.

    settings: a pydantic model, read under UNDERTONE_<NAME>__.
    is_on: says from these settings whether the platform is wanted.
    needs_address: what in them cannot work where nobody reaches our own server; empty: nothing.
    """

    name: str
    settings: type[Any]
    is_on: Callable[[Any], bool]
    open: Callable[[Any, Core], AbstractAsyncContextManager[Platform]]
    needs_address: Callable[[Any], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class ProviderPlugin:
    """One line in bot.registry.PROVIDERS; settings under UNDERTONE_PROVIDERS__<NAME>__."""

    name: str
    settings: type[Any]
    is_on: Callable[[Any], bool]
    open: Callable[[Any, Tools], AbstractAsyncContextManager[Provider]]
