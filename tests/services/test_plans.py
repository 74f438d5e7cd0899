"""Which tier a space has, and whom the operator lets in."""

from datetime import UTC, datetime, timedelta

import pytest

from services.plans import HOME, Plan, Plans, disentitle, entitle
from services.quotas import Allowance

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLANS = Plans(
    base=lambda _platform: Allowance(file_bytes=200),
    named={name: Plan(name, {"priority": n}) for n, name in enumerate(("free", "plus", "gold"))},
    usual="free",
    spaces={"discord:listed": "plus"},
    goods={"discord:sku": "gold"},
)


def bought(until=None):
    return {"entitled": entitle({}, "sku", until)}


@pytest.mark.parametrize(
    ("space", "kept", "tier"),
    [
        pytest.param("any", {}, "free", id="the usual one"),
        pytest.param("listed", {}, "plus", id="as the file says"),
        pytest.param("listed", {"plan": "gold"}, "gold", id="by hand before the file"),
        pytest.param("any", bought(), "gold", id="bought"),
        pytest.param("any", bought(NOW + timedelta(seconds=1)), "gold", id="bought until soon"),
        pytest.param("any", bought(NOW), "free", id="over"),
        pytest.param("listed", bought(), "plus", id="the file before what was bought"),
        pytest.param("listed", {"plan": "gone"}, "plus", id="not in the file any more"),
        pytest.param("any", {"plan": "gone"}, "free", id="not in the file, and nothing else"),
    ],
)
def test_the_tier_of_a_space(space, kept, tier):
    assert PLANS.name("discord", space, kept, NOW) == tier


def test_what_was_paid_back_is_bought_no_more():
    assert PLANS.name("discord", "any", {"entitled": disentitle(bought(), "sku")}, NOW) == "free"


def test_a_good_of_another_platform_is_nothing():
    assert PLANS.name("telegram", "any", bought(), NOW) == "free"


def test_the_command_line_of_the_operator_has_no_tier():
    found = PLANS.of(HOME, "here", {}, NOW)
    assert (found.is_capped, found.file_bytes) == (False, 200)


def test_what_a_tier_leaves_out_stays():
    found = PLANS.of("discord", "listed", {}, NOW)
    assert (found.priority, found.file_bytes, found.is_capped) == (1, 200, True)


@pytest.mark.parametrize(
    ("allowed", "platform", "space", "is_admitted"),
    [
        pytest.param([], "discord", "1", True, id="no list"),
        pytest.param(["discord:1"], "discord", "1", True, id="a space"),
        pytest.param(["1"], "telegram", "1", True, id="an id"),
        pytest.param(["discord"], "discord", "2", True, id="a platform"),
        pytest.param(["discord:7"], "discord", "person-7", True, id="somebody's own chat"),
        pytest.param(["discord:1"], "telegram", "1", False, id="the same id elsewhere"),
        pytest.param(["discord:1"], "discord", "11", False, id="a longer id"),
        pytest.param(["telegram"], HOME, "here", True, id="the command line"),
    ],
)
def test_who_is_let_in(allowed, platform, space, is_admitted):
    plans = Plans(lambda _platform: Allowance(), allowed=allowed)
    assert plans.admits(platform, space) is is_admitted
