"""Tiers: what the file says, and what is said of a file that is wrong."""

import math
from typing import get_args

import pytest

from bot import tiers_file
from services.limits import UNLIMITED
from services.periods import Period
from services.plans import REMOTE
from services.quotas import Allowance
from services.recipes import Operation

WHOLE = """
usual = "free"
[tiers.free]
space = { month = 120 }
person = { day = 20, week = "unlimited" }
guests = { day = 10 }
file_mb = 50
length = 60
jobs = 2
cooldown = 10
rollover = 30
requests = 60
webhooks = false
[tiers.plus]
space = "unlimited"
priority = 5
features = ["denoise", "remote"]
[spaces]
"discord:1234" = "plus"
[sold]
"discord:98765" = "plus"
"""
PLATFORMS = {"discord", "telegram"}


def read(tmp_path, text):
    path = tmp_path / "tiers.toml"
    path.write_text(text, encoding="utf-8")
    return tiers_file.read(path)


def test_a_tier_says_what_differs(tmp_path):
    found = read(tmp_path, WHOLE)
    assert found.plans["free"].changes == {
        "space": {Period.MONTH: 120},
        "person": {Period.DAY: 20, Period.WEEK: UNLIMITED},
        "guests": {Period.DAY: 10},
        "file_bytes": 50_000_000,
        "file_seconds": 3600,
        "active_jobs": 2,
        "cooldown": 10,
        "rollover": 30,
        "priority": 0,
        "features": None,
        "requests": 60,
        "calls_back": False,
    }
    assert (found.usual, found.spaces) == ("free", {"discord:1234": "plus"})
    assert found.sold == {"discord:98765": "plus"}


def test_every_change_is_a_field_of_an_allowance(tmp_path):
    found = read(tmp_path, WHOLE)
    plus = Allowance(**found.plans["plus"].changes)
    assert (plus.space, plus.priority) == ({}, 5)
    assert plus.features == {"denoise", "remote"}
    free = Allowance(**found.plans["free"].changes)
    assert (free.active_jobs, free.requests, free.calls_back) == (2, 60, False)


def test_a_tier_that_says_nothing_of_the_api_limits_nothing_there(tmp_path):
    plus = Allowance(**read(tmp_path, WHOLE).plans["plus"].changes)
    assert (plus.requests, plus.calls_back) == (UNLIMITED, True)


def test_an_empty_file_has_no_tiers(tmp_path):
    assert read(tmp_path, "").plans == {}


def test_the_features_are_those_of_the_services():
    assert set(get_args(tiers_file.Feature)) == {*(one.value for one in Operation), REMOTE}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param('usual = "x"', 'usual: there is no tier "x"; there are: none', id="usual"),
        pytest.param(
            '[tiers.a]\n[spaces]\n"discord:1" = "b"',
            '[spaces] "discord:1": there is no tier "b"; there are: a',
            id="tier of a space",
        ),
        pytest.param(
            '[tiers.a]\n[sold]\n"discord:1" = "b"',
            '[sold] "discord:1": there is no tier "b"',
            id="tier of what is sold",
        ),
        pytest.param("[tiers.a]\nspce = {}", "[tiers.a] spce: nothing of that name", id="key"),
        pytest.param("tires = {}", "tires: nothing of that name", id="table"),
        pytest.param("tiers = 3", "[tiers]: write it as a table", id="no table"),
        pytest.param("usual = 3", "usual: write a name in quotation marks", id="no name"),
        pytest.param(
            "[tiers.a]\nspace = { year = 1 }",
            "[tiers.a] space.year: write 'day', 'week' or 'month'",
            id="period",
        ),
        pytest.param(
            "[tiers.a]\nspace = 5",
            '[tiers.a] space: write { month = 120 }, or "unlimited"',
            id="pot",
        ),
        pytest.param(
            '[tiers.a]\nperson = { day = "lots" }',
            '[tiers.a] person.day: write a number or "unlimited"',
            id="word",
        ),
        pytest.param(
            "[tiers.a]\nfile_mb = true",
            '[tiers.a] file_mb: write a number or "unlimited"',
            id="yes or no",
        ),
        pytest.param("[tiers.a]\nlength = -1", "[tiers.a] length: write 0 or more", id="negative"),
        pytest.param("[tiers.a]\njobs = 1.5", "[tiers.a] jobs: write a whole number", id="half"),
        pytest.param(
            "[tiers.a]\nlength = 1e300", '[tiers.a] length: write "unlimited" for more', id="vast"
        ),
        pytest.param(
            '[tiers.a]\npriority = "5"', "[tiers.a] priority: write a whole number", id="priority"
        ),
        pytest.param(
            "[tiers.a]\nrequests = 1.5", "[tiers.a] requests: write a whole number", id="half one"
        ),
        pytest.param(
            "[tiers.a]\nrequests = -1", "[tiers.a] requests: write 0 or more", id="less than none"
        ),
        pytest.param(
            "[tiers.a]\nrequests = true",
            '[tiers.a] requests: write a number or "unlimited"',
            id="requests or not",
        ),
        pytest.param(
            '[tiers.a]\nwebhooks = "no"', "[tiers.a] webhooks: write true or false", id="a word"
        ),
        pytest.param(
            "[tiers.a]\nwebhooks = 1", "[tiers.a] webhooks: write true or false", id="a number"
        ),
        pytest.param(
            '[tiers.a]\nfeatures = ["mix"]', "[tiers.a] features.0: write 'denoise'", id="feature"
        ),
        pytest.param(
            '[tiers.a]\nfeatures = "stems"', "[tiers.a] features: write a list", id="no list"
        ),
        pytest.param("= 3", "is not TOML: Invalid statement (at line 1", id="not toml"),
    ],
)
def test_what_is_wrong_is_said_with_file_table_and_key(tmp_path, text, says):
    with pytest.raises(ValueError, match=r"tiers\.toml") as caught:
        read(tmp_path, text)
    assert says in str(caught.value)


def test_all_mistakes_are_said_at_once(tmp_path):
    with pytest.raises(ValueError, match=r"tiers\.toml") as caught:
        read(tmp_path, '[tiers.a]\nlength = "x"\nspce = 1')
    assert len(str(caught.value).splitlines()) == 2


def test_what_is_no_text_is_said(tmp_path):
    (tmp_path / "tiers.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="UTF-8"):
        tiers_file.read(tmp_path / "tiers.toml")


@pytest.mark.parametrize("table", ["spaces", "sold"])
@pytest.mark.parametrize("key", ["dicord:1", "1234", "discord:", "discord"])
def test_a_key_names_a_platform_that_there_is(tmp_path, table, key):
    found = read(tmp_path, f'[tiers.a]\n[{table}]\n"{key}" = "a"')
    with pytest.raises(ValueError, match=rf'\[{table}\] "{key}": write platform:id'):
        tiers_file.check_places(tmp_path / "tiers.toml", found, PLATFORMS)


def test_the_word_unlimited_is_infinity(tmp_path):
    text = 'length = "unlimited"\njobs = "unlimited"\nrequests = "unlimited"'
    found = read(tmp_path, f"[tiers.a]\n{text}").plans["a"].changes
    names = ("file_seconds", "active_jobs", "requests")
    assert [found[name] for name in names] == [math.inf] * 3
