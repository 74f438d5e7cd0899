"""Periods and who pays."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services import periods, quotas
from services.model import Cost, Unit
from services.periods import Period
from services.problems import Code, Problem
from tests.fakes.jobs import a_job

AT = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "began", "returns"),
    [
        (Period.DAY, datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        (Period.MONTH, datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_period_ends_when_the_next_begins(period, began, returns):
    assert (periods.began(period, AT), periods.returns(period, AT)) == (began, returns)


@pytest.mark.parametrize(
    ("outcome", "paid", "is_charged"),
    [
        pytest.param((), False, True, id="tracks"),
        pytest.param(Problem(Code.PROVIDER_DOWN), True, False, id="failure"),
        pytest.param(Problem(Code.CANCELLED), False, False, id="cancel before anything was paid"),
        pytest.param(Problem(Code.CANCELLED), True, True, id="cancel after a paid submission"),
    ],
)
def test_a_person_pays_for_tracks_and_for_what_was_really_started(outcome, paid, is_charged):
    assert quotas.is_charged(replace(a_job(), outcome=outcome, paid=paid)) is is_charged


def minutes(amount):
    return Cost(Decimal(amount), Unit.MINUTES)


@pytest.mark.parametrize(
    ("cost", "counted"),
    [
        pytest.param(None, 60_000, id="what was set aside, where nobody counted"),
        pytest.param(minutes("0.5"), 30_000, id="AMB-19: what the provider counted"),
        pytest.param(minutes("1000"), 60_000, id="never more than was set aside"),
        pytest.param(Cost(Decimal(9), Unit.CREDITS), 60_000, id="credits are no minutes"),
    ],
)
def test_what_counts_in_the_end(cost, counted):
    assert quotas.used(replace(a_job(), cost=cost), 60_000) == counted
