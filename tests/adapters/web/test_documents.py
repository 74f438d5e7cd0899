"""Small files in the chat: fetched by the visitor whose message they are in, and gone with it."""

import json

import pytest

from services.model import Receipt
from services.showing import Card, Document, Text

BODY = b'{"name": "<script>alert(1)</script>"}'
PAPER = Document("Ada <b> “mine”.json", "application/json", BODY)


@pytest.fixture
async def at(house, browser):
    """The address of the visitor."""
    await browser.ask("/denoise", [await browser.upload()])
    return (await house.bench.job((await browser.shown())[-1]["job"])).address


async def give(house, at, *papers):
    card = Card((Text("jobs-none"),), documents=papers or (PAPER,))
    return await house.platform.messenger.post(at, card, "paper")


async def fetched(browser, url):
    async with browser.client.get(url) as answer:
        return answer.status, dict(answer.headers), await answer.read()


async def test_a_file_is_fetched_as_a_file(house, browser, at):
    await give(house, at)
    (shown,) = (await browser.shown())[-1]["documents"]
    status, headers, body = await fetched(browser, shown["url"])
    assert (status, body) == (200, BODY)
    assert (shown["name"], shown["bytes"]) == (PAPER.name, len(BODY))
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_the_message_itself_holds_no_content(house, browser, at):
    await give(house, at)
    assert "script" not in json.dumps((await browser.shown())[-1])


async def test_each_of_several_files_has_its_own_address(house, browser, at):
    await give(house, at, PAPER, Document("b.txt", "text/plain", b"b"))
    shown = (await browser.shown())[-1]["documents"]
    assert [(await fetched(browser, one["url"]))[2] for one in shown] == [BODY, b"b"]


async def test_another_visitor_gets_nothing(house, browser, at):
    await give(house, at)
    (shown,) = (await browser.shown())[-1]["documents"]
    async with house.browser() as stranger:
        await stranger.boot()
        assert (await fetched(stranger, shown["url"]))[0] == 404


async def test_who_is_no_visitor_gets_nothing(house, browser, at):
    await give(house, at)
    (shown,) = (await browser.shown())[-1]["documents"]
    async with house.browser() as nobody:
        assert (await fetched(nobody, shown["url"]))[0] == 404


@pytest.mark.parametrize("url", ["/chat/document/1/0", "/chat/document/2/1", "/chat/document/0/0"])
async def test_where_no_file_is_there_is_nothing(browser, at, url):
    assert (await fetched(browser, url))[0] == 404


async def test_a_file_goes_with_its_message(house, browser, at):
    receipt = await give(house, at)
    (shown,) = (await browser.shown())[-1]["documents"]
    await house.platform.messenger.delete(at, Receipt(receipt))
    assert (await fetched(browser, shown["url"]))[0] == 404


async def test_a_file_goes_with_its_person(house, browser, at):
    await give(house, at)
    (shown,) = (await browser.shown())[-1]["documents"]
    wish = house.clock()
    await house.bench.store.write(lambda tx: tx.forget_person("web", at.chat, wish))
    assert (await fetched(browser, shown["url"]))[0] == 404


async def test_a_language_that_was_set_holds_unless_the_page_says_another(house, browser, at):
    kept = {"habits": {"language": "de"}}
    await house.bench.store.write(lambda tx: tx.put_space("web", at.space, kept))
    await browser.ask("/jobs")
    assert "Aufnahme" in (await browser.shown())[-1]["lines"][0]
    assert "recording" in (await browser.shown(lang="en"))[-1]["lines"][0]
    assert (await browser.boot())[1]["locale"] == "de"
    assert (await browser.boot(lang="en"))[1]["locale"] == "en"
