"""Names that nobody answers for hold up only those who asked for them."""

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.fetcher import connecting
from services.behalf import SPACE

FOUND = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]


@pytest.fixture
def dead(monkeypatch):
    """Set it, and names that end in .dead are answered too."""
    answered = threading.Event()

    def look_up(host, port, **given):
        if host.endswith(".dead"):
            answered.wait()
        return FOUND

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield answered
    answered.set()


async def test_a_space_whose_names_are_dead_holds_up_no_other(dead):
    with ThreadPoolExecutor(connecting.OF_ONE_SPACE + 1) as pool:
        names = connecting.Names(pool)

        async def asked_by(space, host):
            SPACE.set(space)
            return await names.resolve(host, 443)

        many = range(2 * connecting.OF_ONE_SPACE)
        stuck = [asyncio.create_task(asked_by("busy", f"{n}.dead")) for n in many]
        assert await asked_by("quiet", "alive.example") == ["93.184.215.14"]
        assert not any(one.done() for one in stuck)
        dead.set()
        assert await asyncio.gather(*stuck) == [["93.184.215.14"]] * len(stuck)


async def test_who_gave_up_waiting_still_has_the_thread(dead):
    """A look-up cannot be stopped: to count it as ended would let one space have every thread."""
    with ThreadPoolExecutor(2 * connecting.OF_ONE_SPACE) as pool:
        names = connecting.Names(pool)
        first = [asyncio.create_task(names.resolve(f"{n}.dead", 443)) for n in range(4)]
        await asyncio.sleep(0)
        for one in first:
            one.cancel()
        await asyncio.wait(first)
        later = asyncio.create_task(names.resolve("alive.example", 443))
        await asyncio.sleep(0)
        assert not later.done()
        dead.set()
        assert await later == ["93.184.215.14"]
