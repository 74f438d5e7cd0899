"""News, pushed: at once, in order, once, and again after a pause."""

import asyncio

import pytest

from services.model import Address
from services.showing import Card, Text
from tests.adapters.web.conftest import open_house

PATIENCE = 30  # seconds


async def next_of(events):
    async with asyncio.timeout(PATIENCE):
        return await anext(events)


async def until_ready(events):
    while (await next_of(events)).name != "ready":
        pass


async def visitor_of(browser):
    """The visitor's id, as the rows know it."""
    await browser.ask("/help", event="12345678-0000")
    return (await browser.messages())[0].data["key"].split(".")[0]


async def test_what_happens_is_pushed_to_an_open_page(browser):
    async with browser.events() as events:
        await until_ready(events)
        await browser.ask("/help")
        assert (await next_of(events)).data["text"] == "/help"
        assert (await next_of(events)).data["by"] == "undertone"


async def test_a_page_that_comes_back_gets_only_what_is_new(browser):
    await browser.ask("/help")
    last = (await browser.messages())[-1].id
    await browser.ask("/usage")
    missed = await browser.messages(after=last)
    assert [one.data.get("text") for one in missed] == ["/usage", None]


async def test_a_message_that_changed_keeps_its_key_and_time(house, browser):
    visitor = await visitor_of(browser)
    before = (await browser.shown())[-1]
    house.clock.turn(seconds=5)
    address = Address("web", visitor, visitor)
    await house.platform.messenger.edit(address, before["key"], Card((Text("jobs-none"),)))
    after = (await browser.shown())[-1]
    assert (after["key"], after["at"]) == (before["key"], before["at"])
    assert after["lines"] != before["lines"]


async def test_a_message_that_was_taken_away_is_told(house, browser):
    visitor = await visitor_of(browser)
    key = (await browser.shown())[-1]["key"]
    await house.platform.messenger.delete(Address("web", visitor, visitor), key)
    assert (await browser.shown())[-1] == {
        "key": key,
        "by": "nobody",
        "at": (await browser.shown())[-1]["at"],
    }


async def test_what_another_process_writes_is_found(house, browser):
    visitor = await visitor_of(browser)
    body = {"by": "person", "text": "from elsewhere", "files": []}
    async with browser.events() as events:
        await until_ready(events)
        at = house.clock()
        await house.bench.store.write(lambda tx: tx.put_message(visitor, "k", body, at))
        assert (await next_of(events)).data["text"] == "from elsewhere"


async def test_one_visitor_never_sees_anothers_chat(house, browser):
    await browser.ask("/help")
    async with house.browser() as stranger:
        await stranger.boot()
        assert await stranger.shown() == []


async def test_a_long_history_is_told_in_full_and_in_order(house, browser):
    visitor = await visitor_of(browser)
    at = house.clock()

    def fill(tx):
        for n in range(250):
            tx.put_message(visitor, f"k{n}", {"by": "person", "text": str(n), "files": []}, at)

    await house.bench.store.write(fill)
    texts = [one.get("text") for one in await browser.shown()]
    assert texts[2:] == [str(n) for n in range(250)]


async def test_history_is_told_in_the_language_of_the_page(browser):
    await browser.ask("/help")
    english, german = await browser.shown(lang="en"), await browser.shown(lang="de")
    assert english[1]["lines"] != german[1]["lines"]


async def test_times_are_told_as_the_visitors_clock_shows_them(house, browser):
    visitor = await visitor_of(browser)
    until = "2026-11-20T23:30:00+00:00"
    card = Card((Text("privacy-local", {"until": until}),))
    await house.platform.messenger.post(Address("web", visitor, visitor), card, "until")
    told = (await browser.shown(lang="de", zone="Europe/Vienna"))[-1]["lines"][0]
    unknown = (await browser.shown(lang="de", zone="Nowhere"))[-1]["lines"][0]
    assert "21. November 2026, 00:30." in told
    assert "20. November 2026, 23:30 UTC." in unknown


async def test_history_outlives_the_server(tmp_path):
    async with open_house(tmp_path) as house, house.browser() as browser:
        await browser.boot()
        await browser.ask("/help")
        before = await browser.shown()
        cookies = {c.key: c.value for c in browser.client.session.cookie_jar}
    async with open_house(tmp_path) as house, house.browser() as browser:
        renamed = {f"undertone_visitor_{house.server.port}": v for v in cookies.values()}
        browser.client.session.cookie_jar.update_cookies(renamed, browser.client.make_url("/"))
        assert await browser.shown() == before


async def test_a_stopping_server_does_not_wait_for_open_pages(house, browser):
    holding = asyncio.create_task(house.platform.listen())
    async with browser.events() as events:
        await until_ready(events)
        holding.cancel()
        with pytest.raises(StopAsyncIteration):
            await next_of(events)


@pytest.mark.parametrize("header", ["x", "-1", "9" * 40, "1; DROP"])
async def test_a_strange_place_to_read_on_means_the_beginning(browser, header):
    await browser.ask("/help")
    assert len(await browser.messages(after=header)) == 2
