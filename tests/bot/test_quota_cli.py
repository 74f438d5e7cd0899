"""`undertone quota`, in this process, on a data folder of the test's own."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from adapters.store.store import open_store
from bot import cli, secret_key, wiring
from bot.quota_cli import NUMBERS, POTS
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import load_settings
from services import quotas, spaces
from services.commands import quota
from services.model import Address, Person, State, Track
from services.quotas import MINUTE
from services.records import LedgerLine
from services.spaces import AMOUNTS, By
from tests.fakes.jobs import CLIP, a_job

ADA = Person("ada")
BUSY, QUIET = Address("discord", "busy", "chat"), Address("telegram", "-100", "chat")
TIERS = """
usual = "free"
[tiers.free]
space = { month = 120 }
[tiers.plus]
space = "unlimited"
features = ["denoise", "remote"]
priority = 5
"""


@pytest.fixture
def tiers(folder, monkeypatch):
    (folder / "tiers.toml").write_text(TIERS)
    monkeypatch.setenv("UNDERTONE_QUOTA__TIERS_FILE", "tiers.toml")


@pytest.fixture
def used(folder):
    """Two spaces: in the one somebody used 12 minutes, in the other one."""

    def fill(tx):
        use(tx, 1, BUSY, 12)
        use(tx, 2, QUIET, 1)

    write(fill)


def use(tx, number, address, minutes):
    now = wiring.utc_now()
    job = a_job(number, address=address, person=ADA, created_at=now, clip=clip(minutes))
    done = replace(job, outcome=(Track("clean", "k", "n", "wav", "audio/wav", 1, 1.0),))
    tx.add(replace(done, state=State.DONE, done_at=now))
    for scope in (quotas.person_scope(tx, address, ADA), quotas.space_scope(tx, address)):
        for kind, reason in (("reserve", ""), ("settle", "delivered")):
            tx.write_line(LedgerLine(job.id, scope, kind, minutes * MINUTE, now, reason))


def clip(minutes):
    return replace(CLIP, seconds=minutes * 60.0)


def write(change):
    async def inside():
        settings = load_settings(PLATFORMS, PROVIDERS)
        settings.data_dir.mkdir(exist_ok=True)
        async with open_store(None, settings.data_dir, secret_key.pepper(settings)) as store:
            return await store.write(change)

    return asyncio.run(inside())


def call(*words):
    return CliRunner().invoke(cli.main, ["quota", *(str(word) for word in words)])


def told(*words):
    """What a program reads."""
    result = call(*words, "--json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_words_are_those_of_the_command_in_chat():
    assert {name.replace("-", "_") for name in NUMBERS} == {
        *(one.name for one in quota.MINUTES),
        *AMOUNTS,
    }
    assert quota.FOR.choices == POTS


def test_the_busiest_space_comes_first(used):
    first, second = told("list")
    assert (first["space"], first["used"], first["limit"]) == ("discord:busy", 12.0, 600)
    assert (first["percent"], first["period"], first["tier"]) == (2.0, "month", None)
    assert (second["space"], second["used"]) == ("telegram:-100", 1.0)


def test_people_read_the_same(used):
    lines = call("list").stdout.splitlines()
    assert " ".join(lines[0].split()) == "discord:busy - 12.0 of 600 min this month 2 %"
    assert "used     12.0 of 600 min this month  2 %" in call("show", "discord:busy").stdout


def test_the_usual_tier_is_everybodys(used, tiers):
    first, _ = told("list")
    assert (first["tier"], first["limit"], first["percent"]) == ("free", 120, 10.0)


def test_show_has_what_holds(used, tiers):
    (found,) = told("show", "discord:busy")
    assert found["minutes"] == {"place": {"month": 120}, "each": {"day": 60}}
    assert (found["file_mb"], found["length"], found["jobs"]) == (200, 120, 3)
    assert (found["zone"], found["features"], found["grants"]) == ("UTC", None, [])


@pytest.mark.parametrize(
    "words",
    [
        ["show", "discord:nowhere"],
        ["set", "busy", "--month", 5],
        ["gift", "telegram:busy", 5],
        ["reset", "discord:"],
        ["tier", "discord:nowhere", "none"],
        ["dry-run", "discord:nowhere", "--month", 5],
        ["audit", "discord:nowhere"],
        ["ledger", "discord:nowhere"],
    ],
    ids=lambda words: words[0],
)
def test_a_space_that_nobody_knows_gets_a_sentence(used, words):
    result = call(*words)
    assert result.exit_code == 1
    assert result.stderr == (
        f"No space {words[1]} is known here; `undertone quota list` shows those that are.\n"
    )


def test_a_set_limit_holds_and_is_written_down(used):
    (found,) = told("set", "discord:busy", "--month", 24, "--file-mb", "unlimited")
    assert found["minutes"]["place"] == {"month": 24}
    assert found["file_mb"] == "unlimited"
    assert found["use"][0]["percent"] == 50.0
    told("set", "discord:busy", "--day", 5, "--for", "each")
    (found,) = told("show", "discord:busy")
    assert found["set"] == {"space": {"month": 24}, "each": {"day": 5}, "file_mb": "unlimited"}
    changes = told("audit", "discord:busy")
    assert [(one["who"], one["what"], one["after"]) for one in changes] == [
        ("operator", "quota.each.day", "5.0"),
        ("operator", "quota.space.month", "24.0"),
        ("operator", "quota.file_mb", "unlimited"),
    ]


def test_nothing_to_set_gets_a_sentence(used):
    for do in ("set", "dry-run"):
        result = call(do, "discord:busy")
        assert result.exit_code == 1
        assert "file_mb" in result.stderr


def test_a_number_that_is_none_gets_a_sentence(used):
    result = call("set", "discord:busy", "--month", "much")
    assert result.exit_code == 1
    assert "much" in result.stderr


def test_a_reset_takes_all_of_it_away(used):
    told("set", "discord:busy", "--month", 24, "--cooldown", 10)
    (found,) = told("reset", "discord:busy")
    assert (found["set"], found["minutes"]["place"], found["cooldown"]) == ({}, {"month": 600}, 0)


def test_a_gift_is_left_until_it_ends(used):
    (given,) = told("gift", "discord:busy", 30, "--days", 7)
    (found,) = told("show", "discord:busy")
    assert (given["minutes"], given["user"]) == (30, None)
    assert found["grants"] == [{"kind": "gift", "left": 30, "until": given["until"]}]
    assert found["use"][0]["limit"] == 630
    (change,) = told("audit", "discord:busy")
    assert (change["who"], change["what"], change["after"]) == ("operator", "gift", "30")
    assert "30 min left, until" in call("show", "discord:busy").stdout


def test_a_gift_to_one_person_is_theirs(used):
    told("gift", "discord:busy", 5, "--user", "ada")
    assert (
        "Person ada in discord:busy has 5 min more."
        in call("gift", "discord:busy", 5, "--user", "ada").stdout
    )

    def grants(tx):
        return tx.grants(quotas.person_scope(tx, BUSY, ADA), wiring.utc_now() + timedelta(days=900))

    assert [one.milliseconds for one in write(grants)] == [5 * MINUTE] * 2


@pytest.mark.parametrize("minutes", ["0", "unlimited", "x"])
def test_no_gift_is_no_minutes(used, minutes):
    assert call("gift", "discord:busy", minutes).exit_code == 1
    assert told("show", "discord:busy")[0]["grants"] == []


def test_a_tier_by_hand_comes_before_the_usual_one(used, tiers):
    (found,) = told("tier", "discord:busy", "plus")
    assert (found["tier"], found["priority"]) == ("plus", 5)
    assert (found["use"][0]["limit"], found["use"][0]["percent"]) == ("unlimited", None)
    assert found["features"] == ["denoise", "remote"]
    assert "features denoise, remote" in call("show", "discord:busy").stdout
    (back,) = told("tier", "discord:busy", "none")
    assert (back["tier"], back["use"][0]["limit"]) == ("free", 120)
    assert [(one["before"], one["after"]) for one in told("audit", "discord:busy")] == [
        ("plus", ""),
        ("", "plus"),
    ]


def test_a_tier_that_is_not_there_gets_a_sentence(used, tiers):
    result = call("tier", "discord:busy", "gold")
    assert (result.exit_code, result.stderr) == (
        1,
        "There is no tier gold; there are: free, plus.\n",
    )
    assert told("audit", "discord:busy") == []


def test_without_a_file_there_is_no_tier(used):
    result = call("tier", "discord:busy", "plus")
    assert (result.exit_code, "UNDERTONE_QUOTA__TIERS_FILE" in result.stderr) == (1, True)


def test_the_plans_of_keys_are_for_keys_only(used):
    write(lambda tx: use(tx, 3, Address("api", "0123456789ab", "0123456789ab"), 1))
    (found,) = told("tier", "api:0123456789ab", "api_dev")
    assert (found["tier"], found["minutes"]) == ("api_dev", {"place": {"month": 1500}})
    assert call("tier", "discord:busy", "api_dev").exit_code == 1
    assert "there are: api_dev, api_pro, " in call("tier", "api:0123456789ab", "gold").stderr


def test_a_tier_is_the_most_that_is_set(used, tiers):
    (found,) = told("set", "discord:busy", "--month", 5000)
    assert found["minutes"]["place"] == {"month": 120}
    assert found["set"] == {"space": {"month": 5000}}


def test_a_dry_run_counts_and_changes_nothing(used):
    (found,) = told("dry-run", "discord:busy", "--month", 10)
    assert found == {"space": "discord:busy", "refused": 1, "jobs": 1, "people": 1}
    assert (
        "1 of 1 jobs of the last 30 days" in call("dry-run", "discord:busy", "--month", 10).stdout
    )
    assert told("show", "discord:busy")[0]["set"] == {}


def test_the_audit_log_names_people_by_alias(used):
    alias = write(set_by_ada)
    (change,) = told("audit", "discord:busy")
    assert (change["who"], change["what"]) == (alias, "quota.file_mb")
    assert "quota.file_mb: - -> 5" in call("audit", "discord:busy").stdout


def set_by_ada(tx):
    spaces.change(tx, "discord", "busy", "quota", {"file_mb": 5}, By(ADA, wiring.utc_now()))
    return tx.alias("discord", "person", "ada")


def test_the_ledger_has_each_movement_of_that_space(used):
    lines = told("ledger", "discord:busy")
    assert {(one["pot"], one["kind"], one["seconds"]) for one in lines} == {
        ("person", "reserve", 720.0),
        ("person", "settle", 720.0),
        ("space", "reserve", 720.0),
        ("space", "settle", 720.0),
    }
    assert {one["job"] for one in lines} == {a_job(1).id}
    alias = write(lambda tx: tx.alias("discord", "person", "ada"))
    assert {one["alias"] for one in lines if one["pot"] == "person"} == {alias}
    assert len(told("ledger", "discord:busy", "--limit", 3)) == 3
    assert "delivered" in call("ledger", "discord:busy").stdout


def test_somebodys_own_chat_is_found_by_their_id(folder):
    write(lambda tx: use(tx, 1, Address("telegram", "person-77", "77"), 1))
    assert told("show", "telegram:77")[0]["space"] == "telegram:person-77"
