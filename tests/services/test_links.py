"""Signed tokens."""

from datetime import timedelta

import pytest

from services.links import Signer
from tests.fakes.jobs import START

SIGNER = Signer("a secret of some length")


def test_what_was_signed_comes_back():
    token = SIGNER.sign("file", {"job": "1"}, START + timedelta(hours=1))
    assert SIGNER.read("file", token, START) == {"job": "1"}


def test_a_token_ends_with_its_time():
    token = SIGNER.sign("file", {"job": "1"}, START)
    assert SIGNER.read("file", token, START) is None


def test_a_token_for_one_purpose_is_worthless_for_another():
    assert SIGNER.read("visitor", SIGNER.sign("file", {"job": "1"}), START) is None


@pytest.mark.parametrize("token", ["", "a.b", "é", "." * 1000])
def test_nonsense_is_none_and_no_error(token):
    assert SIGNER.read("file", token, START) is None


def test_another_secret_reads_nothing():
    token = SIGNER.sign("file", {"job": "1"})
    assert Signer("another secret of some length").read("file", token, START) is None


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="16"):
        Signer("short")


def test_a_token_has_one_spelling():
    token = SIGNER.sign("file", {"job": "1"})
    others = [token + end for end in ("=", "==", "!", "A")] + [f"{token[:-3]}!{token[-3:]}"]
    last = [
        token[:-1] + letter for letter in "ABCDEFGHIJKLMNOPabcdefgh0123-_" if letter != token[-1]
    ]
    assert {SIGNER.read("file", other, START) for other in [*others, *last]} == {None}
