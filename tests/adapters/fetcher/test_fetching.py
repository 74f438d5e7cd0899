"""A person's link, on a small internet on loopback."""

import asyncio
import gzip
import socket
import traceback

import pytest
from aiohttp import web

from adapters.fetcher import WebFetcher, fetching
from services.problems import Again, Code, Fault
from tests.adapters.fetcher.internet import WAV, Dns, gathered

LINK = "https://sound.example/talk.wav"
PLAIN = "http://sound.example/talk.wav"
METADATA = "http://169.254.169.254/latest"


async def problem_of(stream):
    with pytest.raises(Fault) as caught:
        await gathered(stream)
    return caught.value.problem


@pytest.mark.parametrize("link", [LINK, PLAIN])
async def test_the_bytes_come_as_they_are(here, link):
    assert await gathered(here.fetcher().open(link)) == WAV


async def test_the_place_is_asked_by_its_name_and_told_nothing_else(here):
    await gathered(here.fetcher().open(LINK))
    (request,) = here.requests
    assert here.greeted == ["sound.example"]
    assert here.net.reached == ["93.184.215.14"]
    assert dict(request.headers) == {
        "Host": "sound.example",
        "User-Agent": "Undertone",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


async def test_a_certificate_for_another_name_is_not_believed(here):
    problem = await problem_of(here.fetcher().open("https://other.example/talk.wav"))
    assert (problem.code, here.requests) == (Code.LINK_DOWN, [])


async def test_proxies_of_the_environment_are_not_used(here, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    for link in (LINK, PLAIN):
        assert await gathered(here.fetcher().open(link)) == WAV


async def test_passwords_of_the_environment_are_not_used(here, monkeypatch, tmp_path):
    path = tmp_path / "netrc"
    path.write_text("machine sound.example login ada password s3cret\n")
    monkeypatch.setenv("NETRC", str(path))
    await gathered(here.fetcher().open(LINK))
    assert "Authorization" not in here.requests[0].headers


async def test_no_cookie_is_kept(here):
    here.says(Set_Cookie="who=ada; Path=/")
    fetcher = here.fetcher()
    for _ in range(2):
        await gathered(fetcher.open(LINK))
    assert not any("Cookie" in request.headers for request in here.requests)


async def test_what_comes_is_handed_on_in_small_pieces(here):
    here.says(WAV + bytes(3_000_000))
    sizes = [len(piece) async for piece in here.fetcher().open(LINK)]
    assert (sum(sizes), max(sizes) <= 256 * 1024) == (len(WAV) + 3_000_000, True)


# --- redirects ------------------------------------------------------------------------------------


def to(location, status=302):
    async def handle(request):
        return web.Response(status=status, headers={"Location": location})

    return handle


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location",
    ["/b.wav", "b.wav", "//cdn.sound.example/b.wav", "https://cdn.sound.example/b.wav", "?v=2"],
)
async def test_redirects_are_followed(here, status, location):
    async def handle(request):
        is_first = len(here.requests) == 1
        return await to(location, status)(request) if is_first else web.Response(body=WAV)

    here.handle = handle
    assert await gathered(here.fetcher().open(LINK)) == WAV
    assert len(here.requests) == 2


@pytest.mark.parametrize(
    "location",
    [
        *("http://127.0.0.1/", METADATA, "https://localhost/", "//127.0.0.1/", "http://[::1]/"),
        *("file:///etc/passwd", "ftp://sound.example/", "gopher://127.0.0.1:6379/_INFO"),
        *("http://2130706433/", "http://①②⑦.0.0.1/", "http://a@127.0.0.1/", "\\\\127.0.0.1\\a"),
        *("data:audio/wav;base64,UklGRg==", "http://sound.example:6379/", "", "http://127.1/"),
    ],
)
async def test_a_redirect_is_checked_as_strictly_as_a_link(here, location):
    here.handle = to(location)
    problem = await problem_of(here.fetcher().open(LINK))
    assert problem.code is Code.LINK_REFUSED
    assert (len(here.requests), len(here.net.reached)) == (1, 1)


async def test_a_redirect_to_a_name_with_a_private_address_is_refused(here):
    here.dns.answers = (("93.184.215.14",), ("10.0.0.1",))
    here.handle = to("https://cdn.sound.example/")
    problem = await problem_of(here.fetcher().open(LINK))
    assert problem.code is Code.LINK_REFUSED
    assert here.net.reached == ["93.184.215.14"]


async def test_the_same_name_is_looked_up_anew_at_each_hop(here):
    here.dns.answers = (("93.184.215.14",), ("127.0.0.1",))
    here.handle = to("/again")
    problem = await problem_of(here.fetcher().open(LINK))
    assert problem.code is Code.LINK_REFUSED
    assert here.net.reached == ["93.184.215.14"]


async def test_redirects_end(here):
    here.handle = to("/again")
    problem = await problem_of(here.fetcher().open(LINK))
    assert (problem.code, problem.detail) == (Code.LINK_REFUSED, "too many redirects")
    assert len(here.requests) == 1 + fetching.HOPS


async def test_the_body_of_a_redirect_is_not_read(here):
    head = (
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 99999999999\r\n\r\n"
    )
    here.sends(head + bytes(1000), ends=False)
    problem = await problem_of(here.fetcher().open(LINK))
    assert problem.code is Code.LINK_REFUSED


# --- what is no sound, gone or broken -------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>x</title>",
        b"  \r\n\t<HTML>",
        b"\xef\xbb\xbf<?xml version='1.0'?>",
        "<html>".encode("utf-16"),
        b'{"error": "no"}',
        b'[{"a": 1}]',
        b"<" + b"a" * 100_000,
    ],
)
async def test_a_page_is_no_sound(here, body):
    here.says(body)
    assert (await problem_of(here.fetcher().open(LINK))).code is Code.LINK_NO_SOUND


async def test_what_calls_itself_a_page_is_one(here):
    here.says(WAV, Content_Type="Text/HTML; charset=utf-8")
    assert (await problem_of(here.fetcher().open(LINK))).code is Code.LINK_NO_SOUND


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "image/png", "x"])
async def test_sound_may_call_itself_what_it_likes(here, kind):
    here.says(WAV, Content_Type=kind)
    assert await gathered(here.fetcher().open(LINK)) == WAV


@pytest.mark.parametrize("body", [b"", b"RIFF", b"\0" * 512])
async def test_a_short_body_is_left_to_those_who_know_sound(here, body):
    here.says(body)
    assert await gathered(here.fetcher().open(LINK)) == body


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", "gzip, gzip"])
async def test_nothing_is_unpacked(here, encoding):
    here.says(gzip.compress(bytes(50_000_000)), Content_Encoding=encoding)
    problem = await problem_of(here.fetcher().open(LINK))
    assert (problem.code, problem.detail) == (Code.LINK_NO_SOUND, "a packed answer")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        *((401, Code.LINK_GONE), (403, Code.LINK_GONE), (404, Code.LINK_GONE)),
        *((410, Code.LINK_GONE), (451, Code.LINK_GONE), (204, Code.LINK_NO_SOUND)),
        *((429, Code.LINK_DOWN), (500, Code.LINK_DOWN), (503, Code.LINK_DOWN)),
    ],
)
async def test_what_the_place_says_is_told(here, status, code):
    here.says(b"", status)
    assert (await problem_of(here.fetcher().open(LINK))).code is code


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"hello\r\n", id="no http"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Len", id="half a head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000, id="an endless head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", id="less than nothing"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n" + WAV, id="10 GB, and 2 KB"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n900\r\n" + WAV, id="half chunk"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", id="no chunk"
        ),
    ],
)
async def test_what_breaks_off_is_down_and_worth_another_try(here, raw):
    here.sends(raw)
    problem = await problem_of(here.fetcher().open(PLAIN))
    assert (problem.code, problem.code.again) == (Code.LINK_DOWN, Again.SAME)


async def test_nobody_there_is_down(here):
    here.net.ports = {}
    assert (await problem_of(here.fetcher().open(LINK))).code is Code.LINK_DOWN


async def test_a_place_that_says_nothing_more_is_left(here, monkeypatch):
    hasty = fetching.TIMEOUT.__class__(sock_read=0.05)
    monkeypatch.setattr(fetching, "TIMEOUT", hasty)
    here.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + WAV, ends=False)
    assert (await problem_of(here.fetcher().open(PLAIN))).code is Code.LINK_DOWN


async def test_a_head_that_drips_is_left(here, monkeypatch):
    monkeypatch.setattr(fetching, "HEAD_SECONDS", 0.05)
    here.sends(b"HTTP/1.1 200 OK\r\n", ends=False)
    assert (await problem_of(here.fetcher().open(PLAIN))).code is Code.LINK_DOWN


async def test_an_endless_body_is_read_only_as_far_as_it_is_wanted(here):
    here.never_ends()
    size, stream = 0, here.fetcher().open(LINK)
    async for piece in stream:
        size += len(piece)
        if size > 5_000_000:
            break
    await stream.aclose()
    async with asyncio.timeout(30):
        await here.left.wait()


async def test_a_name_that_nobody_knows_leads_to_nothing(here):
    async def nobody(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    here.dns = nobody
    assert (await problem_of(here.fetcher().open(LINK))).code is Code.LINK_GONE
    with pytest.raises(Fault) as caught:
        await here.fetcher().check(LINK)
    assert caught.value.problem.code is Code.LINK_REFUSED


# --- one's own network ----------------------------------------------------------------------------


async def test_what_the_operator_names_may_be_fetched_by_plain_http(here):
    port = here.net.ports[80]
    here.net.ports[port] = port
    fetcher = here.fetcher([f"127.0.0.1:{port}", f"nas:{port}"])
    here.dns.answers = (("127.0.0.1",),)
    assert await gathered(fetcher.open(f"http://127.0.0.1:{port}/a.wav")) == WAV
    assert await gathered(fetcher.open(f"http://nas:{port}/a.wav")) == WAV
    assert here.requests[-1].headers["Host"] == f"nas:{port}"
    await fetcher.check(f"http://nas:{port}/a.wav")
    problem = await problem_of(fetcher.open(f"http://127.0.0.1:{port + 1}/a.wav"))
    assert problem.code is Code.LINK_REFUSED


async def test_a_named_place_opens_no_other(here):
    port = here.net.ports[80]
    here.net.ports[port] = port
    here.handle = to("http://127.0.0.1:81/")
    problem = await problem_of(
        here.fetcher([f"127.0.0.1:{port}"]).open(f"http://127.0.0.1:{port}/")
    )
    assert problem.code is Code.LINK_REFUSED


async def test_no_address_is_in_what_a_traceback_shows():
    async def babble(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(babble, "127.0.0.1", 0) as server:
        place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        link = f"http://{place}/a.wav?token=secret"
        with pytest.raises(Fault) as caught:
            await gathered(WebFetcher([place], resolve=Dns()).open(link))
    assert "secret" not in "".join(traceback.format_exception(caught.value))
