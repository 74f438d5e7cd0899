"""Ending a connection as a dying machine does."""

import socket
import struct

NO_LINGER = struct.pack("ii", 1, 0)


def cut(transport) -> None:
    if transport is not None and not transport.is_closing():
        link = transport.get_extra_info("socket")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        transport.abort()
