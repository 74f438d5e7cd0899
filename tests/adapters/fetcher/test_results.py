"""A provider's result: from its own hosts, by https, and sound."""

import pytest
from aiohttp import web

from adapters.fetcher import fetching
from services.problems import Code
from tests.adapters.fetcher.internet import WAV, gathered
from tests.adapters.fetcher.test_fetching import problem_of, to

HOSTS = ("sound.example",)
RESULT = "https://cdn.sound.example/7/vocals.wav"


@pytest.mark.parametrize("url", [RESULT, "https://sound.example/a.wav", "https://SOUND.example/a"])
async def test_a_result_comes_from_a_listed_host_and_those_below(here, url):
    assert await gathered(here.fetcher().open_result(url, HOSTS)) == WAV


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("https://evilsound.example/a.wav", "a result on another host"),
        ("https://sound.example.evil.example/a.wav", "a result on another host"),
        ("https://example/a.wav", "a name of one's own network"),
        ("https://93.184.215.14/a.wav", "a result on another host"),
        ("http://sound.example/a.wav", "a result without https"),
        ("https://sound.example:8443/a.wav", "a result on another port"),
        ("https://ada@sound.example/a.wav", "a user name"),
        ("/7/vocals.wav", "neither http nor https"),
        ("https://127.0.0.1/a.wav", "a result on another host"),
    ],
)
async def test_from_elsewhere_nothing_is_fetched(here, url, rule):
    problem = await problem_of(here.fetcher().open_result(url, HOSTS))
    assert (problem.code, problem.detail) == (Code.PROVIDER_FAILED, rule)
    assert (here.net.reached, here.dns.asked) == ([], [])


async def test_a_listed_host_with_a_private_address_is_refused(here):
    here.dns.answers = (("10.0.0.1",),)
    problem = await problem_of(here.fetcher().open_result(RESULT, HOSTS))
    assert (problem.code, here.net.reached) == (Code.PROVIDER_FAILED, [])


async def test_an_address_in_the_list_has_nothing_below_it(here):
    problem = await problem_of(here.fetcher().open_result("https://1.93.184.215/", ("93.184.215",)))
    assert problem.code is Code.PROVIDER_FAILED
    assert here.net.reached == []


async def test_a_redirect_on_the_list_is_followed(here):
    async def handle(request):
        is_first = len(here.requests) == 1
        answer = to("https://other.sound.example/a.wav")
        return await answer(request) if is_first else web.Response(body=WAV)

    here.handle = handle
    assert await gathered(here.fetcher().open_result(RESULT, HOSTS)) == WAV


@pytest.mark.parametrize(
    "location", ["https://evil.example/", "http://sound.example/a", "https://127.0.0.1/"]
)
async def test_a_redirect_off_the_list_is_not_followed(here, location):
    here.handle = to(location)
    problem = await problem_of(here.fetcher().open_result(RESULT, HOSTS))
    assert problem.code is Code.PROVIDER_FAILED
    assert len(here.requests) == 1


async def test_a_place_of_the_operator_is_opened_for_whom_it_was_listed(here):
    port = here.net.ports[80]
    here.net.ports[port] = port
    fetcher = here.fetcher([f"127.0.0.1:{port}"])
    url = f"http://127.0.0.1:{port}/a.wav"
    assert await gathered(fetcher.open_result(url, [*HOSTS, "127.0.0.1"])) == WAV
    problem = await problem_of(fetcher.open_result(url, HOSTS))
    assert problem.code is Code.PROVIDER_FAILED


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"error": 1}', b"Access denied", "größe".encode(), b"#EXTM3U\na.ts\n"],
)
async def test_words_are_no_result(here, body):
    here.says(body)
    problem = await problem_of(here.fetcher().open_result(RESULT, HOSTS))
    assert problem.code is Code.PROVIDER_FAILED


@pytest.mark.parametrize(
    ("status", "code"),
    [
        *((403, Code.RESULT_GONE), (404, Code.RESULT_GONE), (410, Code.RESULT_GONE)),
        *((401, Code.PROVIDER_FAILED), (206, Code.PROVIDER_FAILED), (418, Code.PROVIDER_FAILED)),
        *((429, Code.PROVIDER_DOWN), (500, Code.PROVIDER_DOWN), (503, Code.PROVIDER_DOWN)),
    ],
)
async def test_what_the_place_says_decides_who_tries_again(here, status, code):
    here.says(b"", status)
    assert (await problem_of(here.fetcher().open_result(RESULT, HOSTS))).code is code


async def test_a_result_that_breaks_off_is_down(here):
    here.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + WAV)
    problem = await problem_of(here.fetcher().open_result(RESULT, HOSTS))
    assert problem.code is Code.PROVIDER_DOWN


async def test_ten_gigabytes_are_refused_at_once(here):
    here.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n", ends=False)
    problem = await problem_of(here.fetcher().open_result(RESULT, HOSTS))
    assert (problem.code, problem.detail) == (Code.PROVIDER_FAILED, "too large")


async def test_a_result_without_end_is_cut(here, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST_RESULT", 1_000_000)
    here.never_ends()
    problem = await problem_of(here.fetcher().open_result(RESULT, HOSTS))
    assert (problem.code, problem.detail) == (Code.PROVIDER_FAILED, "too large")


async def test_a_place_of_one_provider_is_no_place_for_links(here):
    """`host:port` among the hosts: a provider that the operator runs without encryption."""
    port = here.net.ports[80]
    here.net.ports[port] = port
    url, fetcher = f"http://127.0.0.1:{port}/a.wav", here.fetcher()
    assert await gathered(fetcher.open_result(url, [*HOSTS, f"127.0.0.1:{port}"])) == WAV
    assert (await problem_of(fetcher.open(url))).code is Code.LINK_REFUSED
    assert (await problem_of(fetcher.open_result(url, HOSTS))).code is Code.PROVIDER_FAILED
