"""Listening and downloading: ranges, types, names, and whose it is."""

import aiohttp
import pytest

from adapters.ranges import Span, disposition, span_of
from tests.fakes.desk import wav


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("", Span(0, 100)),
        ("bytes=0-", Span(0, 100)),
        ("bytes=10-19", Span(10, 20)),
        ("bytes=90-500", Span(90, 100)),
        ("bytes=-7", Span(93, 100)),
        ("bytes=-500", Span(0, 100)),
        ("bytes=0-1,5-6", Span(0, 100)),
        ("lines=1-2", Span(0, 100)),
        ("bytes=x-y", Span(0, 100)),
        ("bytes=-", Span(0, 100)),
        ("bytes=100-", None),
        ("bytes=20-10", None),
        ("bytes=-0", None),
    ],
)
def test_a_range_is_what_the_rules_say(header, span):
    assert span_of(header, 100) == span


def test_a_range_of_endless_digits_asks_for_everything():
    assert span_of(f"bytes={'1' * 5000}-", 100) == Span(0, 100)


def test_a_download_name_survives_every_letter():
    assert disposition('Grüße "1".wav', is_download=True) == (
        "attachment; filename=\"Gr__e _1_.wav\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%221%22.wav"
    )


async def test_a_result_can_be_heard_in_parts(browser):
    card = await browser.cleaned()
    url = card["sounds"][1]["url"]
    async with browser.client.get(url, headers={"Range": "bytes=4-11"}) as answer:
        body = await answer.read()
    assert (answer.status, body) == (206, wav(2.0)[4:12])
    assert answer.headers["Content-Range"] == f"bytes 4-11/{len(wav(2.0))}"


async def test_an_answer_that_breaks_off_is_cut_and_not_filled_up(browser, monkeypatch):
    card = await browser.cleaned()

    async def broken(*_args, **_rest):
        yield b"RIFF"
        raise OSError("the disk went away")

    monkeypatch.setattr(type(browser.house.bench.files), "get", broken)
    with pytest.raises(aiohttp.ClientPayloadError):
        async with browser.client.get(card["sounds"][1]["url"]) as answer:
            await answer.read()


async def test_a_range_beyond_the_end_is_refused(browser):
    card = await browser.cleaned()
    async with browser.client.get(
        card["sounds"][1]["url"], headers={"Range": "bytes=999999999-"}
    ) as answer:
        assert answer.status == 416
        assert answer.headers["Content-Range"] == f"bytes */{len(wav(2.0))}"


async def test_a_range_of_other_bytes_gets_all_of_these(browser):
    card = await browser.cleaned()
    headers = {"Range": "bytes=4-11", "If-Range": '"another"'}
    async with browser.client.get(card["sounds"][1]["url"], headers=headers) as answer:
        assert (answer.status, len(await answer.read())) == (200, len(wav(2.0)))


async def test_a_known_sound_is_not_sent_twice(browser):
    card = await browser.cleaned()
    async with browser.client.get(card["sounds"][1]["url"]) as answer:
        etag = answer.headers["ETag"]
    async with browser.client.get(
        card["sounds"][1]["url"], headers={"If-None-Match": etag}
    ) as answer:
        assert answer.status == 304


async def test_a_question_for_the_head_has_no_body(browser):
    card = await browser.cleaned()
    async with browser.client.head(card["sounds"][1]["url"]) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(wav(2.0))))


async def test_a_sound_is_never_anything_else(browser):
    card = await browser.cleaned()
    async with browser.client.get(card["sounds"][0]["url"]) as answer:
        assert answer.headers["Content-Type"] == "audio/wav"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_download_has_a_name(browser):
    card = await browser.cleaned()
    async with browser.client.get(card["sounds"][1]["url"], params={"download": 1}) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert "talk.clean.wav" in answer.headers["Content-Disposition"]


async def test_the_picture_is_shown(browser):
    card = await browser.cleaned()
    assert "-38.2" in card["picture"]["alt"].replace("\N{MINUS SIGN}", "-")
    async with browser.client.get(card["picture"]["url"]) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")


@pytest.mark.parametrize("what", ["sound/{job}/source", "sound/{job}/clean", "picture/{job}"])
async def test_another_visitor_finds_nothing(house, browser, what):
    card = await browser.cleaned()
    async with house.browser() as stranger:
        await stranger.boot()
        async with stranger.client.get("/chat/" + what.format(job=card["job"])) as answer:
            assert answer.status == 404


@pytest.mark.parametrize("path", ["sound/0123/clean", "sound/{job}/vocals", "picture/nothing"])
async def test_what_is_not_there_is_not_found(browser, path):
    card = await browser.cleaned()
    async with browser.client.get("/chat/" + path.format(job=card["job"])) as answer:
        assert answer.status == 404


async def test_a_sound_whose_file_is_gone_is_not_found(house, browser):
    card = await browser.cleaned()
    await house.bench.files.delete(f"{card['job']}/")
    async with browser.client.get(card["sounds"][1]["url"]) as answer:
        assert answer.status == 404


async def test_a_result_of_an_excerpt_begins_where_the_excerpt_began(browser):
    card = await browser.cleaned(text="/denoise from=0:01", seconds=4.0)
    assert [sound["start"] for sound in card["sounds"]] == [1.0, 0.0]


async def test_of_two_formats_both_are_downloads_and_one_is_heard(browser):
    two = {"clean.aiff": wav(2.0), "clean.mp3": wav(1.5)}
    card = await browser.cleaned(parts=two, text="/denoise aiff mp3")
    before, first, second = card["sounds"]
    assert [one["is_heard"] for one in (before, first, second)] == [True, False, True]
    assert [one["name"].partition(".")[2] for one in (first, second)] == ["clean.aiff", "clean.mp3"]
    for sound, body in ((first, wav(2.0)), (second, wav(1.5))):
        async with browser.client.get(sound["url"], params={"download": "1"}) as answer:
            assert await answer.read() == body
            assert sound["name"] in answer.headers["Content-Disposition"]
