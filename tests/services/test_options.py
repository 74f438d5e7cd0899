"""The words of an ask become a recipe."""

import pytest

from services import texts
from services.cards import problem_text
from services.commands import options
from services.problems import Code, Fault
from services.recipes import Cleanup, Format, Keep, Operation, Preset, Recipe, Stem, Strength


def test_nothing_said_means_the_defaults():
    assert options.recipe(Operation.DENOISE, {}) == Recipe(Operation.DENOISE)


def test_every_word_finds_its_place():
    given = {
        "preset": "Podcast",
        "strength": "soft",
        "format": "mp3",
        "keep": "both",
        "stems": "vocals, drums,vocals",
        "cleanup": "denoise",
        "from": "1:20",
        "to": "1:02:03,5",
    }
    assert options.recipe(Operation.STEMS, given) == Recipe(
        Operation.STEMS,
        Preset.PODCAST,
        Strength.SOFT,
        Format.MP3,
        Keep.BOTH,
        (Stem.VOCALS, Stem.DRUMS),
        (Cleanup.DENOISE,),
        80.0,
        3723.5,
    )


@pytest.mark.parametrize(
    ("given", "option", "nearest"),
    [
        ({"preset": "podcats"}, "preset", "podcast"),
        ({"format": "xyz"}, "format", ""),
        ({"stems": "vocals,drum"}, "stems", "drums"),
    ],
)
def test_a_word_nobody_knows_is_named_with_the_nearest_known_one(given, option, nearest):
    with pytest.raises(Fault) as caught:
        options.recipe(Operation.STEMS, given)
    problem = caught.value.problem
    assert (problem.code, problem.args["option"], problem.args["nearest"]) == (
        Code.BAD_OPTION,
        option,
        nearest,
    )


def test_a_place_in_time_that_is_none_is_told_with_an_example():
    with pytest.raises(Fault) as caught:
        options.recipe(Operation.DENOISE, {"from": "soon"})
    assert texts.render(problem_text(caught.value.problem), "en") == (
        "“soon” does not fit the option “from”. For example “1:20”."
    )


@pytest.mark.parametrize(
    ("given", "seconds"), [("80", 80.0), ("80s", 80.0), ("1:20", 80.0), ("0:01:20.5", 80.5)]
)
def test_time_is_read_as_people_write_it(given, seconds):
    assert options.seconds(given, "from") == seconds


def test_the_contract_has_23_stems_and_3_clean_up_steps():
    """SEED-CONTRACT MG-S-06 to MG-S-28 and MG-S-29 to MG-S-31."""
    assert (len(set(Stem) - {Stem.OTHER}), len(Cleanup)) == (23, 3)


def test_only_what_lies_in_the_range_counts():
    assert Recipe(Operation.DENOISE, start=10, end=30).span(20) == 10
    assert Recipe(Operation.DENOISE, start=10).span(8) < 0


def test_a_part_that_ends_before_it_begins_is_said_so():
    with pytest.raises(Fault) as caught:
        options.recipe(Operation.DENOISE, {"from": "2:00", "to": "1:00"})
    assert caught.value.problem.code is Code.BAD_RANGE
