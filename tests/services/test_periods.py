"""Days, weeks and months where clocks jump."""

from datetime import UTC, datetime, timedelta

import pytest

from services.periods import Period, began, returns

DAY, WEEK, MONTH = Period
KOLKATA = "Asia/Kolkata"
APIA = "Pacific/Apia"
HAVANA = "America/Havana"
SAO_PAULO = "America/Sao_Paulo"
KIRITIMATI = "Pacific/Kiritimati"
YORK = "America/New_York"
BERLIN = "Europe/Berlin"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


TABLE = [
    ("month end", MONTH, "UTC", "2026-01-31 23:59:59", "2026-01-01 00:00", "2026-02-01 00:00"),
    ("its first moment", MONTH, "UTC", "2026-02-01 00:00", "2026-02-01 00:00", "2026-03-01 00:00"),
    ("leap day", MONTH, "UTC", "2028-02-29 12:00", "2028-02-01 00:00", "2028-03-01 00:00"),
    ("day before it", DAY, "UTC", "2028-02-28 23:00", "2028-02-28 00:00", "2028-02-29 00:00"),
    ("leap day itself", DAY, "UTC", "2028-02-29 23:00", "2028-02-29 00:00", "2028-03-01 00:00"),
    ("no leap year", DAY, "UTC", "2027-02-28 23:00", "2027-02-28 00:00", "2027-03-01 00:00"),
    ("year end", WEEK, "UTC", "2027-01-01 12:00", "2026-12-28 00:00", "2027-01-04 00:00"),
    ("a Sunday", WEEK, "UTC", "2026-11-22 23:59", "2026-11-16 00:00", "2026-11-23 00:00"),
    ("a Monday", WEEK, "UTC", "2026-11-23 00:00", "2026-11-23 00:00", "2026-11-30 00:00"),
    # Berlin: 2026-03-29 has 23 hours, 2026-10-25 has 25.
    ("short day", DAY, BERLIN, "2026-03-29 10:00", "2026-03-28 23:00", "2026-03-29 22:00"),
    ("long day", DAY, BERLIN, "2026-10-25 12:00", "2026-10-24 22:00", "2026-10-25 23:00"),
    ("long hour", DAY, BERLIN, "2026-10-25 01:30", "2026-10-24 22:00", "2026-10-25 23:00"),
    ("its week", WEEK, BERLIN, "2026-10-25 12:00", "2026-10-18 22:00", "2026-10-25 23:00"),
    ("March", MONTH, BERLIN, "2026-03-31 22:30", "2026-03-31 22:00", "2026-04-30 22:00"),
    ("behind", MONTH, YORK, "2026-11-01 03:00", "2026-10-01 04:00", "2026-11-01 04:00"),
    ("ahead", MONTH, KIRITIMATI, "2026-10-31 11:00", "2026-10-31 10:00", "2026-11-30 10:00"),
    ("half hours", DAY, KOLKATA, "2026-05-01 18:29", "2026-04-30 18:30", "2026-05-01 18:30"),
    # No midnight on 2018-11-04 in São Paulo: the day begins at one o'clock.
    ("no midnight", DAY, SAO_PAULO, "2018-11-04 12:00", "2018-11-04 03:00", "2018-11-05 02:00"),
    ("before it", DAY, SAO_PAULO, "2018-11-04 02:59", "2018-11-03 03:00", "2018-11-04 03:00"),
    # Two midnights on 2026-11-01 in Havana: the first one counts.
    ("two midnights", DAY, HAVANA, "2026-11-01 05:30", "2026-11-01 04:00", "2026-11-02 05:00"),
    # No 30th of December 2011 in Samoa.
    ("a day left out", DAY, APIA, "2011-12-30 12:00", "2011-12-30 10:00", "2011-12-31 10:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("period", "zone", "now", "first", "following"),
    [pytest.param(*case, id=name) for name, *case in TABLE],
)
def test_a_period_is_that_of_the_place(period, zone, now, first, following):
    assert began(period, at(now), zone) == at(first)
    assert returns(period, at(now), zone) == at(following)


@pytest.mark.parametrize("zone", ["UTC", BERLIN, SAO_PAULO, APIA])
@pytest.mark.parametrize("period", list(Period))
def test_periods_follow_each_other_without_gap_or_overlap(period, zone):
    now = at("2018-10-28 13:37")
    for _ in range(40):
        following = returns(period, now, zone)
        assert began(period, now, zone) <= now < following
        assert began(period, following, zone) == following
        assert began(period, following - timedelta(microseconds=1), zone) < following
        now = following
