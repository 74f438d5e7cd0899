"""Kill -9 between a submission and noting it: nobody pays twice where the provider can be asked."""

import pytest

from tests.fakes import musicgpt
from tests.journeys.provider_kills import kill_around_submissions
from tests.journeys.provider_room import SIDES

pytestmark = pytest.mark.timeout(600)  # the program starts again and again

KILLS = 3  # thirty in `python -m tests.bench providers`


@pytest.mark.parametrize("provider", ["musicgpt", "noise_remover"])
async def test_what_was_taken_is_found_and_not_paid_again(provider, telegram, tmp_path):
    """F2, AMB-30, DECISIONS 8: by byUser and by our metadata."""
    async with SIDES[provider]() as side:
        paid = await kill_around_submissions(tmp_path, telegram, side, KILLS)
    assert (paid.submissions, paid.answers) == (KILLS, [1] * KILLS)
    assert paid.doubles == [0] * KILLS


async def test_where_nobody_can_be_asked_it_is_paid_once_more_at_most(telegram, tmp_path):
    async with SIDES["musicgpt"]() as side:
        gone = musicgpt.Fault(404, {"success": False, "error": "Not Found"})
        side.fake.fail("byUser", gone, times=musicgpt.ALWAYS)
        paid = await kill_around_submissions(tmp_path, telegram, side, 2)
    assert (paid.submissions, paid.answers, paid.doubles) == (4, [1, 1], [1, 1])
