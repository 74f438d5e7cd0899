"""A link in place of a file."""

from dataclasses import replace

import pytest

from services import texts
from services.cards import problem_text
from services.commands import linked
from services.events import Purged
from services.machine import advance
from services.model import Address, Ask, Person, Source, State
from services.problems import Code, Fault
from tests.fakes.jobs import START, a_job

LINK = "https://sound.example/talks/my%20talk.mp3?sig=a%2Fb"


def ask(url, *sources):
    return Ask("denoise", {"url": url}, sources, Person("p"), Address("web", "s", "c"), "e")


@pytest.mark.parametrize("said", [LINK, f"<{LINK}>", f"  {LINK}  ", LINK.replace("https", "HTTPS")])
def test_a_link_is_the_source_named_by_its_end(said):
    (source,) = linked.brought(ask(said)).sources
    assert (source.name, source.url.casefold()) == ("my talk.mp3", LINK.casefold())


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://sound.example/", "sound"),
        ("https://sound.example", "sound"),
        ("https://sound.example/a/..%2f..%2fetc%2fpasswd", "passwd"),
        ("https://sound.example/%E2%80%AEgnp.wav", "gnp.wav"),
        ("https://sound.example/%0d%0a%1b[2Ja.wav", "[2Ja.wav"),
        ("https://sound.example/größe.wav#t=3", "größe.wav"),
        ("https://[::1", "sound"),
        ("https://sound.example/" + "a" * 300 + ".wav", "a" * 59 + "….wav"),
    ],
)
def test_what_a_link_calls_its_sound_is_only_shown(link, name):
    assert linked.brought(ask(link)).sources[0].name == name


def test_without_a_link_nothing_changes():
    plain = replace(ask(""), options={}, sources=(Source("a.wav"),))
    assert linked.brought(plain) is plain
    assert not replace(plain, sources=()).brings_sound
    assert ask(LINK).brings_sound


@pytest.mark.parametrize(
    "said",
    ["file:///etc/passwd", "talk.mp3", "javascript:alert(1)", "https://a.example/" + "a" * 5000],
)
def test_other_words_are_no_link(said):
    with pytest.raises(Fault) as caught:
        linked.check(ask(said))
    assert caught.value.problem.code is Code.LINK_REFUSED
    assert said not in str(caught.value)


def test_a_file_and_a_link_at_once_are_asked_about():
    with pytest.raises(Fault) as caught:
        linked.check(ask(LINK, Source("a.wav")))
    problem = caught.value.problem
    assert problem.code is Code.FILE_AND_LINK
    assert texts.render(problem_text(problem), "en").endswith("with one of them.")


def test_the_link_goes_with_the_files():
    job = a_job(state=State.DONE, source=Source("a.mp3", url=LINK))
    purged = advance(job, Purged(), START)
    assert (purged.purged, purged.source) == (True, Source("a.mp3"))
