"""Which of MusicGPT's conversions is a submission whose answer was lost; pure."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from adapters.wire.musicgpt import Conversion
from services.ports import Doubt, Order

EARLIER = timedelta(seconds=2)  # their clock against ours
LOOK_BACK = timedelta(minutes=5)  # so far their clock may be wrong: then nobody can say
MOST_SECONDS = 100_000_000_000  # since 1970; more are thousandths


class Unclear(Exception):
    """Nobody can say."""


def ref(conversion: Conversion) -> str:
    """Our name for a conversion there: both of theirs."""
    return f"{conversion.task_id}/{conversion.conversion_id}"


def ours(entries: Sequence[object], order: Order, doubt: Doubt) -> str | None:
    """The submission of this attempt among these entries; None: it is surely not there.

    Raises `Unclear` when more than one may be it, or something cannot be read.
    """
    read = list(_read(entries))
    unclaimed = [(raw, one) for raw, one in read if ref(one) not in doubt.claimed]
    marked = [one for raw, one in unclaimed if _is_marked(raw, order)]
    if marked:
        return ref(marked[0])
    alike = [
        (one, doubt.since - created(one.created_at))
        for _, one in unclaimed
        if one.is_of(order.recipe.operation)
    ]
    fresh = [one for one, earlier in alike if earlier <= EARLIER]
    if not fresh:
        # Somebody else's with the same key, or ours by a clock that is slow.
        if any(earlier <= LOOK_BACK for _, earlier in alike):
            raise Unclear("an earlier one may be it")
        return None
    if len(fresh) > 1 or not doubt.is_alone:
        raise Unclear(f"{len(fresh)} may be it")
    if order.callback_url is not None:
        # Others may use this key as well: a callback knows for certain whose it is.
        raise Unclear("its callback will name it")
    return ref(fresh[0])


def _read(entries: Sequence[object]) -> Iterator[tuple[object, Conversion]]:
    for raw in entries:
        try:
            one = Conversion.model_validate(raw)
        except ValueError:
            raise Unclear("an entry cannot be read") from None
        if not one.task_id or not one.conversion_id:
            raise Unclear("an entry has no ids")
        yield raw, one


def _is_marked(raw: object, order: Order) -> bool:
    """Whether the name of our upload, or our token, stands anywhere in it."""
    try:
        text = json.dumps(raw)
    except RecursionError:
        raise Unclear("an entry is nested too deeply") from None
    # Not before a further digit: attempt 1 is not attempt 12.
    is_named = re.search(rf"{order.job}-{order.attempt}(?!\d)", text) is not None
    return is_named or bool(order.token and order.token in text)


def created(value: object) -> datetime:
    """When it was made: ISO 8601, as in mail, or seconds (or thousandths) since 1970.

    Raises `Unclear`.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = float(value)
            return datetime.fromtimestamp(
                seconds / 1000 if seconds > MOST_SECONDS else seconds, UTC
            )
        if not isinstance(value, str):
            raise Unclear("no time")
        read = _dated(value.strip())
    except (ValueError, OverflowError, OSError):
        raise Unclear("a time cannot be read") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _dated(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)
