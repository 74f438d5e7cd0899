"""A pytest plugin: no test reaches anything but this machine."""

import sys
from ipaddress import ip_address


class ReachedOut(Exception):
    """A test tried to reach another machine."""


def _guard(event, args):
    if event not in ("socket.connect", "socket.sendto"):
        return
    address = args[1]
    if isinstance(address, tuple) and not _is_here(address[0]):
        raise ReachedOut(f"Tests stay on loopback; this one went for {address[0]}.")


def _is_here(host):
    if host in ("localhost", ""):
        return True
    try:
        return ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def pytest_configure(config):
    # An audit hook cannot be taken back, which is what is wanted here.
    sys.addaudithook(_guard)
