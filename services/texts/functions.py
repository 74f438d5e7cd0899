"""What the catalogues may call: sizes, durations, dates and the names of choices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from math import ceil, isfinite
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal
from fluent.runtime.types import FluentNone

Say = Callable[[str, Mapping[str, str]], str]  # a message of the same catalogue; "": it has none

MARKUP = frozenset("<>&\"'()[] ")
SIZES = (("byte", 1), ("kilobyte", 10**3), ("megabyte", 10**6), ("gigabyte", 10**9))


@dataclass(frozen=True, slots=True)
class Place:
    """How the place that shows a sentence writes what is put into it.

    escape: makes a string harmless in its markup.
    zone: where the reader is; unknown, times are told in UTC and say so.
    moment: writes a time by itself, each reader's own.
    person, role, channel: write the name that belongs to an id.
    translates: options have names there in the reader's language, not only ours.
    """

    escape: Callable[[str], str] = str
    zone: tzinfo | None = None
    moment: Callable[[datetime], str] | None = None
    person: Callable[[str], str] = str
    role: Callable[[str], str] = str
    channel: Callable[[str], str] = str
    translates: bool = False


PLAIN = Place()


class Word(str):
    """A string argument as it is shown; `raw` is the bare word behind it.

    For a string that is the string before escaping, for a nested text the last word of its key.
    place: where it is shown, should it be a time or somebody's id.
    """

    raw: str
    place: Place

    def __new__(cls, shown: str, raw: str | None = None, place: Place = PLAIN) -> "Word":
        word = str.__new__(cls, shown)
        word.raw = shown if raw is None else raw
        word.place = place
        return word


def functions(tag: str, say: Say) -> dict[str, Callable[..., Any]]:
    """The functions of one catalogue.

    SIZE($bytes), DURATION($seconds): with `up: 1` rounded up, so that a figure just above a
    limit never reads like the limit. DATE($iso): a day; with `time: 1` the time too, where the
    reader is, or in UTC.
    PERSON($id), ROLE($id), CHANNEL($id): their names, where the place knows them.
    CHOICE($word): the name of a preset, format, … KEY($word): the bare word, to select by.
    OPTION($word): an option as it is called in that place.
    LIST($names): "a, b" as people of that language join them.
    LINK($url): an address of our own, which may be pressed.
    KNOWN($x): "yes" when the argument was given and is not empty, else "no".
    """
    locale = Locale.parse(tag.replace("-", "_"))

    def size(value: object, up: int = 0) -> object:
        return _size(value, say, locale, up=bool(up)) if _is_number(value) else value

    def duration(value: object, up: int = 0) -> object:
        return _duration(value, say, locale, up=bool(up)) if _is_number(value) else value

    def day(value: object, time: int = 0) -> object:
        return _date(value, locale, with_time=bool(time))

    def choice(value: object) -> object:
        return say(f"choice-{_raw(value)}", {}) or value

    def option(value: object) -> object:
        is_translated = isinstance(value, Word) and value.place.translates
        return (say(f"name-{_raw(value)}", {}) or value) if is_translated else value

    def several(value: object) -> object:
        return format_list(_raw(value).split(", "), locale=locale)

    return {
        "LIST": several,
        "SIZE": size,
        "DURATION": duration,
        "DATE": day,
        "PERSON": _person,
        "ROLE": _role,
        "CHANNEL": _channel,
        "CHOICE": choice,
        "OPTION": option,
        "KEY": _raw,
        "LINK": _link,
        "KNOWN": _known,
    }


def _raw(value: object) -> str:
    return value.raw if isinstance(value, Word) else str(value)


def _link(value: object) -> object:
    """An address of ours as people can press it; one with signs of markup stays harmless."""
    bare = _raw(value)
    return value if MARKUP.intersection(bare) else bare


def _person(value: object) -> object:
    return value.place.person(value.raw) if isinstance(value, Word) else value


def _role(value: object) -> object:
    return value.place.role(value.raw) if isinstance(value, Word) else value


def _channel(value: object) -> object:
    return value.place.channel(value.raw) if isinstance(value, Word) else value


def _known(value: object) -> str:
    return "no" if isinstance(value, FluentNone) or value == "" else "yes"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _size(value: Any, say: Say, locale: Locale, *, up: bool) -> str:
    if not isfinite(value):
        return say("unit-unlimited", {})
    # 999,950 would round to "1,000 kB", so the next unit begins a little early.
    name, unit = next((pair for pair in reversed(SIZES) if value >= pair[1] * 0.99995), SIZES[0])
    digits = 0 if unit == 1 else 1
    number = _rounded(value / unit, digits, up=up)
    return say(f"unit-{name}", {"n": format_decimal(number, locale=locale)})


def _duration(value: Any, say: Say, locale: Locale, *, up: bool) -> str:
    if not isfinite(value):
        return say("unit-unlimited", {})
    if value < 1:
        number = format_decimal(_rounded(value, 2, up=up), locale=locale)
        return say("unit-second", {"n": number})
    step = 60 if value >= 3600 else 1  # nobody needs the seconds of an hour
    whole = int(_rounded(value / step, 0, up=up)) * step
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    parts = (("hour", hours), ("minute", minutes), ("second", seconds))
    said = [
        say(f"unit-{name}", {"n": format_decimal(number, locale=locale)})
        for name, number in parts
        if number
    ]
    return " ".join(said)


def _rounded(value: float, digits: int, *, up: bool) -> float:
    # The small step back keeps 0.1 + 0.2 from being rounded up to the next digit.
    return ceil(value * 10**digits - 1e-6) / 10**digits if up else round(value, digits)


def _date(value: object, locale: Locale, *, with_time: bool) -> object:
    place = value.place if isinstance(value, Word) else PLAIN
    moment = _moment(value, place.zone or UTC)
    if moment is None:
        return value
    if not with_time or not isinstance(moment, datetime):
        return format_date(moment, "long", locale=locale)
    return place.moment(moment) if place.moment else _with_time(moment, place.zone, locale)


def _with_time(moment: datetime, zone: tzinfo | None, locale: Locale) -> str:
    day = format_date(moment, "long", locale=locale)
    clock = format_time(moment, "short", tzinfo=zone or UTC, locale=locale)
    return f"{day}, {clock}" if zone else f"{day}, {clock} UTC"


def _moment(value: object, zone: tzinfo) -> date | None:
    """A day, or a moment as it is told in `zone`, from an ISO string or a Unix time."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(float(value), zone)
        raw = _raw(value)
        moment = datetime.fromisoformat(raw)
    except (ValueError, OverflowError, OSError):
        return None
    if len(raw) <= len("2026-01-31"):
        return moment.date()
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone)
