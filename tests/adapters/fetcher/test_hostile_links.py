"""Every hostile link is refused at once, and no socket is made for it."""

import asyncio
import time

import pytest

from adapters.fetcher import WebFetcher
from services.problems import Code, Fault
from tests.adapters.fetcher.internet import Dns, Net, gathered
from tests.hostile.links import FINE, lures

QUICK = 5.0  # seconds on a busy machine; it takes a thousandth of that, or hours of backtracking
LURES = lures()


@pytest.fixture
def connections(monkeypatch):
    """Where anything connects to, by whatever way."""
    found = []

    async def spy(loop, sock, address):
        found.append(address)
        raise OSError("not in this test")

    monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", spy)
    return found


async def refused(doing):
    with pytest.raises(Fault) as caught:
        await doing
    return caught.value.problem


@pytest.mark.parametrize("lure", LURES, ids=lambda one: one.name)
async def test_a_hostile_link_is_refused_at_once_without_a_packet(lure, connections):
    net = Net()
    fetcher = WebFetcher(resolve=Dns(*lure.answers), open_socket=net)
    began = time.perf_counter()
    problem = await refused(gathered(fetcher.open(lure.url)))
    assert time.perf_counter() - began < QUICK
    assert (problem.code, problem.detail) == (Code.LINK_REFUSED, lure.rule)
    assert (net.reached, connections) == ([], [])


@pytest.mark.parametrize("lure", LURES, ids=lambda one: one.name)
async def test_a_hostile_link_is_not_passed_on_either(lure):
    fetcher = WebFetcher(resolve=Dns(*lure.answers))
    problem = await refused(fetcher.check(lure.url))
    assert problem.code is Code.LINK_REFUSED


@pytest.mark.parametrize("lure", LURES, ids=lambda one: one.name)
async def test_a_hostile_result_is_not_fetched(lure, connections):
    net = Net()
    fetcher = WebFetcher(resolve=Dns(*lure.answers), open_socket=net)
    hosts = ("sound.example", "nip.io", "xn--bcher-kva.example", "localhost", "127.0.0.1")
    problem = await refused(gathered(fetcher.open_result(lure.url, hosts)))
    assert problem.code is Code.PROVIDER_FAILED
    assert (net.reached, connections) == ([], [])


@pytest.mark.parametrize("url", FINE.values(), ids=FINE)
async def test_an_ordinary_link_goes_to_the_address_that_was_checked(url):
    net = Net()
    fetcher = WebFetcher(resolve=Dns(), open_socket=net)
    problem = await refused(gathered(fetcher.open(url)))
    assert problem.code is Code.LINK_DOWN
    assert len(net.reached) == 1
    await fetcher.check(url)


async def test_what_dns_says_later_changes_nothing(connections):
    dns, net = Dns(("93.184.215.14",), ("127.0.0.1",)), Net()
    fetcher = WebFetcher(resolve=dns, open_socket=net)
    await refused(gathered(fetcher.open("http://sound.example/a.mp3")))
    assert (net.reached, dns.asked) == (["93.184.215.14"], ["sound.example"])
    problem = await refused(gathered(fetcher.open("http://sound.example/a.mp3")))
    assert problem.code is Code.LINK_REFUSED
    assert net.reached == ["93.184.215.14"]


async def test_neither_link_nor_address_is_told():
    fetcher = WebFetcher(resolve=Dns(("10.1.2.3",)))
    problem = await refused(gathered(fetcher.open("http://sound.example/?token=s3cret")))
    told = f"{problem.detail} {dict(problem.args)}"
    assert not any(word in told for word in ("10.1.2.3", "sound.example", "s3cret"))
