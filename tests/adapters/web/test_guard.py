"""Strangers' pages, strangers' names, and who needs a password (threats A28, A29)."""

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request

from adapters.remote import address_of
from adapters.web.guard import Guard
from tests.adapters.web.conftest import open_house

ASK = {"event": "00000000-0000", "text": "/help"}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.7:8080", ""])
async def test_a_name_that_is_not_ours_gets_no_page(browser, host):
    async with browser.client.get("/", headers={"Host": host}) as answer:
        assert answer.status in (400, 421)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_the_machine_itself_goes_by_several_names(browser, host):
    async with browser.client.get("/", headers={"Host": f"{host}:{browser.client.port}"}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("guard", "name", "is_ours"),
    [
        pytest.param(Guard("0.0.0.0", None), "192.168.1.7:8080", True, id="an address in figures"),
        pytest.param(Guard("0.0.0.0", None), "evil.example", False, id="a name, rebound"),
        pytest.param(Guard("chat.lan", None), "chat.lan", True, id="the name that it listens on"),
        pytest.param(
            Guard("127.0.0.1", "https://chat.example"), "chat.example", True, id="public name"
        ),
        pytest.param(Guard("127.0.0.1", None), "[", False, id="no name at all"),
    ],
)
def test_which_names_are_ours(guard, name, is_ours):
    assert guard.is_our_name(name) is is_ours


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "http://localhost.evil.example",
        "http://[",
    ],
)
async def test_another_page_cannot_ask(browser, origin):
    status, answer = await browser.post("/chat/asks", origin=origin, json=ASK)
    assert status == 403
    assert await browser.shown() == []
    assert "another page" in answer["message"]


async def test_a_post_without_an_origin_is_refused(browser):
    async with browser.client.post("/chat/asks", json=ASK) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("path", ["/chat/boot", "/chat/events", "/chat/sound/x/clean"])
async def test_another_site_cannot_embed_anything(browser, path):
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with browser.client.get(path, headers=headers) as answer:
        assert answer.status == 403


async def test_a_link_from_another_site_opens_the_page(browser):
    async with browser.client.get("/", headers={"Sec-Fetch-Site": "cross-site"}) as answer:
        assert answer.status == 200
        assert "Set-Cookie" not in answer.headers


async def test_the_page_runs_nothing_but_its_own_files(browser):
    async with browser.client.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_an_unknown_visitor_gets_nothing(house):
    async with house.browser() as stranger:
        assert (await stranger.post("/chat/asks", json=ASK))[0] == 401
        assert (await stranger.post("/chat/files", data=b"x"))[0] == 401
        async with stranger.client.get("/chat/events") as answer:
            assert answer.status == 401


async def test_the_cookie_is_for_our_pages_only(house):
    async with house.browser() as newcomer, newcomer.client.get("/chat/boot") as answer:
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


async def test_an_altered_cookie_is_a_new_visitor(house, browser):
    await browser.ask("/help")
    name = f"undertone_visitor_{house.server.port}"
    async with house.browser(keeps_cookies=False) as forger:
        headers = {"Cookie": f"{name}=eyJpZCI6ImFiYyJ9.forged"}
        async with forger.client.get("/chat/events", headers=headers) as answer:
            assert answer.status == 401


# --- the password ---------------------------------------------------------------------------------


@pytest.fixture
async def closed(tmp_path):
    """A web chat with a password."""
    async with open_house(tmp_path, password="open sesame") as house, house.browser() as browser:
        yield browser


async def test_before_the_door_there_are_words_but_no_chat(closed):
    status, boot = await closed.boot()
    assert status == 401
    assert "web-password" in boot["texts"]
    assert "commands" not in boot


async def test_the_right_password_opens_the_door(closed):
    status, _ = await closed.post("/chat/door", json={"password": "open sesame"})
    assert status == 200
    assert (await closed.boot())[0] == 200
    assert await closed.ask("/help") == 200


@pytest.mark.parametrize(
    "body",
    [b'{"password": "wrong"}', b"[]", b"\xff", b'{"password": null}', b'{"password": "\\ud800"}'],
)
async def test_a_wrong_password_does_not(closed, body):
    status, answer = await closed.post("/chat/door", data=body)
    assert status == 403
    assert "not the password" in answer["message"]
    assert (await closed.boot())[0] == 401


async def test_guessing_has_to_wait_and_then_may_go_on(closed):
    for _ in range(5):
        assert (await closed.post("/chat/door", json={"password": "?"}))[0] == 403
    assert (await closed.post("/chat/door", json={"password": "open sesame"}))[0] == 429
    closed.house.clock.turn(seconds=61)
    assert (await closed.post("/chat/door", json={"password": "open sesame"}))[0] == 200


async def test_one_guesser_behind_a_proxy_locks_nobody_else_out(closed):
    def knock(password, sender):
        headers = {"X-Forwarded-For": f"10.0.0.1, {sender}"}
        return closed.post("/chat/door", json={"password": password}, headers=headers)

    for _ in range(5):
        await knock("?", "203.0.113.9")
    assert (await knock("open sesame", "203.0.113.9"))[0] == 429
    assert (await knock("open sesame", "203.0.113.10"))[0] == 200


async def test_a_changed_password_closes_the_door_again(tmp_path, closed):
    await closed.post("/chat/door", json={"password": "open sesame"})
    cookies = {c.key: c.value for c in closed.client.session.cookie_jar}
    # The other server has another password, and the same secret.
    async with open_house(tmp_path / "other", password="something new") as other:
        renamed = {k.rsplit("_", 1)[0] + f"_{other.server.port}": v for k, v in cookies.items()}
        async with other.browser() as browser:
            browser.client.session.cookie_jar.update_cookies(renamed, browser.client.make_url("/"))
            assert (await browser.boot())[0] == 401


@pytest.mark.parametrize(
    ("host", "public_url"),
    [("0.0.0.0", None), ("192.168.1.7", None), ("127.0.0.1", "https://chat.example")],
)
async def test_without_a_password_it_does_not_open_to_others(tmp_path, host, public_url):
    with pytest.raises(ValueError, match="UNDERTONE_WEB__PASSWORD"):
        async with open_house(tmp_path, host=host, public_url=public_url):
            pass


async def test_only_a_public_page_over_https_has_secure_cookies(tmp_path):
    async with (
        open_house(tmp_path, password="open sesame", public_url="https://chat.example") as house,
        house.browser() as browser,
    ):
        headers = {"Origin": "https://chat.example"}
        async with browser.client.post(
            "/chat/door", json={"password": "open sesame"}, headers=headers
        ) as answer:
            assert answer.status == 200
            assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("remote", "told", "counted"),
    [
        pytest.param("127.0.0.1", "203.0.113.9", "203.0.113.9", id="a proxy on this machine"),
        pytest.param("10.1.2.3", "203.0.113.9", "203.0.113.9", id="a trusted proxy"),
        pytest.param("10.1.2.3", "203.0.113.1, 203.0.113.9", "203.0.113.9", id="its own word"),
        pytest.param("198.51.100.7", "203.0.113.9", "198.51.100.7", id="anybody else"),
        pytest.param("10.1.2.3", "", "10.1.2.3", id="nothing said"),
    ],
)
def test_only_a_trusted_proxy_is_believed_about_who_knocks(remote, told, counted):
    asked = make_mocked_request("POST", "/chat/door", headers={"X-Forwarded-For": told})
    asked = asked.clone(remote=remote)
    assert address_of(asked, [ip_network("10.0.0.0/8")]) == counted
