"""noise-remover.com's dialect, served: addresses, keys, what answers are made of, and plans."""

import re
from pathlib import Path

import pytest

from bot.setting_models import HttpSettings
from services import keys
from tests.adapters.api.engine import quick_room
from tests.adapters.api.room import Program, tone

PLACE = "/api/noise-remover/v1"
CADDY = Path(__file__).parents[3] / "deploy" / "Caddyfile"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
async def still(tmp_path):
    """A room that takes jobs and does not work on them."""
    async with quick_room(tmp_path, works=False) as room:
        yield room


def bearer(text):
    return {"Authorization": f"Bearer {text}"}


def times_in(body):
    """Every value that is named as a time."""
    for name, value in body.items():
        if name.endswith(("_at", "_completion", "_expires", "_start", "_end")):
            yield name, value


async def test_it_lies_below_one_base_address(still):  # NR-T-01
    program = await still.program()
    job = (await program.enhance()).body["job_id"]
    found = {
        path: (await program.call("GET", f"{PLACE}{path}", headers=bearer(program.text))).status
        for path in ("/jobs", "/usage", f"/job/{job}")
    }
    assert set(found.values()) == {200}


def test_the_sample_proxy_serves_https_alone():
    """NR-T-01: a site without a scheme is served by https, and Caddy sends plain http there.

    https://caddyserver.com/docs/automatic-https#activation
    """
    lines = [line for line in CADDY.read_text().splitlines() if not line.startswith("#")]
    assert re.fullmatch(r"[a-z.]+ \{", lines[0])
    assert "auto_https" not in CADDY.read_text()


def test_without_a_proxy_nobody_outside_is_answered():  # NR-T-01
    assert HttpSettings().host == "127.0.0.1"


async def test_behind_the_proxy_links_are_https(tmp_path):  # NR-T-01, NR-J-05
    async with quick_room(tmp_path, http={"public_url": "https://sound.example"}) as room:
        job = await (await room.program()).enhanced()
    assert job["download_url"].startswith(f"https://sound.example{PLACE}/audio/download/")


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"json": {"preset": "auto"}}, id="JSON"),
        pytest.param({"data": {"preset": "auto"}}, id="url-encoded"),
        pytest.param({"data": tone()}, id="bare sound"),
        pytest.param({}, id="nothing"),
    ],
)
async def test_a_file_comes_as_multipart_or_not_at_all(still, given):  # NR-T-02
    program = await still.program()
    answer = await program.remover("POST", "/enhance", **given)
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert await still.jobs() == []


async def test_every_answer_is_json(still):  # NR-T-02
    program = await still.program()
    taken = await program.enhance()
    answers = [
        taken,
        await program.enhance(preset="loud"),
        await program.enhance(sound=b"words"),
        *[
            await program.remover(method, path)
            for method, path in (
                ("GET", "/jobs"),
                ("GET", "/jobs?limit=x"),
                ("GET", "/usage"),
                ("POST", "/usage"),
                ("GET", "/nothing"),
                ("GET", "/job/job_0"),
                ("GET", f"/job/{taken.body['job_id']}"),
                ("DELETE", "/job/job_0"),
            )
        ],
    ]
    assert {one.headers["Content-Type"] for one in answers} == {"application/json; charset=utf-8"}
    assert all(isinstance(one.body, dict) for one in answers)


async def test_times_are_iso_8601_in_utc(tmp_path):  # NR-T-03
    async with quick_room(tmp_path) as room:
        program = await room.program()
        taken = (await program.enhance()).body
        await room.done(taken["job_id"])
        job = (await program.remover("GET", f"/job/{taken['job_id']}")).body
        usage = (await program.remover("GET", "/usage")).body
    told = [*times_in(taken), *times_in(job), *times_in(usage)]
    assert {name for name, _ in told} == {
        *("created_at", "completed_at", "estimated_completion", "download_expires"),
        *("period_start", "period_end"),
    }
    assert all(TIME.fullmatch(value) for _, value in told)


@pytest.mark.parametrize(
    "spoken",
    [
        pytest.param("Bearer {}", id="as printed"),
        pytest.param("bearer {}", id="lower case, which RFC 9110 allows"),
    ],
)
async def test_a_bearer_key_opens_it(still, spoken):  # NR-T-04
    program = await still.program()
    assert program.text.startswith("nr_live_sk_")
    said = {"Authorization": spoken.format(program.text)}
    assert (await program.call("GET", f"{PLACE}/usage", headers=said)).status == 200


WRONG = [
    pytest.param({}, id="no key"),
    pytest.param({"Authorization": ""}, id="an empty header"),
    pytest.param({"Authorization": "{}"}, id="without the word"),
    pytest.param({"Authorization": "Basic {}"}, id="another word"),
    pytest.param({"X-API-Key": "{}"}, id="another header"),
    pytest.param({"Authorization": "Bearer {}x"}, id="a letter too many"),
    pytest.param({"Authorization": "Bearer nr_live_sk_"}, id="the beginning alone"),
    pytest.param({"Authorization": "Bearer nr_live_sk_" + 43 * "a"}, id="nobody's"),
]


@pytest.mark.parametrize("headers", WRONG)
async def test_nothing_else_opens_it(still, headers):  # NR-T-04, NR-ERR-04
    program = await still.program()
    said = {name: value.format(program.text) for name, value in headers.items()}
    answer = await program.call("GET", f"{PLACE}/usage", headers=said)
    assert (answer.status, answer.error) == (401, "unauthorized")
    assert program.text not in answer.raw.decode()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/jobs"),
        ("GET", "/job/job_00"),
        ("DELETE", "/job/job_00"),
        ("POST", "/enhance"),
        ("PUT", "/usage"),
        ("GET", "/nothing"),
    ],
)
async def test_no_address_answers_without_a_key(still, method, path):  # NR-T-04
    answer = await (await still.program()).call(method, PLACE + path)
    assert (answer.status, answer.error) == (401, "unauthorized")


async def test_there_is_no_key_for_trying(still):  # NR-T-04: no sandbox
    program = await still.program()
    text = program.text.replace("nr_live_sk_", "nr_test_sk_")
    assert (await Program(still, text).remover("GET", "/usage")).error == "unauthorized"


async def test_a_revoked_key_is_answered_as_one_that_never_was(still):  # NR-T-04, NR-ERR-04
    program, nobody = await still.program(), Program(still, "nr_live_sk_" + 43 * "a")
    assert (await program.remover("GET", "/usage")).status == 200
    await still.app.store.write(lambda tx: keys.revoke(tx, "program", still.app.now()))

    answers = [await one.remover("GET", "/usage") for one in (program, nobody)]
    assert {(one.status, one.raw) for one in answers} == {(401, answers[0].raw)}
    assert answers[0].error == "unauthorized"


PLANS = [
    pytest.param("api_dev", 1_500, 60, False, id="NR-T-05 Dev"),
    pytest.param("api_pro", 4_000, 120, True, id="NR-T-06 Pro"),
    pytest.param("api_business", 10_000, 300, True, id="NR-T-07 Business"),
]


@pytest.mark.parametrize(("plan", "minutes", "requests", "webhooks"), PLANS)
async def test_a_plan_is_what_the_page_says(still, plan, minutes, requests, webhooks):
    """NR-R-01, NR-U-01a, NR-U-01b, NR-ERR-06, NR-E-26, NR-W-01."""
    program = await still.program(plan=plan)
    usage = await program.remover("GET", "/usage")
    assert usage.body["plan"] == plan
    assert usage.body["minutes_included"] == minutes
    assert usage.headers["X-RateLimit-Limit"] == str(requests)
    told = await program.enhance(webhook_url="https://1.1.1.1/hook")
    assert told.status == (202 if webhooks else 403)


TIERS = """
[tiers.api_pro]
space = { month = 7 }
requests = 3
webhooks = false
[tiers.ours]
space = { month = 9 }
requests = 5
"""


@pytest.mark.parametrize(
    ("plan", "minutes", "requests", "status"),
    [
        pytest.param("api_pro", 7, 3, 403, id="one of theirs, changed"),
        pytest.param("ours", 9, 5, 202, id="one of our own"),
        pytest.param("api_business", 10_000, 300, 202, id="one that was left alone"),
    ],
)
async def test_plans_are_settings(tmp_path, plan, minutes, requests, status):  # AMB-15
    path = tmp_path / "tiers.toml"
    path.write_text(TIERS)
    async with quick_room(tmp_path, works=False, quota={"tiers_file": path}) as room:
        program = await room.program(plan=plan)
        usage = await program.remover("GET", "/usage")
        told = await program.enhance(webhook_url="https://1.1.1.1/hook")
    assert (usage.body["plan"], usage.body["minutes_included"]) == (plan, minutes)
    assert usage.headers["X-RateLimit-Limit"] == str(requests)
    assert told.status == status
