"""`undertone hooks sent`, beside a store of the test's own."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from adapters.store.store import open_store
from bot import cli
from services import keys
from services.events import Delivered, Purged, Rescheduled, Undeliverable, Withdrawn
from services.journal import step_of
from services.machine import DELIVER_WITHIN, advance
from services.model import Address, State, Track
from services.problems import Code, Problem
from tests.fakes.jobs import START, a_job

KEY = keys.made("shop", START)[1]
TRACKS = (Track("clean", "k", "n", "wav", "audio/wav", 1, 1.0),)
DOWN = Problem(Code.CHAT_DOWN, detail="it was answered with 503")
SILENT = Problem(Code.CHAT_DOWN)
GONE = Problem(Code.CHAT_GONE, detail="the platform is switched off")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(folder, monkeypatch):
    """Where the commands run, with one key."""
    (folder / "data").mkdir()
    write(folder, lambda tx: keys.add(tx, KEY, "api_pro"))
    return folder


def write(folder, change):
    async def inside():
        async with open_store(None, folder / "data") as store:
            return await store.write(change)

    asyncio.run(inside())


def ended(number, address=KEY.address):
    """A job whose callback waits since so many minutes after the beginning."""
    at = START + number * MINUTE
    changes = {"state": State.DELIVERING, "outcome": TRACKS, "created_at": at, "due_at": at}
    return a_job(number, address=address, deadline_at=at + DELIVER_WITHIN, **changes)


def keep(folder, job, *events):
    """Keep the job with what happened to it, a minute apart."""

    def change(tx):
        tx.add(job)
        now, at = job, job.due_at
        for event in events:
            at += MINUTE
            now = advance(now, event, at)
            tx.note(job.id, step_of(now, event))
        tx.save(now, 0)

    write(folder, change)


def later(minutes, problem=DOWN):
    return Rescheduled(START + minutes * MINUTE, telling=True, problem=problem)


def call(*words):
    result = CliRunner().invoke(cli.main, ["hooks", "sent", *words])
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def told(*words):
    return [json.loads(line) for line in call("--json", *words)]


def test_a_callback_that_waits_is_shown_with_what_went_wrong(folder):
    keep(folder, ended(1), later(60, SILENT), later(90))
    assert told() == [
        {
            "job": a_job(1).id,
            "key": "shop",
            "since": (START + MINUTE).isoformat(),
            "tries": 2,
            "why": "chat_down: it was answered with 503",
            "next": (START + 90 * MINUTE).isoformat(),
            "given_up": None,
        }
    ]


def test_people_read_one_line_for_each(folder):
    keep(folder, ended(1), later(60, SILENT))
    keep(folder, ended(2), Undeliverable(GONE))
    since, again = (START + MINUTE).isoformat(), (START + 60 * MINUTE).isoformat()
    other, over = (START + 2 * MINUTE).isoformat(), (START + 3 * MINUTE).isoformat()
    why = "chat_gone: the platform is switched off"
    assert call() == [
        f"{a_job(1).id}  shop  since {since}  next {again}  1 try  chat_down",
        f"{a_job(2).id}  shop  since {other}  given up {over}  1 try  {why}",
    ]


def test_what_was_not_tried_yet_has_no_reason(folder):
    keep(folder, ended(1))
    assert [(row["tries"], row["why"]) for row in told()] == [(0, None)]
    assert call()[0].endswith("0 tries  -")


def test_what_was_put_off_was_not_tried_but_has_its_reason(folder):
    why = f"{keys.PUT_OFF}: others are called just now"
    keep(folder, ended(1), later(60), later(90, Problem(Code.CHAT_DOWN, detail=why)))
    assert [(row["tries"], row["why"]) for row in told()] == [(1, f"chat_down: {why}")]


def test_a_delay_without_a_problem_is_no_try(folder):
    keep(folder, ended(1), later(60, None))
    assert told()[0]["tries"] == 0


def test_what_waits_longest_comes_first_and_what_was_given_up_last_comes_last(folder):
    keep(folder, ended(5), later(90))
    keep(folder, ended(4))
    keep(folder, ended(3), later(60), later(90), Undeliverable(DOWN))
    keep(folder, ended(2), Undeliverable(DOWN))
    assert [int(row["job"]) for row in told()] == [4, 5, 2, 3]


def test_a_limit_keeps_the_oldest_that_wait_and_the_newest_that_were_given_up(folder):
    for number in (1, 2):
        keep(folder, ended(number))
        keep(folder, ended(number + 2), Undeliverable(DOWN))
    assert [int(row["job"]) for row in told("--limit", "1")] == [1, 4]


def test_what_was_given_up_stays_when_its_files_have_gone(folder):
    keep(folder, ended(1), later(60), Undeliverable(DOWN), Purged())
    (row,) = told()
    assert (row["tries"], row["next"]) == (2, None)
    assert row["given_up"] == (START + 3 * MINUTE).isoformat()


@pytest.mark.parametrize(
    ("job", "events"),
    [
        pytest.param(ended(1), [later(60), Delivered()], id="it arrived"),
        pytest.param(ended(1), [Withdrawn()], id="withdrawn"),
        pytest.param(ended(1, Address("web", "1", "1")), [Undeliverable(DOWN)], id="elsewhere"),
        pytest.param(ended(1, Address("web", "1", "1")), [later(60)], id="waits elsewhere"),
        pytest.param(replace(ended(1), state=State.QUEUED, outcome=None), [], id="at work"),
    ],
)
def test_what_lacks_no_callback_is_not_shown(folder, job, events):
    keep(folder, job, *events)
    assert call() == []


def test_a_key_that_is_forgotten_is_named_by_its_id(folder):
    keep(folder, ended(1, Address("api", "0123456789ab", "0123456789ab")))
    assert told()[0]["key"] == "0123456789ab"
