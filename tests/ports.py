"""Ports for the servers that tests start."""

import itertools
import os
import socket

# Below those that the system gives to whoever asks for any (from 32768 on): such a one may be taken
# between the look at it and the start of the server that it is for.
FIRST, EACH, PROCESSES = 20_000, 500, 24
PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % PROCESSES
MINE = range(FIRST + PROCESS * EACH, FIRST + (PROCESS + 1) * EACH)
# Another run of the tests on this machine begins elsewhere.
TURN = itertools.count(os.getpid())


def free_port() -> int:
    """A port of this machine that nobody listens on; each is given out in its turn."""
    for turn in itertools.islice(TURN, EACH):
        port = MINE[turn % EACH]
        if _is_free(port):
            return port
    raise AssertionError(f"All of {MINE} are taken.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
