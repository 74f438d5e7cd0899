"""A link instead of a file, in every chat: to a server of one's own, and to a refused place."""

import asyncio
import logging
import uuid
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import ClientSession, CookieJar, web

from bot import lifecycle
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import load_settings
from services import quotas
from services.model import State
from services.problems import Code, Problem
from tests.fakes.at_discord import PATIENCE, AtDiscord, Shift, at_discord, built
from tests.fakes.at_telegram import at_telegram
from tests.fakes.loopback import served
from tests.journeys.discord_room import has_file, noise
from tests.journeys.telegram_room import answers
from tests.journeys.test_job_life import copying

OURS = ("adapters", "bot", "services", "asyncio", "aiohttp.client")
REFUSED = "http://169.254.169.254/latest/talk.wav?token=s3cret"


class Shelf:
    """A sound server on loopback, and the settings that allow it."""

    def __init__(self, origin):
        self.link = f"{origin}/talks/my%20talk.wav?sig=s3cret"
        self.page = f"{origin}/page"
        self.gone = f"{origin}/gone.wav"
        self.fetch = {"allowed_private": [origin.removeprefix("http://")]}


@pytest.fixture
async def shelf(tmp_path):
    sound = noise(tmp_path)

    async def talk(request):
        return web.Response(body=sound)

    async def page(request):
        return web.Response(text="<!doctype html>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/talks/{name}", talk)
    app.router.add_get("/page", page)
    async with served(app) as origin:
        yield Shelf(origin)


@pytest.fixture
def said(caplog):
    """What we log ourselves, which must not tell the link."""
    caplog.set_level(logging.DEBUG)
    yield
    found = [one for one in caplog.get_records("call") if one.name.startswith(OURS)]
    assert found
    for one in found:
        assert "s3cret" not in f"{one.getMessage()} {one.__dict__} {one.exc_text}"


def is_over(code):
    return lambda jobs: len(jobs) == 1 and is_ended(jobs[0], code)


def is_ended(job, code):
    is_so = isinstance(job.outcome, Problem) and job.outcome.code is code
    return is_so and job.state is State.DONE


async def costs_nothing(here):
    """No minute is spent, no file is left."""
    since = here.app.now().replace(year=2000)
    (job,) = await here.jobs()

    def count(tx):
        scopes = (
            quotas.space_scope(tx, job.address),
            quotas.person_scope(tx, job.address, job.person),
        )
        return [tx.spent(scope, since) for scope in scopes]

    spent = await here.app.store.read(count)
    left = [key async for key, _ in here.app.files.list("")]
    return sum(spent) == 0 and left == []


# --- Discord --------------------------------------------------------------------------------------


async def test_discord_takes_a_link_as_an_option(room, shelf, said, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path), fetch=shelf.fetch) as here:
        options = {"url": shelf.link, "format": "wav"}
        asked = room.discord.slash("denoise", options, user=room.ada, channel=room.channel)
        assert await asked.acknowledged() < 3
        shown = await asked.shows(has_file)
        (job,) = await here.done()
    assert shown.files[0].name == "my talk.clean.wav"
    assert (job.source.name, job.source.url) == ("my talk.wav", shelf.link)


async def test_discord_refuses_a_private_link_in_a_sentence(room, shelf, said, tmp_path):
    async with at_discord(tmp_path, room.discord, fetch=shelf.fetch) as here:
        asked = room.discord.slash("stems", {"url": REFUSED}, user=room.ada, channel=room.channel)
        shown = await asked.shows(lambda one: "only public web addresses" in one.content)
        await here.until(is_over(Code.LINK_REFUSED))
        assert await costs_nothing(here)
    assert "169.254" not in shown.content


async def test_discord_asks_about_a_file_and_a_link(room, shelf, tmp_path):
    async with at_discord(tmp_path, room.discord, fetch=shelf.fetch) as here:
        asked = room.denoise(noise(tmp_path), url=shelf.link)
        await asked.shows(lambda one: "with a file and with a link" in one.content)
        assert await here.jobs() == []


# --- Telegram -------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["/denoise {}", "{}", "/denoise url={} wav"])
async def test_telegram_takes_a_link(telegram, chat, ada, shelf, said, words, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), fetch=shelf.fetch) as here:
        asked = telegram.say(chat, ada, words.format(shelf.link))
        (job,) = await here.done()
        shown = await telegram.shows(chat, lambda one: one.by_bot and one.file is not None)
    assert telegram.reactions(asked) == ["👀"]
    assert shown.reply_to == asked.id
    assert job.source.name == "my talk.wav"


async def test_telegram_refuses_a_private_link(telegram, chat, ada, shelf, said, tmp_path):
    async with at_telegram(tmp_path, telegram, fetch=shelf.fetch) as here:
        telegram.say(chat, ada, f"/denoise {REFUSED}")
        shown = await telegram.shows(chat, lambda one: "only public" in one.text)
        await here.until(is_over(Code.LINK_REFUSED))
        assert await costs_nothing(here)
    assert "169.254" not in shown.text


async def test_telegram_takes_a_link_to_a_page_for_talk(telegram, chat, ada, shelf, tmp_path):
    async with at_telegram(tmp_path, telegram, fetch=shelf.fetch) as here:
        telegram.say(chat, ada, shelf.page)
        await telegram.shows(chat, lambda one: one.by_bot)
        assert await here.jobs() == []
    assert len(answers(telegram, chat)) == 1


async def test_a_guest_may_name_a_link(telegram, chat, ada, shelf, said, tmp_path):
    group = telegram.add_group(members=[ada])
    group.bot_is_here = False
    more = {"guest_mode": True}
    async with at_telegram(
        tmp_path, telegram, copying(tmp_path), more=more, fetch=shelf.fetch
    ) as here:
        telegram.guest(group, ada, f"@undertone_bot denoise {shelf.link} wav")
        (job,) = await here.done()
        shown = await telegram.shows(group, lambda one: one.by_bot and one.file)
    assert shown.file.data
    assert job.source.name == "my talk.wav"


# --- the web chat ---------------------------------------------------------------------------------


@asynccontextmanager
async def at_web(folder, **settings):
    """The web chat, served, and how to say something there."""
    made = load_settings(
        PLATFORMS, PROVIDERS, data_dir=folder / "data", env_file=None, http={"port": 0}, **settings
    )
    async with (
        built(made, copying(folder), Shift()) as app,
        lifecycle.working(app),
        lifecycle.serving(app) as port,
        ClientSession(f"http://127.0.0.1:{port}", cookie_jar=CookieJar(unsafe=True)) as session,
    ):
        async with session.get("/chat/boot"):
            pass

        async def say(text):
            body = {"text": text, "files": [], "event": str(uuid.uuid4())}
            origin = {"Origin": f"http://127.0.0.1:{port}"}
            async with session.post("/chat/asks", json=body, headers=origin) as answer:
                return (await answer.json())["taken"]

        yield AtDiscord(app, None, Shift()), say


async def ended(here):
    async with asyncio.timeout(PATIENCE):
        (job,) = await here.done()
    return job


@pytest.mark.parametrize("words", ["/denoise {}", "{}", "dereverb {} strong"])
async def test_the_web_chat_takes_a_link(shelf, said, words, tmp_path):
    async with at_web(tmp_path, fetch=shelf.fetch) as (here, say):
        assert await say(words.format(shelf.link))
        job = await ended(here)
    assert [track.part for track in job.tracks] == ["clean"]
    assert job.source.name == "my talk.wav"


@pytest.mark.parametrize(
    ("link", "code"),
    [
        (lambda shelf: REFUSED, Code.LINK_REFUSED),
        (lambda shelf: shelf.page, Code.LINK_NO_SOUND),
        (lambda shelf: shelf.gone, Code.LINK_GONE),
        (lambda shelf: "http://127.0.0.1:1/a.wav", Code.LINK_REFUSED),
    ],
)
async def test_a_link_that_brings_nothing_costs_nothing(shelf, said, link, code, tmp_path):
    async with at_web(tmp_path, fetch=shelf.fetch) as (here, say):
        assert await say(f"/denoise {link(shelf)}")
        job = await ended(here)
        assert is_ended(job, code)
        assert await costs_nothing(here)


async def test_behind_a_link_lies_no_more_than_is_allowed(shelf, said, tmp_path):
    small = {"max_file_mb": 0.01}
    async with at_web(tmp_path, fetch=shelf.fetch, quota=small) as (here, say):
        await say(f"/denoise {shelf.link}")
        assert is_ended(await ended(here), Code.TOO_LARGE)
        assert await costs_nothing(here)


async def test_the_link_is_forgotten_with_the_files(shelf, tmp_path):
    async with at_web(tmp_path, fetch=shelf.fetch) as (here, say):
        await say(f"/denoise {shelf.link}")
        await ended(here)
        await here.app.retention.purge(timedelta(0))
        (job,) = await here.jobs()
    assert (job.source.url, job.source.name) == ("", "my talk.wav")
