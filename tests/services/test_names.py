"""File names that were made to do harm (threat A9)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.names import LONGEST, clean


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("talk.wav", "talk.wav"),
        ("Grüße an Ömer 🎤.wav", "Grüße an Ömer 🎤.wav"),
        ("../../etc/passwd", "passwd"),
        ("C:\\music\\song.mp3", "song.mp3"),
        ("a\x00b\r\nc.wav", "ab c.wav"),
        ("\u202egpj.wav", "gpj.wav"),
        ("-i", "i"),
        ("...", "sound"),
        ("", "sound"),
        ("a" * 100_000 + ".flac", "a" * 58 + "….flac"),
    ],
)
def test_a_name_is_shown_without_its_tricks(name, shown):
    assert clean(name) == shown


@given(st.text())
def test_every_name_is_short_printable_and_no_path(name):
    shown = clean(name)
    assert 0 < len(shown) <= LONGEST
    assert "/" not in shown
    assert "\\" not in shown
    assert not any(unicodedata.category(char) in ("Cc", "Cf") for char in shown)
