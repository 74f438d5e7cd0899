"""When a day, a week or a month of a place begins and ends, by its own clock. Pure."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

USUAL = "UTC"


class Period(StrEnum):
    """How long a pot lasts before it is full again."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def began(period: Period, now: datetime, zone: str = USUAL) -> datetime:
    """When the period that holds `now` began there, in UTC; weeks begin on Monday."""
    here = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case Period.DAY:
            first = midnight
        case Period.WEEK:
            first = midnight - timedelta(days=midnight.weekday())
        case Period.MONTH:
            first = midnight.replace(day=1)
    return _in_utc(first, zone)


def returns(period: Period, now: datetime, zone: str = USUAL) -> datetime:
    """When the next period begins there, in UTC."""
    here = began(period, now, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    # Where midnight does not exist, the day begins later; it is the same day all the same.
    first = here.replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case Period.DAY:
            following = first + timedelta(days=1)
        case Period.WEEK:
            following = first + timedelta(days=7)
        case Period.MONTH:
            following = (first + timedelta(days=32)).replace(day=1)
    return _in_utc(following, zone)


def _in_utc(local: datetime, zone: str) -> datetime:
    """The first moment that a clock there shows this time or, where it jumps past it, a later."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
