"""Files on their way in."""

import asyncio

import pytest

from adapters.web import plugin
from tests.adapters.web.conftest import open_house


async def incoming(house):
    return [key async for key, _ in house.bench.files.list("incoming/")]


async def test_a_file_lies_in_files_under_a_name_of_ours(house, browser):
    slip = await browser.upload(b"RIFFsound", "../Grüße\u202e.wav")
    assert (slip["name"], slip["bytes"]) == ("Grüße.wav", 9)
    (key,) = await incoming(house)
    assert "Grüße" not in key
    assert slip["id"] != key


async def test_two_files_of_one_name_are_two(house, browser):
    await browser.upload(b"one")
    await browser.upload(b"two")
    assert len(await incoming(house)) == 2


async def test_an_empty_file_is_told_and_not_kept(house, browser):
    status, answer = await browser.post("/chat/files", params={"name": "a.wav"}, data=b"")
    assert (status, answer["code"]) == (400, "empty_file")
    assert await incoming(house) == []


@pytest.fixture
async def narrow(tmp_path, monkeypatch):
    """A chat with a password, which has a limit, and a small one."""
    monkeypatch.setattr(plugin, "MOST_BYTES", 1000)
    async with open_house(tmp_path, password="open sesame") as house, house.browser() as browser:
        await browser.post("/chat/door", json={"password": "open sesame"})
        await browser.boot()
        yield browser


async def test_a_file_that_says_it_is_too_large_is_refused(narrow):
    status, answer = await narrow.post("/chat/files", data=b"x" * 1001)
    assert (status, answer["code"]) == (413, "too_large")
    assert "limit" in answer["message"]
    assert await incoming(narrow.house) == []


async def test_a_file_that_hides_its_size_is_cut_off(narrow):
    async def endless():
        for _ in range(100):
            yield b"x" * 100

    status, _ = await narrow.post("/chat/files", data=endless())
    assert status == 413
    assert await incoming(narrow.house) == []


async def test_an_upload_that_breaks_off_leaves_nothing(house, browser):
    host, port = house.server.host, house.server.port
    cookies = browser.client.session.cookie_jar.filter_cookies(browser.client.make_url("/"))
    cookie = "; ".join(f"{one.key}={one.value}" for one in cookies.values())
    head = (
        f"POST /chat/files?name=a.wav HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Origin: {browser.origin}\r\nCookie: {cookie}\r\nContent-Length: 1000000\r\n\r\n"
    )
    _, writer = await asyncio.open_connection(host, port)
    writer.write(head.encode() + b"x" * 70_000)
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await house.server.close()  # waits for the handler
    assert await incoming(house) == []


async def test_a_file_belongs_to_who_brought_it(house, browser):
    slip = await browser.upload()
    async with house.browser() as stranger:
        await stranger.boot()
        assert await stranger.ask("/denoise", [slip]) == 404
        assert await stranger.shown() == []


async def test_a_slip_is_good_for_a_day(house, browser):
    slip = await browser.upload()
    house.clock.turn(hours=25)
    assert await browser.ask("/denoise", [slip]) == 404
