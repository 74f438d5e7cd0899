"""A signature that stands inside the body it signs: made, and checked in each way it may be meant.

Taken literally a body cannot hold its own hash, so a sender must have signed something else.
Each reading that is tried has the same meaning as the body it comes from, so trying several is
safe; only the bytes that were verified are read afterwards (RELIABILITY.md 3.2).
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, product
from typing import Any, NoReturn

MEMBER = "signature"
PREFIX = "sha256="
MOST_BYTES = 65_536  # of a body
MOST_HASHES = 8  # for one body, so that forgeries stay cheap
BLANK = " \t\n\r"
COMPACT = (",", ":")
TOO_DEEP = "The body is nested too deep."


class Reading(StrEnum):
    """What a sender may have signed."""

    REMOVED = "A"  # the body before the member was added
    HEADER = "B"  # the raw body; the signature came in a header
    EMPTIED = "C"  # the body with an empty value in that place
    WRITTEN_ANEW = "D"  # the other members, serialised once more


@dataclass(frozen=True, slots=True)
class Verified:
    """Bytes that somebody with the secret signed, and how they came from the body."""

    reading: Reading
    body: bytes


def fields_of(body: bytes) -> dict[str, Any]:
    """The members of a JSON object.

    Raises `ValueError` for everything else, and where a name stands twice at any depth.
    """
    if len(body) > MOST_BYTES:
        raise ValueError("The body is too large.")
    try:
        fields = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error
    if not isinstance(fields, dict):
        raise ValueError("The body is no JSON object.")  # noqa: TRY004 – one kind of error for all
    return fields


def verify(
    body: bytes,
    secrets: Sequence[bytes],
    header: str = "",
    likely: Reading = Reading.REMOVED,
) -> Verified | None:
    """The part of the body that one of the secrets signed; None where none did.

    header: the signature that came beside the body. likely: the reading to try first.
    Raises `ValueError` as `fields_of` does.
    """
    signature = fields_of(body).get(MEMBER)
    inside = signature if isinstance(signature, str) else ""
    given = {Reading.HEADER: header}
    # Stable: the others stay in their order.
    tried = sorted(_candidates(body), key=lambda one: one.reading is not likely)
    signed = [one for one in tried if given.get(one.reading, inside).startswith(PREFIX)]
    for one, secret in islice(product(signed, secrets), MOST_HASHES):
        said = given.get(one.reading, inside).encode(errors="replace")
        if hmac.compare_digest(said, sign(one.body, secret).encode()):
            return one
    return None


def sign(body: bytes, secret: bytes) -> str:
    """The signature of these bytes, as the document writes it."""
    return PREFIX + hmac.new(secret, body, hashlib.sha256).hexdigest()


def signed(fields: Mapping[str, Any], secret: bytes) -> bytes:
    """A body with its signature as the last member: serialised, signed, then added."""
    body = json.dumps(fields, separators=COMPACT).encode()
    return body[:-1] + f',"{MEMBER}":"{sign(body, secret)}"}}'.encode()


# --- the readings of one body ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Member:
    """Where a member stands in the text: its name begins at `start`, its value ends before `end`.

    comma: before it. following: where the next member begins.
    """

    start: int
    value: int
    end: int
    comma: int | None
    following: int | None


def _candidates(body: bytes) -> list[Verified]:
    """Likely ones first, each byte string once."""
    found: dict[bytes, Reading] = {}
    try:
        for reading, text in _readings(body.decode()):
            # Half a character cannot have been signed as bytes.
            with suppress(UnicodeEncodeError):
                found.setdefault(text.encode(), reading)
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error
    return [Verified(reading, candidate) for candidate, reading in found.items()]


def _readings(text: str) -> Iterator[tuple[Reading, str]]:
    yield Reading.HEADER, text
    member = _member(text)
    if member is None:
        return
    yield Reading.REMOVED, _without(text, member)
    rest = {name: value for name, value in json.loads(text).items() if name != MEMBER}
    yield Reading.WRITTEN_ANEW, json.dumps(rest, separators=COMPACT, ensure_ascii=False)
    yield Reading.WRITTEN_ANEW, json.dumps(rest)
    yield Reading.EMPTIED, f'{text[: member.value]}""{text[member.end :]}'
    yield Reading.EMPTIED, f"{text[: member.value]}null{text[member.end :]}"


def _without(text: str, member: _Member) -> str:
    """The text without the member and one comma; every other character stays."""
    if member.comma is not None:
        return text[: member.comma] + text[member.end :]
    return text[: member.start] + text[member.following or member.end :]


def _member(text: str) -> _Member | None:
    """The signature among the members of the outermost object; `text` was read as one before."""
    decoder = json.JSONDecoder()
    comma, start = None, _skip(text, _skip(text, 0) + 1)
    while text[start] != "}":
        name, end = decoder.raw_decode(text, start)
        value = _skip(text, _skip(text, end) + 1)
        _, end = decoder.raw_decode(text, value)
        after = _skip(text, end)
        following = _skip(text, after + 1) if text[after] == "," else None
        if name == MEMBER:
            return _Member(start, value, end, comma, following)
        comma, start = after, following or after
    return None


def _skip(text: str, at: int) -> int:
    """The next place that is not blank."""
    while text[at : at + 1] in BLANK and at < len(text):
        at += 1
    return at


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("A name stands twice.")
    return fields


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON.")
