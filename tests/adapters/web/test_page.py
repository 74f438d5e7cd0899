"""The page and its files, as they are."""

import re
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.remote import is_loopback
from adapters.web import boot, pages
from adapters.web.languages import preferred, zone_of
from services import texts
from services.commands.command import Command, Takes
from services.showing import Text

STATIC = Path(pages.__file__).parent / "static"
SCRIPTS = sorted(STATIC.glob("*.js"))
PAGE = Path(pages.__file__).parent / "templates" / "page.html"
KEYS = re.compile(r'"(web-[a-z-]+)"')


def test_the_page_knows_every_word_that_it_uses():
    used = {key for path in [*SCRIPTS, PAGE] for key in KEYS.findall(path.read_text())}
    assert used - boot.WORDS.keys() == set()


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_word_of_the_page_is_there_in_every_language(locale):
    told = boot.words(locale)
    assert [key for key, sentence in told.items() if sentence == key] == []


def test_words_that_the_page_fills_in_keep_their_places():
    assert "{name}" in boot.words("en")["web-download"]


@pytest.mark.parametrize("path", [*SCRIPTS, PAGE], ids=lambda path: path.name)
def test_nothing_parses_text_as_markup(path):
    source = path.read_text()
    for danger in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert danger not in source


def test_the_page_has_nothing_inline_and_nothing_from_elsewhere():
    source = PAGE.read_text()
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", source)
    assert not re.search(r'(src|href)="(https?:)?//', source)


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_a_file_of_the_page_is_short(path):
    assert len(path.read_bytes().splitlines()) < 400


async def test_every_file_is_served_with_its_type(browser):
    for name, asset in pages.load().items():
        async with browser.client.get(f"/chat/static/{name}") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith(asset.mime)


async def test_a_file_that_is_known_is_not_sent_again(browser):
    async with browser.client.get("/chat/static/main.js") as answer:
        etag = answer.headers["ETag"]
    async with browser.client.get(
        "/chat/static/main.js", headers={"If-None-Match": etag}
    ) as answer:
        assert answer.status == 304


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fplugin.py", "%2e%2e%2fplugin.py"])
async def test_no_other_file_is_served(browser, name):
    async with browser.client.get(f"/chat/static/{name}") as answer:
        assert answer.status == 404


async def test_the_page_is_told_in_the_visitors_language(browser):
    for header, lang in (("de-AT,de;q=0.9", "de"), ("fr", "en")):
        async with browser.client.get("/", headers={"Accept-Language": header}) as answer:
            assert f'<html lang="{lang}">' in await answer.text()


async def test_boot_brings_commands_with_their_choices(browser):
    _, told = await browser.boot()
    denoise = next(one for one in told["commands"] if one["name"] == "denoise")
    preset = next(one for one in denoise["options"] if one["name"] == "preset")
    assert "podcast" in [choice["word"] for choice in preset["choices"]]
    assert "again" not in [one["name"] for one in told["commands"]]


async def test_every_choice_has_a_name(browser):
    _, told = await browser.boot()
    nameless = [
        choice
        for command in told["commands"]
        for option in command["options"]
        for choice in option["choices"]
        if choice["text"] == texts.render(Text(f"choice-{choice['word']}"), "xx")
        and choice["text"].startswith("choice-")
    ]
    assert nameless == []


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH", "de"),
        ("en;q=0.5, de;q=0.9", "de"),
        ("fr, de;q=0.3, en;q=0.2", "de"),
        ("*", "en"),
        ("fr;q=x, de;q=0.1", "de"),
    ],
)
def test_the_language_is_the_best_that_both_know(header, locale):
    assert preferred(header, ("en", "de")) == locale


@pytest.mark.parametrize(
    ("host", "is_it"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.0.1", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_what_only_this_machine_reaches(host, is_it):
    assert is_loopback(host) is is_it


TABLE = (
    Command("denoise", run=None, takes=Takes.SOUND),
    Command("dereverb", run=None, takes=Takes.SOUND, is_offered=False),
    Command("stems", run=None, takes=Takes.SOUND, is_offered=False),
)


def test_what_nobody_here_can_do_is_not_shown():
    assert [one["name"] for one in boot.commands(TABLE, "en")] == ["denoise"]


@pytest.mark.parametrize("locale", texts.LOCALES)
@pytest.mark.parametrize("name", ["dereverb", "stems"])
def test_the_welcome_promises_what_is_offered(locale, name):
    with_it = [replace(one, is_offered=one.is_offered or one.name == name) for one in TABLE]
    word = {"dereverb": "echo", "stems": {"en": "split", "de": "zerlege"}[locale]}[name]
    assert word in boot.words(locale, with_it)[boot.WELCOME].casefold()
    assert word not in boot.words(locale, TABLE)[boot.WELCOME].casefold()


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Vienna", ZoneInfo("Europe/Vienna")),
        ("UTC", ZoneInfo("UTC")),
        ("", None),
        ("Europe", None),
        ("Nowhere/At_All", None),
        ("../../etc/passwd", None),
        ("/etc/localtime", None),
        ("Europe/\0Vienna", None),
        ("x" * 5000, None),
    ],
)
def test_a_zone_is_one_that_we_know(name, zone):
    assert zone_of(name) == zone
