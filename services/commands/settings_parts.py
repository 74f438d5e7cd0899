"""What a file of settings may hold, looked at as if somebody had typed it."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from services import access, consent, spaces
from services.commands import options as known
from services.commands import quota as limits
from services.commands import settings_place as place
from services.commands import settings_presets as presets
from services.commands import settings_words as words
from services.commands.means import Means
from services.commands.settings_access import LISTS, MOST
from services.consent import Consent
from services.periods import Period
from services.problems import Code, Fault, fault
from services.spaces import ACCESS, AMOUNTS, CHANNELS, EXEMPT, HABITS, PEOPLE, PRESETS, QUOTA, ROLES

VERSION = 1
NUMBERS = {spaces.CONFIRM: place.CONFIRM.name, spaces.RETENTION: place.RETENTION.name}
PARTS = (HABITS, CHANNELS, PRESETS, QUOTA, ACCESS, *NUMBERS, spaces.ZONE, consent.KEPT)
POTS = (spaces.HERE, spaces.EACH, spaces.GUESTS)
BY_ID = (PEOPLE, ROLES, EXEMPT)  # of the limits what means something on one platform only

Naming = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Read:
    """A file of settings: from which platform, and its parts as they stand in it."""

    platform: str
    parts: Mapping[str, Any]


def wrong(where: str) -> Fault:
    """What is wrong with a file of settings, by the name of its part."""
    return fault(Code.BAD_SETTINGS, where=where[:60])


@contextmanager
def at(where: str) -> Iterator[None]:
    """What a command would not take, a file cannot bring either."""
    try:
        yield
    except Fault as error:
        if error.problem.code is Code.BAD_SETTINGS:
            raise
        raise wrong(where) from error


def read(raw: bytes) -> Read:
    """The file. Raises `Fault` with `BAD_SETTINGS` for what is none of ours."""
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise fault(Code.BAD_SETTINGS) from error
    if not isinstance(found, dict) or "version" not in found:
        raise fault(Code.BAD_SETTINGS)
    for name in found:
        if name not in ("version", "platform", "settings"):
            raise wrong(str(name))
    if found["version"] != VERSION or isinstance(found["version"], bool):
        raise wrong("version")
    platform, parts = found.get("platform"), found.get("settings")
    if not isinstance(platform, str):
        raise wrong("platform")
    if not isinstance(parts, dict):
        raise wrong("settings")
    for name in parts:
        if name not in PARTS:
            raise wrong(str(name))
    return Read(platform, parts)


class Checking:
    """Looks at each part; what it returns is what a place keeps, with people by id still.

    own: names of the presets that will be there. ways: where answers can go there.
    is_elsewhere: the file comes from another platform, which may have had other ways.
    """

    def __init__(
        self, means: Means, own: Collection[str], ways: Collection[str], *, is_elsewhere: bool
    ) -> None:
        self._means = means
        self._own = own
        self._ways = ways
        self._is_elsewhere = is_elsewhere

    def part(self, name: str, value: Any) -> Any:
        """The part as it is kept; None where the file takes it away."""
        if value is None:
            return None
        match name:
            case "habits":
                return self._habits(name, value)
            case "channels":
                every = _mapping(name, value, words.NAMED.fullmatch)
                return {one: self._habits(f"{name}.{one}", its) for one, its in every.items()}
            case "presets":
                return _presets(name, value)
            case "quota":
                return _quota(value)
            case "access":
                return _access(value)
            case _:
                return self._single(name, value)

    def _habits(self, where: str, value: Any) -> dict[str, str]:
        given = _words(where, value, {one.name for one in words.HABIT})
        with at(where):
            found = words.kept(given, words.HABIT)
            words.check_preset(found, self._own)
        if found.get(words.REPLY.name, words.HERE) not in self._ways:
            if not self._is_elsewhere:
                raise wrong(where)
            del found[words.REPLY.name]
        return words.without_back(found)

    def _single(self, name: str, value: Any) -> Any:
        if name in NUMBERS:
            with at(name):
                return place.number(NUMBERS[name], _number(name, value), self._means)
        if not isinstance(value, str):
            raise wrong(name)
        if name == spaces.ZONE:
            with at(name):
                return place.zone(value)
        if value not in (consent.YES, consent.NO):
            raise wrong(name)
        if value == consent.YES and self._means.usual is Consent.NEVER:
            raise wrong(name)
        return value


def _mapping(where: str, value: Any, is_key: Callable[[str], object]) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > MOST:
        raise wrong(where)
    for name in value:
        if not is_key(name):
            raise wrong(f"{where}.{name}")
    return value


def _words(where: str, value: Any, names: Collection[str]) -> dict[str, str]:
    found = _mapping(where, value, lambda name: name in names)
    for name, word in found.items():
        if not isinstance(word, str) or not word.strip():
            raise wrong(f"{where}.{name}")
    return found


def _ids(where: str, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST:
        raise wrong(where)
    for one in value:
        if not isinstance(one, str) or not words.NAMED.fullmatch(one):
            raise wrong(where)
    return list(dict.fromkeys(value))


def _number(where: str, value: Any) -> str:
    """A number, or a word for one, as somebody would type it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str) or value == "":
        raise wrong(where)
    return str(value)


def _is_small_name(name: str) -> bool:
    return known.is_name(name) and name == name.lower()


def _presets(where: str, value: Any) -> dict[str, dict[str, str]]:
    found = _mapping(where, value, _is_small_name)
    if len(found) > presets.MOST:
        raise wrong(where)
    names = {one.name for one in words.PRESET_OF}
    made = {}
    for name, its in found.items():
        given = _words(f"{where}.{name}", its, names)
        with at(f"{where}.{name}"):
            made[name] = presets.said(given)
        if not made[name]:
            raise wrong(f"{where}.{name}")
    return made


def _quota(value: Any) -> dict[str, Any]:
    names = (*AMOUNTS, *POTS, PEOPLE, ROLES, EXEMPT)
    found = _mapping(QUOTA, value, lambda name: name in names)
    made: dict[str, Any] = {}
    for name, its in found.items():
        where = f"{QUOTA}.{name}"
        if name in AMOUNTS:
            with at(where):
                made[name] = limits.number(name, _number(where, its))
        elif name in POTS:
            made[name] = _minutes(where, its)
        elif name == EXEMPT:
            both = _mapping(where, its, lambda one: one in (PEOPLE, ROLES))
            made[name] = {one: _ids(f"{where}.{one}", ids) for one, ids in both.items()}
        else:
            every = _mapping(where, its, words.NAMED.fullmatch)
            made[name] = {one: _minutes(f"{where}.{one}", own) for one, own in every.items()}
    return made


def _minutes(where: str, value: Any) -> dict[str, float | str]:
    found = _mapping(where, value, lambda name: name in set(Period))
    with at(where):
        return {one: limits.number(one, _number(where, its)) for one, its in found.items()}


def _access(value: Any) -> dict[str, Any]:
    found = _mapping(ACCESS, value, lambda name: name in (*LISTS, access.BANS))
    made: dict[str, Any] = {}
    for name, its in found.items():
        where = f"{ACCESS}.{name}"
        if name == access.BANS:
            made[name] = _ids(where, its)
        else:
            both = _mapping(where, its, LISTS[name].__contains__)
            made[name] = {one: _ids(f"{where}.{one}", ids) for one, ids in both.items()}
    return made


def renamed(part: str, kept: Any, name: Naming) -> Any:
    """The part with its people under other names; those whose new name is empty are left out."""

    def several(people: Any) -> list[str]:
        return [new for one in people if (new := name(one))]

    if part == QUOTA and kept:
        people = {new: its for one, its in kept.get(PEOPLE, {}).items() if (new := name(one))}
        exempt = kept.get(EXEMPT, {})
        free = {**exempt, PEOPLE: several(exempt.get(PEOPLE, ()))}
        return without_nothing({**kept, PEOPLE: people, EXEMPT: free})
    if part == ACCESS and kept:
        let_in = {access.ALLOW: several(kept.get(access.PEOPLE, {}).get(access.ALLOW, ()))}
        banned = several(kept.get(access.BANS, ()))
        return without_nothing({**kept, access.PEOPLE: let_in, access.BANS: banned})
    return kept


def without_nothing(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The same without what is empty, all the way down."""
    cleaned = {
        name: without_nothing(one) if isinstance(one, Mapping) else one
        for name, one in kept.items()
    }
    return {name: one for name, one in cleaned.items() if one not in ({}, [], ())}
