"""What people type."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import cards, texts
from services.commands import typed as words
from services.commands.command import Command, Option, Takes
from services.commands.linked import URL
from services.problems import Code, Fault

COMMANDS = (
    Command(
        "denoise",
        run=None,
        takes=Takes.SOUND,
        options=(
            URL,
            Option("preset", ("auto", "podcast", "music")),
            Option("strength", ("soft", "normal", "strong")),
            Option("format", ("wav", "mp3", "flac"), many=True, most=2),
            Option("keep", ("clean", "residual", "both")),
            Option("from"),
            Option("to"),
        ),
    ),
    Command(
        "stems",
        run=None,
        takes=Takes.SOUND,
        options=(
            URL,
            Option("stems", ("vocals", "drums", "lead_vocal"), many=True),
            Option("cleanup", ("denoise", "deecho"), many=True),
            Option("bitrate", kind="number"),
        ),
    ),
    Command("cancel", run=None, options=(Option("job"), Option("sure", ("yes",)))),
    Command("help", run=None),
    Command("again", run=None, hidden=True),
    Command("dereverb", run=None, takes=Takes.SOUND, is_offered=False),
)


@pytest.mark.parametrize(
    ("text", "command", "options"),
    [
        pytest.param("/denoise", "denoise", {}, id="alone"),
        pytest.param("  /DENOISE  ", "denoise", {}, id="loud"),
        pytest.param("denoise podcast", "denoise", {"preset": "podcast"}, id="no slash"),
        pytest.param(
            "/denoise podcast strength=strong from=1:20",
            "denoise",
            {"preset": "podcast", "strength": "strong", "from": "1:20"},
            id="the example of the help",
        ),
        pytest.param("/denoise preset:podcast", "denoise", {"preset": "podcast"}, id="colon"),
        pytest.param("/denoise from:1:20", "denoise", {"from": "1:20"}, id="colon and clock"),
        pytest.param("/denoise --preset=Podcast", "denoise", {"preset": "podcast"}, id="dashes"),
        pytest.param('/denoise preset="podcast"', "denoise", {"preset": "podcast"}, id="quotes"),
        pytest.param("/denoise 1:20-3:00", "denoise", {"from": "1:20", "to": "3:00"}, id="range"),
        pytest.param("/denoise 80–95.5", "denoise", {"from": "80", "to": "95.5"}, id="long dash"),
        pytest.param("/stems vocals, drums", "stems", {"stems": "vocals,drums"}, id="list"),
        pytest.param("/stems vocals drums", "stems", {"stems": "vocals,drums"}, id="two words"),
        pytest.param("/stems bitrate=128", "stems", {"bitrate": "128"}, id="a number by its name"),
        pytest.param("/stems bitrate 128", "stems", {"bitrate": "128"}, id="name, number"),
        pytest.param("/denoise format=wav,mp3", "denoise", {"format": "wav,mp3"}, id="two formats"),
        pytest.param("/denoise wav mp3", "denoise", {"format": "wav,mp3"}, id="two bare formats"),
        pytest.param("/stems lead-vocal", "stems", {"stems": "lead_vocal"}, id="hyphen"),
        pytest.param(
            "/stems vocals denoise",
            "stems",
            {"stems": "vocals", "cleanup": "denoise"},
            id="each word finds its option",
        ),
        pytest.param("/denoise preset podcast", "denoise", {"preset": "podcast"}, id="name, value"),
        pytest.param(
            "/denoise from 0:10 to 0:20", "denoise", {"from": "0:10", "to": "0:20"}, id="from to"
        ),
        pytest.param("/cancel sure", "cancel", {"sure": "yes"}, id="an option of one choice"),
        pytest.param("/dereverb", "dereverb", {}, id="what nobody offers is understood"),
        pytest.param("/cancel 0123abc", "cancel", {"job": "0123abc"}, id="the only free text"),
    ],
)
def test_people_write_commands_in_many_ways(text, command, options):
    typed = words.read(text, COMMANDS, has_files=True)
    assert typed == words.Typed(command, options)


LINK = "https://sound.example/a,b.mp3?x=1&y=http://c"


@pytest.mark.parametrize(
    ("text", "options"),
    [
        pytest.param(f"/stems {LINK}", {"url": LINK}, id="bare"),
        pytest.param(f"stems {LINK} vocals", {"url": LINK, "stems": "vocals"}, id="and a word"),
        pytest.param(f"/stems <{LINK}>", {"url": LINK}, id="without preview"),
        pytest.param(f"/stems url={LINK}", {"url": LINK}, id="named"),
        pytest.param(f"/stems url: {LINK}", {"url": LINK}, id="named and spaced"),
        pytest.param(f"/stems url {LINK}", {"url": LINK}, id="name, link"),
        pytest.param("/stems HTTP://a.example", {"url": "HTTP://a.example"}, id="loud"),
    ],
)
def test_a_link_after_a_command_is_what_to_work_on(text, options):
    assert words.read(text, COMMANDS, has_files=False) == words.Typed("stems", options)


@pytest.mark.parametrize("link", [LINK, "http://a.example/A.WAV", "<https://a.example/x/film.mp4>"])
def test_a_link_to_sound_alone_is_as_good_as_a_file(link):
    plain = link.strip("<>")
    assert words.read(link, COMMANDS, has_files=False) == words.Typed("denoise", {"url": plain})


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/",
        "https://a.example/page.html",
        "https://mp3.example",
        "https://a.example/?file=a.mp3",
        "look: https://a.example/a.mp3",
        "https://a.example/a.mp3 is nice",
        "a.mp3",
    ],
)
def test_other_links_are_talk(text):
    assert words.read(text, COMMANDS, has_files=False) is None


def test_a_word_without_a_name_is_never_taken_for_a_link():
    with pytest.raises(Fault) as caught:
        words.read("/stems voclas", COMMANDS, has_files=True)
    assert caught.value.problem.args["nearest"] == "vocals"


def test_a_file_without_words_is_cleaned():
    assert words.read("", COMMANDS, has_files=True) == words.Typed("denoise")


def test_a_file_with_a_sentence_is_cleaned_and_the_guess_is_told():
    typed = words.read("please make this nice", COMMANDS, has_files=True)
    assert typed == words.Typed("denoise", guessed=True)


@pytest.mark.parametrize("text", ["", "hello", "help me with this file", "cancel my flight now"])
def test_talk_is_no_command(text):
    assert words.read(text, COMMANDS, has_files=False) is None


@pytest.mark.parametrize(
    ("text", "code", "args"),
    [
        pytest.param("/denoize", Code.UNKNOWN_COMMAND, ("denoize", "denoise"), id="command"),
        pytest.param("/agein", Code.UNKNOWN_COMMAND, ("agein", ""), id="hidden ones stay hidden"),
        pytest.param("/dereverp", Code.UNKNOWN_COMMAND, ("dereverp", ""), id="nobody offers it"),
        pytest.param("/denoise strng", Code.BAD_OPTION, ("strng", "strong"), id="word"),
        pytest.param("/denoise preset=podcst", Code.BAD_OPTION, ("podcst", "podcast"), id="value"),
        pytest.param("/denoise strong soft", Code.BAD_OPTION, ("soft", "soft"), id="twice"),
    ],
)
def test_a_slip_of_the_pen_is_named_with_what_was_probably_meant(text, code, args):
    with pytest.raises(Fault) as caught:
        words.read(text, COMMANDS, has_files=True)
    said = caught.value.problem.args
    assert (caught.value.problem.code, (said.get("name") or said.get("word"), said["nearest"])) == (
        code,
        args,
    )


def test_a_word_that_fits_nowhere_is_answered_with_what_does():
    with pytest.raises(Fault) as caught:
        words.read("/denoise preset=loud", COMMANDS, has_files=True)
    assert "It can be auto, " in texts.render(cards.problem_text(caught.value.problem), "en")


@given(st.text(max_size=200), st.booleans())
def test_nothing_that_is_typed_breaks_the_reader(text, has_files):
    with suppress(Fault):
        typed = words.read(text, COMMANDS, has_files=has_files)
        assert typed is None or typed.command in {command.name for command in COMMANDS}
