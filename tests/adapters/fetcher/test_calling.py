"""A call to an address that somebody gave, on a small internet on loopback."""

import asyncio
import socket

import pytest
from aiohttp import web

from adapters.fetcher import WebFetcher, fetching
from services.problems import Again, Code, Fault
from tests.adapters.fetcher.internet import Dns, Net
from tests.hostile.links import FINE, SPECIAL, lures

HOOK = "https://sound.example/hooks/7?key=a%2Fb"
PLAIN = "http://sound.example/hooks/7"
BODY = b'{"type": "job.done"}'
HEADERS = {"Content-Type": "application/json", "webhook-id": "msg_1"}
LURES = lures()


async def refusal(fetcher, url=PLAIN):
    """The problem of a call."""
    with pytest.raises(Fault) as caught:
        await fetcher.call(url, BODY, HEADERS)
    return caught.value.problem


@pytest.fixture
def inbox(here):
    """What was brought to the site: bodies, as they were received."""
    received = []

    async def handle(request):
        received.append(await request.read())
        return web.Response(status=204)

    here.handle = handle
    return received


# --- what is sent ---------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [HOOK, PLAIN])
async def test_the_body_arrives_as_it_is(here, inbox, url):
    assert await here.fetcher().call(url, BODY, HEADERS) == 204
    assert inbox == [BODY]


async def test_the_place_is_asked_by_its_name_and_told_nothing_else(here):
    await here.fetcher().call(HOOK, BODY, HEADERS)
    (request,) = here.requests
    assert (request.method, request.raw_path) == ("POST", "/hooks/7?key=a%2Fb")
    assert here.greeted == ["sound.example"]
    assert dict(request.headers) == {
        "Host": "sound.example",
        "User-Agent": "Undertone",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Content-Length": str(len(BODY)),
        "Connection": "close",
        **HEADERS,
    }


async def test_a_private_place_of_the_operator_is_called(here, inbox):
    port = here.net.ports[80]
    here.net.ports[port] = port
    here.dns.answers = (("127.0.0.1",),)
    fetcher = here.fetcher([f"127.0.0.1:{port}", f"nas:{port}"])
    for host in ("127.0.0.1", "nas"):
        fetcher.may_call(f"http://{host}:{port}/hook")
        assert await fetcher.call(f"http://{host}:{port}/hook", BODY, HEADERS) == 204
    assert inbox == [BODY, BODY]


async def test_proxies_of_the_environment_are_not_used(here, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert await here.fetcher().call(HOOK, BODY, HEADERS) == 200
    assert await here.fetcher().call(PLAIN, BODY, HEADERS) == 200


async def test_no_cookie_is_kept(here):
    here.says(Set_Cookie="who=ada; Path=/")
    fetcher = here.fetcher()
    for _ in range(2):
        await fetcher.call(HOOK, BODY, HEADERS)
    assert not any("Cookie" in request.headers for request in here.requests)


# --- what is answered -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 204, 400, 401, 404, 410, 429, 500, 503])
async def test_a_status_is_told_as_it_is(here, status):
    here.says(b"", status)
    assert await here.fetcher().call(HOOK, BODY, HEADERS) == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_a_status_and_leads_nowhere(here, status):
    here.says(b"", status, Location="https://cdn.sound.example/")
    assert await here.fetcher().call(HOOK, BODY, HEADERS) == status
    assert (len(here.requests), here.dns.asked) == (1, ["sound.example"])


async def test_an_answer_without_end_is_not_read(here):
    here.never_ends()
    assert await here.fetcher().call(HOOK, BODY, HEADERS) == 200
    async with asyncio.timeout(30):
        await here.left.wait()


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"Content-Length: 10000000000\r\n\r\n", id="10 GB that never come"),
        pytest.param(b"Content-Encoding: gzip\r\n\r\nnot packed", id="not packed"),
    ],
)
async def test_a_broken_body_does_not_change_the_status(here, rest):
    here.sends(b"HTTP/1.1 200 OK\r\n" + rest, ends=False)
    assert await here.fetcher().call(PLAIN, BODY, HEADERS) == 200


# --- no answer ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Slow: ", id="half a head"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n", id="only promises"),
    ],
)
async def test_a_place_that_never_answers_is_left(here, monkeypatch, raw):
    monkeypatch.setattr(fetching, "CALL_SECONDS", 0.05)
    here.sends(raw, ends=False)
    problem = await refusal(here.fetcher())
    assert (problem.code, problem.code.again) == (Code.LINK_DOWN, Again.SAME)


async def test_the_name_has_to_be_found_in_the_same_time(here, monkeypatch):
    monkeypatch.setattr(fetching, "CALL_SECONDS", 0.05)

    async def never(host, port):
        await asyncio.Event().wait()

    here.dns = never
    assert (await refusal(here.fetcher())).code is Code.LINK_DOWN


@pytest.mark.parametrize("reason", [socket.EAI_NONAME, socket.EAI_AGAIN])
async def test_a_name_that_nobody_knows_may_be_known_later(here, reason):
    async def nobody(host, port):
        raise socket.gaierror(reason, "Name or service not known")

    here.dns = nobody
    assert (await refusal(here.fetcher())).code is Code.LINK_DOWN


async def test_nobody_there_is_down(here):
    here.net.ports = {}
    assert (await refusal(here.fetcher(), HOOK)).code is Code.LINK_DOWN


@pytest.mark.parametrize(
    "raw", [b"", b"hello\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"]
)
async def test_what_breaks_off_is_down(here, raw):
    here.sends(raw)
    assert (await refusal(here.fetcher())).code is Code.LINK_DOWN


async def test_a_certificate_for_another_name_is_not_believed(here):
    problem = await refusal(here.fetcher(), "https://other.example/hook")
    assert (problem.code, here.requests) == (Code.LINK_DOWN, [])


# --- what may not be called -----------------------------------------------------------------------


@pytest.mark.parametrize("lure", LURES, ids=lambda one: one.name)
async def test_a_hostile_address_is_not_called(lure):
    net = Net()
    problem = await refusal(WebFetcher(resolve=Dns(*lure.answers), open_socket=net), lure.url)
    assert (problem.code, problem.detail) == (Code.LINK_REFUSED, lure.rule)
    assert net.reached == []


@pytest.mark.parametrize("answers", [("10.0.0.1",), ("93.184.215.14", "127.0.0.1"), ("::1",)])
async def test_a_name_with_a_private_address_is_refused(here, answers):
    here.dns.answers = (answers,)
    problem = await refusal(here.fetcher())
    assert (problem.code, problem.detail) == (Code.LINK_REFUSED, SPECIAL)
    assert here.net.reached == []


async def test_what_dns_says_later_changes_nothing(here):
    here.dns.answers = (("93.184.215.14",), ("127.0.0.1",))
    fetcher = here.fetcher()
    assert await fetcher.call(PLAIN, BODY, HEADERS) == 200
    assert (here.net.reached, here.dns.asked) == (["93.184.215.14"], ["sound.example"])
    assert (await refusal(fetcher)).code is Code.LINK_REFUSED
    assert (here.net.reached, len(here.requests)) == (["93.184.215.14"], 1)


async def test_another_port_of_a_private_place_is_refused(here):
    problem = await refusal(here.fetcher(["127.0.0.1:9000"]), "http://127.0.0.1:9001/")
    assert (problem.code, here.net.reached) == (Code.LINK_REFUSED, [])


async def test_neither_link_nor_address_is_told():
    fetcher = WebFetcher(resolve=Dns(("10.1.2.3",)))
    problem = await refusal(fetcher, "http://sound.example/?token=s3cret")
    told = f"{problem.detail} {dict(problem.args)}"
    assert not any(word in told for word in ("10.1.2.3", "sound.example", "s3cret"))


# --- what may be promised -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("file:///etc/passwd", "neither http nor https"),
        ("ftp://sound.example/", "neither http nor https"),
        ("/hooks/7", "neither http nor https"),
        ("", "neither http nor https"),
        ("https://user:password@sound.example/", "a user name"),
        ("http://10.0.0.5/", SPECIAL),
        ("http://169.254.169.254/latest", SPECIAL),
        ("http://[::1]:8080/", SPECIAL),
        ("http://[::ffff:10.0.0.5]/", SPECIAL),
        ("http://2130706433/", "a number instead of a host"),
        ("http://localhost/", "a name of one's own network"),
        ("http://sound.example:6379/", "a port of another service"),
        ("http://sound.example/" + "a" * 5000, "too long"),
    ],
)
def test_what_can_never_be_called_is_refused_unasked(url, rule):
    dns = Dns()
    with pytest.raises(Fault) as caught:
        WebFetcher(["10.0.0.5:9000"], resolve=dns).may_call(url)
    assert (caught.value.problem.code, caught.value.problem.detail) == (Code.LINK_REFUSED, rule)
    assert dns.asked == []


@pytest.mark.parametrize("url", [*FINE.values(), "http://10.0.0.5:9000/hook"])
def test_what_may_be_called_is_promised_unasked(url):
    dns = Dns(("10.0.0.1",))
    WebFetcher(["10.0.0.5:9000"], resolve=dns).may_call(url)
    assert dns.asked == []
