"""From a target to a connection: every address is checked, and only a checked one is reached."""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from ssl import SSLContext
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.fetcher.addresses import is_allowed
from adapters.fetcher.links import Refused, Target
from services.behalf import SPACE

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]  # every address of a host; OSError
OpenSocket = Callable[[aiohttp.AddrInfoType], socket.socket]
OF_ONE_SPACE = 4  # names that are looked up at once


class Names:
    """Asks the system for names, in threads: nothing can stop it while nobody answers.

    So one space of people has only a few of them, and waits for those alone.
    """

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def resolve(self, host: str, port: int) -> list[str]:
        """Every address of the host."""
        loop, space = asyncio.get_running_loop(), SPACE.get()
        places = self._places.setdefault(space, asyncio.Semaphore(OF_ONE_SPACE))
        await places.acquire()
        asked = self._pool.submit(_look_up, host, port)

        def give_back(_: object) -> None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(places.release)

        # When the thread is free, however long nobody waits for it any more.
        asked.add_done_callback(give_back)
        return await asyncio.wrap_future(asked)


def _look_up(host: str, port: int) -> list[str]:
    kind, flags = socket.SOCK_STREAM, socket.AI_ADDRCONFIG
    found = socket.getaddrinfo(host, port, type=kind, flags=flags)
    return [str(address[0]) for *_, address in found]


def open_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    """A socket of this kind, not connected."""
    family, kind, protocol, *_ = info
    return socket.socket(family, kind, protocol)


async def addresses_of(target: Target, resolve: Resolve) -> tuple[Address, ...]:
    """Where the target may be reached. Raises `Refused` if any of its addresses may not be."""
    if target.literal is not None:
        found = [target.literal]
    else:
        found = [_read(one) for one in await resolve(target.host, target.port)]
    check(target, found)
    return tuple(dict.fromkeys(found))


def check(target: Target, found: Iterable[Address]) -> None:
    """Raises `Refused` if the target may not be reached at one of these."""
    if not target.is_private and not all(is_allowed(one) for one in found):
        raise Refused("an address of a private or special network")


def _read(answer: str) -> Address:
    try:
        return ip_address(answer)
    except ValueError:
        raise Refused("an answer of DNS that is no address") from None


def connector(
    addresses: Collection[Address],
    port: int,
    open_socket: OpenSocket,
    context: SSLContext | None,
) -> aiohttp.TCPConnector:
    """Connects to these addresses and no others, whatever anybody answers in the meantime."""

    def open_checked(info: aiohttp.AddrInfoType) -> socket.socket:
        # aiohttp asks no resolver about hosts that are addresses: this is the last door.
        host, to = str(info[4][0]), int(info[4][1])
        if ip_address(host) not in addresses or to != port:
            raise OSError(errno.EACCES, "not the address that was checked")
        return open_socket(info)

    return aiohttp.TCPConnector(
        resolver=_Known(addresses),
        use_dns_cache=False,
        force_close=True,
        socket_factory=open_checked,
        ssl=context if context is not None else True,
    )


class _Known(AbstractResolver):
    """Asks nobody: the addresses are known, and were checked."""

    def __init__(self, addresses: Collection[Address]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [_answer(host, port, one) for one in self._addresses]

    async def close(self) -> None:
        pass


def _answer(host: str, port: int, address: Address) -> Any:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    return ResolveResult(
        hostname=host,
        host=str(address),
        port=port,
        family=family,
        proto=socket.IPPROTO_TCP,
        flags=socket.AI_NUMERICHOST,
    )
