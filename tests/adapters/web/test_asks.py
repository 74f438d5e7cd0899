"""Asking, being answered, pressing buttons."""

import asyncio

import pytest

from adapters.web import routes
from services.events import Received
from services.showing import Card, Progress, Text, Tone
from tests.fakes.jobs import CLIP


async def test_a_dropped_file_becomes_a_job_and_both_are_shown(browser):
    slip = await browser.upload(name="talk.wav")
    assert await browser.ask("", [slip]) == 200
    said, card = await browser.shown()
    assert (said["by"], said["files"]) == ("person", [{"name": "talk.wav", "bytes": 4}])
    assert (card["by"], card["tone"]) == ("undertone", "working")
    assert "talk.wav" in card["lines"][0]


async def test_options_reach_the_job(house, browser):
    slip = await browser.upload()
    await browser.ask("/denoise podcast strength=strong 1:20-3:00", [slip])
    job = await house.bench.job((await browser.shown())[-1]["job"])
    recipe = job.recipe
    assert (recipe.preset, recipe.strength, recipe.start, recipe.end) == (
        "podcast",
        "strong",
        80.0,
        180.0,
    )


async def test_several_files_are_several_jobs(browser):
    slips = [await browser.upload(name=name) for name in ("a.wav", "b.wav", "c.wav")]
    await browser.ask("/denoise", slips)
    said, *cards = await browser.shown()
    assert len(said["files"]) == 3
    assert len({card["job"] for card in cards}) == 3


async def test_the_same_event_asks_once(browser):
    slip = await browser.upload()
    for _ in range(2):
        await browser.ask("/denoise", [slip], event="12345678-1234")
    assert len(await browser.shown()) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("/denoise strng", "strong", id="option"),
        pytest.param("/denoize", "/denoise", id="command"),
        pytest.param("/denoise", "recording", id="no file"),
    ],
)
async def test_a_mistake_is_answered_with_a_sentence(browser, text, words):
    await browser.ask(text)
    _, card = await browser.shown()
    assert card["tone"] == "problem"
    assert words in card["lines"][0]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        pytest.param("/denoise", True, id="a job"),
        pytest.param("/denoise strng", False, id="a mistake"),
        pytest.param("/jobs", False, id="a question"),
    ],
)
async def test_the_page_learns_whether_its_files_are_at_work(browser, text, taken):
    slip = await browser.upload()
    body = {"text": text, "files": [slip["id"]], "event": "12345678-1234"}
    assert (await browser.post("/chat/asks", json=body))[1]["taken"] is taken


async def test_a_file_may_be_sent_again_after_a_mistake(browser):
    slip = await browser.upload()
    await browser.ask("/denoise strng", [slip])
    await browser.ask("/denoise strong", [slip])
    assert (await browser.shown())[-1]["tone"] == "working"


async def test_talk_is_answered_with_a_hint(browser):
    await browser.ask("hello there")
    _, card = await browser.shown()
    assert "/help" in card["lines"][0]


async def test_a_sentence_with_a_file_is_taken_as_a_wish_to_clean(browser):
    slip = await browser.upload()
    await browser.ask("please clean this", [slip])
    _, hint, card = await browser.shown()
    assert hint["tone"] == "info"
    assert card["tone"] == "working"


async def test_help_names_the_commands(browser):
    await browser.ask("/help")
    _, card = await browser.shown()
    assert any(line.startswith("/denoise") for line in card["lines"])


@pytest.mark.parametrize(
    "body",
    [
        {"text": "/help"},
        {"event": "'; DROP TABLE", "text": "/help"},
        {"event": "12345678", "text": "x" * 5000},
        {"event": "12345678", "surprise": 1},
        {"event": "12345678", "files": [1]},
    ],
)
async def test_a_body_that_our_page_does_not_send_is_refused(browser, body):
    assert (await browser.post("/chat/asks", json=body))[0] == 400
    assert await browser.shown() == []


async def test_a_body_without_end_is_refused(browser):
    headers = {"Origin": browser.origin}
    async with browser.client.post("/chat/asks", data=b"x" * 70_000, headers=headers) as answer:
        assert answer.status == 413


async def test_a_body_that_dawdles_is_given_up(browser, monkeypatch):
    monkeypatch.setattr(routes, "BODY_SECONDS", 0.05)
    never = asyncio.Event()

    async def dawdle():
        yield b"{"
        await never.wait()

    status, answer = await browser.post("/chat/asks", data=dawdle())
    assert status == 408
    assert "in time" in answer["message"]


async def test_markup_stays_text(browser):
    await browser.ask("<img src=x onerror=alert(1)>")
    said, _ = await browser.shown()
    assert said["text"] == "<img src=x onerror=alert(1)>"


async def test_cancel_changes_the_card_and_says_nothing_more(house, browser):
    await browser.ask("/denoise", [await browser.upload()])
    card = (await browser.shown())[-1]
    (action,) = card["actions"]
    press = {"command": action["command"], "options": action["options"]}
    assert await browser.ask(action=press) == 200
    assert len(await browser.shown()) == 2
    assert (await house.bench.job(card["job"])).outcome.code == "cancelled"


async def test_again_is_a_new_job_that_the_person_asked_for(browser):
    card = await browser.cleaned()
    action = next(one for one in card["actions"] if one["options"].get("preset") == "podcast")
    press = {"command": action["command"], "options": action["options"]}
    await browser.ask(action=press, label=action["label"])
    _, _, said, again = await browser.shown()
    assert said["text"] == action["label"]
    assert again["job"] != card["job"]


async def test_nobody_presses_another_visitors_buttons(house, browser):
    card = await browser.cleaned()
    press = {"command": "cancel", "options": {"job": card["job"]}}
    async with house.browser() as stranger:
        await stranger.boot()
        await stranger.ask(action=press)
        (answer,) = await stranger.shown()
    assert answer["tone"] == "problem"


async def test_a_card_that_comes_too_late_does_not_hide_the_result(house, browser):
    card = await browser.cleaned()
    job = await house.bench.job(card["job"])
    late = Card((Text("card-queued", {"name": "a", "place": 1}),), Tone.WORKING, job.id)
    await house.platform.messenger.post(job.address, late, job.id)
    assert (await browser.shown())[-1]["tone"] == "done"


async def test_progress_is_told_in_figures_and_words(house, browser):
    await browser.ask("/denoise", [await browser.upload()])
    job_id = (await browser.shown())[-1]["job"]
    job = await house.bench.start(job_id, 30.0)
    card = await house.bench.card(job_id, Progress(fraction=0.5, seconds_left=12.0))
    await house.platform.messenger.edit(job.address, job.card, card)
    progress = (await browser.shown())[-1]["progress"]
    assert progress["fraction"] == 0.5
    assert "12" in progress["left"]


async def test_the_price_is_asked_in_the_card_and_begin_goes_on(house, browser):
    await browser.ask("/denoise", [await browser.upload()])
    job = await house.bench.job((await browser.shown())[-1]["job"])
    await house.bench.store.write(
        lambda tx: tx.put_space("web", job.address.space, {"confirm": 0.0})
    )
    job = await house.bench.journal.record(job.id, Received(CLIP))
    await house.platform.messenger.edit(job.address, job.card, await house.bench.card(job.id))
    card = (await browser.shown())[-1]
    begin, cancel = card["actions"]
    await browser.ask(action={"command": begin["command"], "options": begin["options"]})
    assert [begin["label"], cancel["label"]] == ["Begin", "Cancel"]
    assert "shall I begin" in card["lines"][0]
    assert (job.awaits, (await house.bench.job(job.id)).awaits) == (True, False)
    assert len(await browser.shown()) == 2


async def test_settings_come_in_from_a_file(house, browser):
    paper = b'{"version": 1, "platform": "web", "settings": {"confirm": 7.0}}'
    await browser.ask("/settings import", [await browser.upload(paper, "s.json")])
    shown = (await browser.shown())[-1]
    await browser.ask("/settings export")
    (document,) = (await browser.shown())[-1]["documents"]
    async with browser.client.get(document["url"]) as answer:
        given = await answer.json(content_type=None)
    assert shown["tone"] == "info"
    assert given["settings"]["confirm"] == 7.0
