"""The catalogue: turns a `Text` into a sentence in the reader's language, at the last moment."""

import logging
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

from services.showing import Text
from services.texts.functions import PLAIN, Place, Word, functions

Plain = str | int | float
Value = Plain | Text  # of an argument

FALLBACK = "en"
LONGEST_WORD = 300  # characters of one argument; Fluent refuses placeables above 2,500
FOLDER = Path(__file__).parent
LOCALES = tuple(sorted(path.stem for path in FOLDER.glob("*.ftl")))

# Marks that reorder the text around them: a name could make a sentence read as another one.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

log = logging.getLogger(__name__)


def render(text: Text, locale: str, place: Place = PLAIN) -> str:
    """The sentence for `text` in the catalogue nearest to `locale`, as this place writes it.

    Templates are ours and trusted, and so are nested texts, which are rendered first.
    Never raises: a key that no catalogue has is shown as it is.
    """
    tag = matching(locale)
    if not bundle(tag).has_message(text.key):
        tag = FALLBACK
    if not bundle(tag).has_message(text.key):
        log.error("text %s is missing", text.key)
        return text.key
    return _format(text, tag, lambda value: _argument(value, locale, place))


def matching(locale: str) -> str:
    """The catalogue for a person's locale: the very one, its language, or English."""
    wanted = locale.replace("_", "-").casefold()
    known = {tag.casefold(): tag for tag in LOCALES}
    return known.get(wanted) or known.get(wanted.partition("-")[0]) or FALLBACK


@cache
def bundle(tag: str) -> FluentBundle:
    """One catalogue, read once."""

    def say(key: str, args: Mapping[str, str]) -> str:
        pattern = found.get_message(key).value if found.has_message(key) else None
        return str(found.format_pattern(pattern, dict(args))[0]) if pattern else ""

    # Isolating marks would be visible in file names that people copy.
    found = FluentBundle([tag], functions=functions(tag, say), use_isolating=False)
    found.add_resource(FluentResource((FOLDER / f"{tag}.ftl").read_text(encoding="utf-8")))
    return found


def harmless(word: str) -> str:
    """`word` on one line, without control and direction characters, cut where it is endless."""
    shown = "".join(" " if one.isspace() else one for one in word if _is_shown(one))
    kept = " ".join(shown.split())
    return kept if len(kept) <= LONGEST_WORD else kept[: LONGEST_WORD - 1] + "…"


def _is_shown(char: str) -> bool:
    if char.isspace():
        return True
    return char not in TURNING and unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn")


def _format(text: Text, tag: str, shown: Callable[[Value], Plain]) -> str:
    pattern = bundle(tag).get_message(text.key).value
    if pattern is None:
        return text.key
    args = {name: shown(value) for name, value in text.args.items()}
    sentence, errors = bundle(tag).format_pattern(pattern, args)
    for error in errors:
        # Sentences know variants for arguments that are not known (KNOWN), so this is no alarm.
        log.debug("text %s: %s", text.key, type(error).__name__)
    return str(sentence)


def _argument(value: Value, locale: str, place: Place) -> Plain:
    match value:
        case Text():
            return Word(render(value, locale, place), raw=value.key.rpartition("-")[2])
        case str():
            plain = harmless(str(value))
            return Word(place.escape(plain), plain, place)
        case _:
            return value
