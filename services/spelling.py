"""The word that was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`; empty when none is like it."""
    return next(iter(get_close_matches(word.lower(), list(known), n=1, cutoff=0.5)), "")
