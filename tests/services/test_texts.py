"""The catalogues are complete, agree with each other, and say things well."""

import ast
import html
import math
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from services import texts
from services.problems import Code
from services.recipes import Cleanup, Format, Keep, Operation, Preset, Stem, Strength
from services.showing import Text
from services.texts import LOCALES, matching, render
from services.texts.functions import Place

ROOT = Path(__file__).parents[2]
CODE = [path for part in ("bot", "adapters", "services") for path in (ROOT / part).rglob("*.py")]
CHOICES = (Operation, Preset, Strength, Format, Keep, Cleanup, Stem)
TURNED = "\u202e"  # right-to-left override
SAMPLES = {"operation": Operation.DENOISE, "preset": Preset.PODCAST, "date": "2026-12-01"}


class Seen(Visitor):
    """Collects the variables and the calls of a pattern."""

    def __init__(self):
        self.variables = set()
        self.calls = set()

    def visit_VariableReference(self, node):
        self.variables.add(node.id.name)

    def visit_FunctionReference(self, node):
        self.calls.add(node.id.name)
        self.generic_visit(node)


def catalogue(tag):
    """Key to (variables, functions) of one catalogue."""
    resource = FluentParser().parse((texts.FOLDER / f"{tag}.ftl").read_text(encoding="utf-8"))
    broken = [entry for entry in resource.body if isinstance(entry, ftl.Junk)]
    assert not broken, broken[0].content
    found = {}
    for entry in resource.body:
        if isinstance(entry, ftl.Message):
            seen = Seen()
            seen.visit(entry.value)
            assert entry.id.name not in found, f"{entry.id.name} stands twice"
            found[entry.id.name] = (seen.variables, seen.calls)
    return found


def keys_in_code():
    """Every key in a `Text(…)` call; a key that is put together counts by its beginning."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text" and node.args:
                yield from _literal(node.args[0], path)


def _literal(node, path):
    if isinstance(node, ast.Constant):
        yield path, node.value, True
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield path, node.values[0].value, False
    elif isinstance(node, ast.IfExp):
        yield from _literal(node.body, path)
        yield from _literal(node.orelse, path)


@pytest.mark.parametrize("tag", LOCALES)
def test_catalogues_have_the_same_keys_and_placeholders(tag):
    assert catalogue(tag) == catalogue("en")


@pytest.mark.parametrize("tag", LOCALES)
def test_every_problem_has_a_sentence_that_needs_no_arguments(tag):
    for code in Code:
        sentence = render(Text(f"problem-{code}"), tag)
        assert sentence.endswith((".", "?")), sentence
        assert "problem-" not in sentence
        assert "$" not in sentence and "{" not in sentence and "  " not in sentence


@pytest.mark.parametrize("tag", LOCALES)
def test_every_choice_has_a_name(tag):
    missing = {f"choice-{one}" for kind in CHOICES for one in kind} - set(catalogue(tag))
    assert not missing


@pytest.mark.parametrize("tag", LOCALES)
def test_no_sentence_shouts(tag):
    assert "!" not in (texts.FOLDER / f"{tag}.ftl").read_text(encoding="utf-8")


@pytest.mark.parametrize("tag", LOCALES)
def test_every_sentence_reads_well_with_plain_arguments(tag):
    for key, (variables, _) in catalogue(tag).items():
        args = {name: SAMPLES.get(name, 2) for name in variables}
        sentence = render(Text(key, args), tag)
        assert "{" not in sentence and "$" not in sentence and "()" not in sentence, sentence
        assert sentence == sentence.strip() and "  " not in sentence, repr(sentence)


def test_every_key_used_in_code_exists():
    known = set(catalogue("en"))
    missing = [
        f"{path.relative_to(ROOT)}: {key}"
        for path, key, is_whole in keys_in_code()
        if (key not in known if is_whole else not any(one.startswith(key) for one in known))
    ]
    assert not missing


@pytest.mark.parametrize(
    ("locale", "tag"),
    [("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("en-GB", "en"), ("xx", "en"), ("", "en")],
)
def test_a_locale_finds_its_nearest_catalogue(locale, tag):
    assert matching(locale) == tag


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.04, "0.04 s"),
        (5, "5 s"),
        (59.7, "1 min"),
        (125.4, "2 min 5 s"),
        (31 * 60, "31 min"),
        (7200, "2 h"),
        (3 * 3600 + 240, "3 h 4 min"),
        (math.inf, "unlimited"),
    ],
)
def test_durations(seconds, said):
    assert render(Text("card-time-left", {"seconds": seconds}), "en") == f"About {said} left"


@pytest.mark.parametrize(
    ("size", "limit", "says"),
    [
        pytest.param(31_000_000, 20_000_000, "is 31 MB; here the limit is 20 MB", id="plain"),
        pytest.param(20_000_001, 20_000_000, "is 20.1 MB; here the limit is 20 MB", id="just over"),
        pytest.param(999_999, 1_000, "is 1 MB; here the limit is 1 kB", id="next unit"),
        pytest.param(1_430_000_000, 500, "is 1.5 GB; here the limit is 500 B", id="far"),
    ],
)
def test_a_size_over_the_limit_never_reads_like_the_limit(size, limit, says):
    assert says in render(Text("problem-too_large", {"size": size, "limit": limit}), "en")


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        pytest.param(None, "November 20, 2026, 11:30\u202fPM UTC", id="not known"),
        pytest.param(ZoneInfo("Europe/Vienna"), "November 21, 2026, 12:30\u202fAM", id="east"),
        pytest.param(ZoneInfo("America/Lima"), "November 20, 2026, 6:30\u202fPM", id="west"),
    ],
)
def test_a_time_is_told_where_the_reader_is(zone, said):
    inner = Text("privacy-local", {"until": "2026-11-20T23:30:00+00:00"})
    assert render(inner, "en", Place(zone=zone)).endswith(f"kept until {said}.")
    nested = Text("card-failed", {"name": "a.wav", "problem": inner})
    assert said in render(nested, "en", Place(zone=zone))


def test_a_day_is_the_same_everywhere():
    text = Text("problem-quota_spent", {"left": 1, "minutes": 2, "date": "2026-12-01"})
    assert render(text, "en") == render(text, "en", Place(zone=ZoneInfo("Pacific/Kiritimati")))


def test_numbers_and_dates_follow_the_language():
    text = Text("problem-quota_spent", {"left": 1234.4, "minutes": 2000, "date": "2026-12-01"})
    assert "1.234,4 von 2.000" in render(text, "de")
    assert "1. Dezember 2026" in render(text, "de")
    assert "December 1, 2026" in render(text, "en")


def test_the_time_until_which_something_is_kept_names_its_zone():
    text = Text("privacy-local", {"until": "2026-12-01T10:04:59+02:00"})
    assert "1. Dezember 2026, 08:04 UTC" in render(text, "de")


@pytest.mark.parametrize(("count", "said"), [(0, "nothing"), (1, "One rec"), (3, "3 recordings")])
def test_plurals(count, said):
    assert said in render(Text("cancel-done", {"count": count}), "en")


def test_arguments_are_escaped_and_templates_are_not():
    text = Text("card-done", {"name": "<b>&.wav", "operation": Text("operation-denoise")})
    assert render(text, "en", Place(html.escape)) == "&lt;b&gt;&amp;.wav: the noise is removed."


def test_a_nested_text_is_escaped_once():
    inner = Text("problem-bad_option", {"word": "a&b"})
    outer = Text("card-failed", {"name": "x", "problem": inner})
    assert "a&amp;b" in render(outer, "en", Place(html.escape))


def test_a_choice_is_found_whatever_the_escaping_does_to_it():
    text = Text("problem-not_offered", {"operation": "stems"})
    turned = Place(lambda word: word.replace("s", r"\s"))
    assert "Split into parts" in render(text, "en", turned)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\x00b\x1b[31m.wav", "ab[31m.wav"),
        (f"gpj.{TURNED}wav", "gpj.wav"),
        ("one\n\ttwo\u2028three", "one two three"),
        ("lone \ud800 half", "lone half"),
        ("👩\u200d🎤.wav", "👩\u200d🎤.wav"),
    ],
)
def test_names_from_people_are_made_harmless(given, shown):
    sentence = render(Text("card-received", {"name": given}), "en")
    assert sentence == f"Got {shown}. I am having a look at it."
    sentence.encode()


def test_an_endless_name_is_cut():
    sentence = render(Text("card-received", {"name": "x" * 100_000}), "en", Place(html.escape))
    assert "x…" in sentence and len(sentence) < 400


def test_an_unknown_key_is_shown_instead_of_an_error():
    assert render(Text("no-such-key"), "de") == "no-such-key"
