"""Bit rates that fit, and the ladder down to them."""

import math

import pytest

from services import fitting
from services.recipes import Format

DISCORD = 10_000_000  # bytes; PLATFORMS.md


def test_what_fits_gets_the_usual_rate():
    assert fitting.bit_rate(Format.MP3, 60, 2, DISCORD) is None
    assert fitting.bit_rate(Format.MP3, 1e6, 2, math.inf) is None
    assert fitting.bit_rate(Format.WAV, 1e6, 2, DISCORD) is None


def test_an_mp3_gets_a_rate_that_mp3_knows():
    assert fitting.bit_rate(Format.MP3, 900, 2, DISCORD) == 80_000
    assert fitting.bit_rate(Format.MP3, 700, 2, DISCORD) == 96_000


@pytest.mark.parametrize("wanted", [Format.OGG, Format.M4A])
@pytest.mark.parametrize("seconds", [900, 3_600, 20_000])
def test_the_rate_fills_the_budget_and_no_more(wanted, seconds):
    rate = fitting.bit_rate(wanted, seconds, 2, DISCORD) or 0
    assert 0.95 * DISCORD < rate * seconds / 8 + fitting.HEAD < DISCORD


def test_the_ladder_loses_nothing_first_and_sounds_best_next():
    assert list(fitting.smaller(Format.WAV, 300, 2, DISCORD)) == [
        (Format.FLAC, None),
        (Format.MP3, None),
        (Format.OGG, None),
    ]


def test_a_poor_mp3_is_skipped_for_opus():
    (only,) = fitting.smaller(Format.FLAC, 2_400, 2, DISCORD)
    assert only[0] is Format.OGG
    assert 24_000 <= (only[1] or 0) < 34_000


def test_what_a_person_wants_counts_before_what_is_usual():
    assert fitting.bit_rate(Format.MP3, 60, 2, DISCORD, 320) == 320_000
    assert fitting.bit_rate(Format.OGG, 60, 2, math.inf, 48) == 48_000
    assert fitting.bit_rate(Format.FLAC, 60, 2, DISCORD, 320) is None


def test_a_wish_for_mp3_is_the_nearest_rate_that_mp3_knows():
    assert fitting.bit_rate(Format.MP3, 60, 2, DISCORD, 100) == 96_000


def test_a_chat_with_too_little_room_goes_below_the_wish():
    assert fitting.bit_rate(Format.MP3, 900, 2, DISCORD, 320) == 80_000
    assert (Format.MP3, 96_000) in fitting.smaller(Format.WAV, 700, 2, DISCORD, 320)


def test_the_ladder_never_goes_above_the_wish():
    assert list(fitting.smaller(Format.WAV, 300, 2, DISCORD, 48)) == [
        (Format.FLAC, None),
        (Format.MP3, 48_000),
        (Format.OGG, 48_000),
    ]


def test_what_was_just_too_large_is_not_tried_again():
    assert (Format.MP3, 128_000) not in fitting.smaller(Format.MP3, 60, 2, DISCORD, 128)


def test_what_cannot_fit_has_no_rung():
    assert list(fitting.smaller(Format.MP3, 86_400, 2, DISCORD)) == []
