"""Cards as words and buttons of Telegram."""

import pytest

from adapters.pressing import Press
from adapters.telegram import keyboard, markup
from services import cards
from services.problems import Code, Problem
from services.showing import Action, Card, Link, Progress, Text, Tone
from tests.fakes.jobs import a_job
from tests.services.test_cards import a_result

ROOM = 1024


def named(name):
    return Card((Text("card-received", {"name": name}),))


@pytest.mark.parametrize(
    "name",
    ["<b>bold</b>.wav", "a & b.wav", 'quo"te.wav', "</b><a href='tg://user?id=1'>x</a>.wav"],
)
def test_a_name_stays_a_name(name):
    told = markup.content(named(name), "en", ROOM)
    assert "<b>" not in told
    assert "<a" not in told
    assert name in markup.plain(told).replace("\u2060", "")


@pytest.mark.parametrize("name", ["@everyone.wav", "/forget", "https://evil.example", "#tag"])
def test_a_name_calls_nobody_and_links_nowhere(name):
    told = markup.plain(markup.content(named(name), "en", ROOM))
    assert name not in told
    assert name in told.replace("\u2060", "")


@pytest.mark.parametrize("letter", ["a", "&", "🎧"])
def test_words_fit_and_end_at_a_line(letter):
    lines = tuple(Text("card-received", {"name": letter * 90}) for _ in range(30))
    told = markup.content(Card(lines), "en", ROOM)
    whole = markup.content(Card(lines[:1]), "en", ROOM)
    assert ROOM - markup.length(whole) <= markup.length(told) <= ROOM
    assert set(told.splitlines()) == {whole}


def test_one_line_that_is_too_long_is_cut():
    told = markup.content(named("&" * 90), "en", 50)
    assert markup.length(told) == 50
    assert told.endswith("…")


def test_progress_is_drawn_and_told():
    card = Card((), Tone.WORKING, progress=Progress(0.5, seconds_left=70.0))
    assert markup.content(card, "en", ROOM) == "▓▓▓▓▓░░░░░ 50 % · About 1 min 10 s left"


def labels(rows):
    return [[button.text for button in row] for row in rows.inline_keyboard]


def test_a_result_has_its_buttons_and_one_that_opens_the_presets():
    card = cards.card(a_result())
    shown = keyboard.keyboard(card.actions, (), "en")
    assert labels(shown) == [
        ["Softer", "Stronger"],
        ["What was removed", "Another preset …"],
        ["Delete"],
    ]


def test_a_menu_takes_the_place_of_the_rest_and_leads_back():
    card = cards.card(a_result())
    assert card.job is not None
    shown = keyboard.keyboard(card.actions, (), "en", "menu-presets")
    *choices, back = [text for row in labels(shown) for text in row]
    assert len(choices) == 5
    assert back == "Back"
    pressed = keyboard.read(shown.inline_keyboard[-1][-1].callback_data)
    assert pressed == Press("menu", {"of": card.job, "open": ""})


def test_every_button_of_ours_fits_what_telegram_carries():
    every = [cards.card(a_result()), cards.card(a_job()), cards.farewell(a_job())]
    every.append(cards.card(a_job(outcome=Problem(Code.PROVIDER_FAILED), clip=a_result().clip)))
    for card in every:
        for action in card.actions:
            data = keyboard.write(Press(action.command, action.options))
            assert data is not None
            assert len(data.encode()) <= 64
            assert keyboard.read(data) == Press(action.command, action.options)


@pytest.mark.parametrize("data", ["", "v1", "v1:", "ut1:again:job=1", "again:1", "v2:again:"])
def test_what_is_not_ours_is_nothing(data):
    assert keyboard.read(data) is None


def test_what_has_no_room_is_no_button():
    long = Action(Text("action-delete"), "delete", {"job": "x" * 60})
    assert keyboard.keyboard([long], (), "en") is None


def test_links_come_first():
    shown = keyboard.keyboard((), [Link("a.clean.wav", "https://sound.example/files/x")], "en")
    assert shown.inline_keyboard[0][0].url == "https://sound.example/files/x"


def test_the_place_for_larger_files_can_be_pressed_and_nothing_else():
    def told(url):
        problem = Problem(Code.TOO_LARGE_HERE, {"limit": 20_000_000, "url": url})
        return markup.content(cards.problem_card(problem), "en", ROOM)

    assert "https://sound.example." in told("https://sound.example")
    assert "<b>" not in told("https://<b>.example")


def test_a_long_line_is_cut_as_telegram_counts():
    card = Card((Text("card-received", {"name": "\N{GRINNING FACE}" * 100}),))
    told = markup.content(card, "en", 100)
    assert told.endswith("…")
    assert 98 <= markup.length(told) <= 100
