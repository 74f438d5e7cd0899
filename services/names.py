"""File names as people may see them: never used as a path."""

import unicodedata

LONGEST = 64
FALLBACK = "sound"
# Cc: control, Cf: format (direction overrides, zero width), Co, Cs: private and surrogates,
# Zl, Zp: line and paragraph breaks.
UNSHOWN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
LONGEST_ENDING = 6


def clean(name: str) -> str:
    """`name` without path, control and direction characters, at most 64 characters long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(" " if c.isspace() else c for c in last if _is_shown(c))
    tidy = " ".join(shown.split()).lstrip(".- ")
    return _shorten(tidy) or FALLBACK


def _is_shown(char: str) -> bool:
    return unicodedata.category(char) not in UNSHOWN or char in "\t\n"


def _shorten(name: str) -> str:
    """Cut the middle, so that the ending, which says what it is, stays."""
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return name[: LONGEST - 1] + "…"
    return stem[: LONGEST - len(ending) - 2] + "…." + ending
