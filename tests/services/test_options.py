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


@pytest.mark.parametrize(
    ("given", "first", "second"),
    [
        ("wav", Format.WAV, None),
        ("wav,mp3", Format.WAV, Format.MP3),
        ("MP3, wav", Format.MP3, Format.WAV),
        ("ogg,ogg", Format.OGG, None),
    ],
)
def test_one_or_two_formats_may_be_asked_for(given, first, second):
    recipe = options.recipe(Operation.DENOISE, {"format": given})
    assert (recipe.format, recipe.second) == (first, second)


def test_a_third_format_is_too_many():
    with pytest.raises(Fault) as caught:
        options.recipe(Operation.DENOISE, {"format": "wav,mp3,flac"})
    assert texts.render(problem_text(caught.value.problem), "en") == (
        "“wav,mp3,flac” does not fit the option “format”. "
        "At most 2 go together, for example “wav,mp3”."
    )


@pytest.mark.parametrize("given", ["128", " 128 ", "128k", "128 kbit/s", "128kbps"])
def test_a_bit_rate_is_read_as_people_write_it(given):
    assert options.recipe(Operation.DENOISE, {"bitrate": given}).bitrate == 128


@pytest.mark.parametrize("given", ["15", "321", "128000", "loud", "-1"])
def test_a_bit_rate_that_no_encoder_takes_is_told_with_an_example(given):
    with pytest.raises(Fault) as caught:
        options.recipe(Operation.DENOISE, {"bitrate": given})
    assert texts.render(problem_text(caught.value.problem), "en") == (
        f"“{given}” does not fit the option “bitrate”. It can be 16 to 320, for example “192”."
    )


@pytest.mark.parametrize("given", [{}, {"picture": "on"}])
def test_a_picture_is_drawn_unless_it_is_switched_off(given):
    assert options.recipe(Operation.DENOISE, given).picture


def test_the_picture_is_switched_off_by_a_word():
    assert not options.recipe(Operation.DENOISE, {"picture": "Off"}).picture
    with pytest.raises(Fault, match="bad_option"):
        options.recipe(Operation.DENOISE, {"picture": "maybe"})


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
