"""`undertone keys`, in this process, on a data folder of the test's own."""

import asyncio
import json
import math

import pytest
from click.testing import CliRunner

from adapters.store.store import open_store
from bot import allotting, cli, secret_key, wiring
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import load_settings
from services import keys, quotas
from services.links import Signer
from services.quotas import MINUTE
from services.records import LedgerLine
from tests.fakes.jobs import a_job

NOT_SERVED = "Nothing serves it yet: set UNDERTONE_API__ENABLED=true."
HOOK = "https://shop.example/hook"
TIERS = """
[tiers.free]
space = { month = 30, day = 5 }
requests = 10
webhooks = false
[tiers.open]
space = "unlimited"
"""


@pytest.fixture
def tiers(folder, monkeypatch):
    (folder / "tiers.toml").write_text(TIERS)
    monkeypatch.setenv("UNDERTONE_QUOTA__TIERS_FILE", "tiers.toml")


def call(*words):
    return CliRunner().invoke(cli.main, ["keys", *words])


def told(*words):
    """What a program reads."""
    result = call(*words, "--json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def added(name="app", *words):
    (row,) = told("add", name, *words)
    return row


def refused(*words):
    """The plain line that it ends in."""
    result = call(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    return line


def write(change):
    async def inside():
        settings = load_settings(PLATFORMS, PROVIDERS)
        async with open_store(None, settings.data_dir, secret_key.pepper(settings)) as store:
            return await store.write(change)

    return asyncio.run(inside())


def use(tx, key_id, minutes):
    job, scope = a_job(), quotas.space_scope(tx, keys.get(tx, key_id).address)
    for kind in ("reserve", "settle"):
        tx.write_line(LedgerLine(job.id, scope, kind, minutes * MINUTE, wiring.utc_now()))


def test_a_new_key_opens_and_has_the_usual_plan(folder):
    row = added()
    found = write(lambda tx: keys.find(tx, row["key"]))
    assert (found.id, found.name, found.plan) == (row["id"], "app", "api_pro")
    assert (row["plan"], row["minutes"], row["requests"]) == ("pro", {"month": 4000}, 120)
    assert (row["webhooks"], row["webhook_url"], row["served"]) == (True, None, False)


def test_people_read_the_key_once_and_what_it_gives(folder):
    lines = call("add", "app", "--webhook", HOOK).stdout.splitlines()
    assert lines[0].startswith("nr_live_sk_")
    assert lines[1] == (
        "This is the only time that it is shown: keep it where your program finds it."
    )
    assert "plan     pro: 4000 min a month, 120 requests a minute" in lines
    assert f"webhook  {HOOK}" in lines
    assert lines[-1] == NOT_SERVED
    assert lines[0] not in call("list").stdout + call("webhook", "app").stdout


def test_nothing_is_missing_where_the_api_is_switched_on(folder, monkeypatch):
    monkeypatch.setenv("UNDERTONE_API__ENABLED", "true")
    assert NOT_SERVED not in call("add", "app").stdout
    assert added("other")["served"] is True


@pytest.mark.parametrize(
    ("plan", "kept", "minutes", "requests", "webhooks"),
    [
        ("dev", "api_dev", {"month": 1500}, 60, False),
        ("pro", "api_pro", {"month": 4000}, 120, True),
        ("business", "api_business", {"month": 10_000}, 300, True),
        ("unlimited", "api_unlimited", {"month": "unlimited"}, "unlimited", True),
        ("free", "free", {"month": 30, "day": 5}, 10, False),
        ("open", "open", {"month": "unlimited"}, "unlimited", True),
    ],
)
def test_a_plan_is_one_of_ours_or_a_tier_of_the_file(
    tiers, plan, kept, minutes, requests, webhooks
):
    row = added("app", "--plan", plan)
    assert write(lambda tx: keys.get(tx, "app").plan) == kept
    assert (row["plan"], row["minutes"]) == (plan, minutes)
    assert (row["requests"], row["webhooks"]) == (requests, webhooks)


def test_a_plan_that_is_not_there_is_said_with_those_that_are(tiers):
    assert refused("add", "app", "--plan", "gold") == (
        "There is no plan gold; there are: dev, pro, business, unlimited, free, open."
    )
    assert told("list") == []


def test_a_tier_that_is_named_like_a_plan_is_told_from_it(folder, tiers):
    with (folder / "tiers.toml").open("a") as file:
        file.write("[tiers.pro]")
    assert added()["plan"] == "api_pro"
    assert write(lambda tx: keys.get(tx, "app").plan) == "api_pro"


@pytest.mark.parametrize("name", ["", "a" * 41, "two\nlines", "\x1b[31m", "zero\u200bwidth"])
def test_a_name_can_be_read(folder, name):
    said = refused("add", name)
    assert said == "A name has 1 to 40 characters that can be printed."


@pytest.mark.parametrize("name", ["a", "ä" * 40, "Shop, test & 東京 /x"])
def test_a_name_is_whatever_can_be_read(folder, name):
    added(name)
    assert [row["name"] for row in told("list")] == [name]


def test_a_name_that_is_taken_is_said(folder):
    added()
    assert refused("add", "app") == "There is a key named 'app' already."
    call("revoke", "app")
    assert "It is revoked" in refused("add", "app")


@pytest.mark.parametrize(
    "url", ["shop.example", "ftp://shop.example", "javascript:1", "http://localhost/x", "http://"]
)
def test_an_address_that_would_never_be_called_is_said(folder, url):
    assert refused("add", "app", "--webhook", url).startswith(f"Webhooks cannot go to {url!r} (")
    added()
    assert refused("webhook", "app", url).endswith("UNDERTONE_FETCH__ALLOWED_PRIVATE.")
    assert told("webhook", "app")[0]["webhook_url"] is None


def test_an_address_in_the_own_network_goes_where_it_is_named(folder, monkeypatch):
    monkeypatch.setenv("UNDERTONE_FETCH__ALLOWED_PRIVATE", '["localhost:9000"]')
    assert added("app", "--webhook", "http://localhost:9000/x")["webhook_url"] is not None


def test_the_webhook_secret_can_be_read_again(folder):
    row = added("app", "--webhook", HOOK)
    (by_name,), (by_id,) = told("webhook", "app"), told("webhook", row["id"])
    assert by_name == by_id
    assert (by_name["webhook_url"], by_name["webhook_secret"]) == (HOOK, row["webhook_secret"])
    key = write(lambda tx: keys.get(tx, "app"))
    signer = Signer(secret_key.secret(load_settings(PLATFORMS, PROVIDERS)))
    assert row["webhook_secret"] == keys.webhook_secret(signer, key)


def test_the_default_address_is_set_and_taken_away(folder):
    added()
    assert f"webhook  {HOOK}" in call("webhook", "app", HOOK).stdout
    assert told("webhook", "app")[0]["webhook_url"] == HOOK
    assert "webhook  nowhere, unless a request names" in call("webhook", "app", "--off").stdout
    assert told("webhook", "app")[0]["webhook_url"] is None


def test_an_address_and_none_at_once_is_a_slip(folder):
    assert call("webhook", "app", HOOK, "--off").exit_code == 2


def test_a_plan_without_webhooks_is_said(folder):
    said = "The plan dev has no webhooks: nobody is called."
    assert said in call("add", "app", "--plan", "dev", "--webhook", HOOK).stdout
    assert said in call("webhook", "app").stdout


@pytest.mark.parametrize("words", [["revoke", "app"], ["webhook", "app"], ["webhook", "app", HOOK]])
def test_a_key_that_is_not_there_is_said(folder, words):
    assert refused(*words) == "There is no key named 'app'; `undertone keys list` shows all."


def test_the_list_has_each_key_with_its_use_and_no_secret(folder):
    first, second = added(), added("test", "--plan", "unlimited")
    write(lambda tx: use(tx, "app", 12))
    rows = told("list")
    assert [(row["id"], row["name"], row["plan"]) for row in rows] == [
        (first["id"], "app", "pro"),
        (second["id"], "test", "unlimited"),
    ]
    assert (rows[0]["used"], rows[0]["limit"], rows[0]["period"]) == (12, 4000, "month")
    assert (rows[1]["used"], rows[1]["limit"]) == (0, "unlimited")
    assert set(rows[0]) == {
        *("id", "name", "plan", "ends", "made_at"),
        *("period", "used", "limit", "percent", "returns", "revoked_at"),
    }  # fmt: skip


def test_people_read_the_same_on_one_line(folder):
    row = added()
    write(lambda tx: use(tx, "app", 12))
    (line,) = call("list").stdout.splitlines()
    assert " ".join(line.split()) == (
        f"{row['id']} app pro …{row['key'][-4:]} made {row['made_at']} "
        "12.0 of 4000 min this month 0.3 %"
    )


def test_a_key_whose_tier_is_gone_has_the_least_plan(tiers, monkeypatch):
    added("app", "--plan", "free")
    monkeypatch.delenv("UNDERTONE_QUOTA__TIERS_FILE")
    assert told("list")[0]["plan"] == "dev"
    assert " dev " in call("list").stdout


def test_a_revoked_key_opens_nothing_and_says_what_becomes_of_it(folder):
    row = added()
    said = call("revoke", "app").stdout
    assert write(lambda tx: keys.find(tx, row["key"])) is None
    (listed,) = told("list")
    assert said == (
        f"app ({row['id']}) opens nothing since {listed['revoked_at']}.\n"
        "Like a space that the bot has left, it is forgotten with its jobs and files 24 h after "
        "that.\n"
    )
    assert f"revoked {listed['revoked_at']}" in call("list").stdout


def test_revoking_again_changes_nothing(folder):
    row = added()
    assert told("revoke", "app") == told("revoke", row["id"])


def test_the_data_folder_is_nobody_elses_business(folder):
    added()
    assert {path.stat().st_mode & 0o077 for path in (folder / "data").iterdir()} == {0}


def test_a_key_has_no_minutes_of_a_person(folder, monkeypatch):
    monkeypatch.setenv("UNDERTONE_QUOTA__USER_MINUTES_PER_DAY", "5")
    monkeypatch.setenv("UNDERTONE_QUOTA__MAX_ACTIVE_JOBS_PER_USER", "1")
    base = allotting.allowances(load_settings(PLATFORMS, PROVIDERS))("api")
    assert (base.person, base.space, base.active_jobs) == ({}, {}, math.inf)
    assert (base.file_bytes, base.file_seconds) == (200_000_000, 7200), "as everybody's"


def test_the_first_key_of_a_folder_says_which_it_is(folder):
    """A key opens nothing at a server that looks elsewhere."""
    told_first, told_next = call("add", "app").stderr, call("add", "shop").stderr
    assert str(folder / "data") in told_first
    assert told_next == ""
