"""From where a request comes."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from aiohttp import web


def is_loopback(host: str) -> bool:
    """Whether only this very machine can reach a server on `host`."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def address_of(request: web.Request, proxies: Sequence[IPv4Network | IPv6Network]) -> str:
    """Who knocks; a proxy on this machine and the trusted ones are believed about it."""
    remote = request.remote or ""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    is_believed = is_loopback(remote) or (
        bool(remote) and any(ip_address(remote) in network for network in proxies)
    )
    return told if told and is_believed else remote
