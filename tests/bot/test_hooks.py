"""`undertone hooks`: what came, once more, and forged; beside a store of the test's own."""

import asyncio
import json
import socket

import pytest
from click.testing import CliRunner

from adapters.store import lock
from adapters.store.store import open_store
from bot import cli, forging, hooks, lifecycle, wiring
from bot.settings import load_settings
from services.model import State
from services.records import KeptCallback, Verdict
from tests.fakes.caller import CallingProvider, said, signed
from tests.fakes.jobs import START, a_job
from tests.fakes.world import plugin_of

PROVIDERS = (plugin_of("there", lambda tools: CallingProvider(tools.now)),)
TOKEN = "eyJqIjoiYSIsImEiOiIwIn0.aBcDeFgHiJkLmNoPqRsTuVwX"
BODY = said("ref-a", url="https://there.example/x.wav?sig=abc", metadata=TOKEN)
JOB = a_job(1, state=State.RUNNING, ref="ref-a", provider="there")
KEPT = KeptCallback("there", JOB.id, 0, START, signed(BODY), BODY)


@pytest.fixture
def folder(folder, monkeypatch):
    """Where the commands run, with one provider that calls back."""
    for module in ("registry", "operating", "forging"):
        monkeypatch.setattr(f"bot.{module}.PROVIDERS", PROVIDERS)
    (folder / "data").mkdir()
    return folder


def call(*words):
    return CliRunner().invoke(cli.main, [str(word) for word in words])


def keep(folder, *callbacks, job=JOB):
    async def write():
        async with open_store(None, folder / "data") as store:
            await store.write(lambda tx: tx.add(job))
            for one in callbacks:
                await store.write(lambda tx, one=one: tx.keep_callback(one))

    asyncio.run(write())


def heard(folder):
    async def read():
        async with open_store(None, folder / "data") as store:
            return (await store.read(lambda tx: tx.job(JOB.id))).heard

    return asyncio.run(read())


def test_callbacks_are_shown_newest_first(folder):
    keep(folder, KEPT, KeptCallback("there", JOB.id, 0, START, {}, None, verdict=Verdict.POKED))
    rows = [json.loads(line) for line in call("hooks", "show", "--json").stdout.splitlines()]
    assert [(row["id"], row["verdict"], row["bytes"]) for row in rows] == [
        (2, "poked", None),
        (1, "accepted", len(BODY)),
    ]
    lines = call("hooks", "show").stdout.splitlines()
    assert lines[0].endswith(f"there  poked  {JOB.id}  0  removed")


@pytest.mark.parametrize("words", [[], ["--json"]], ids=["for eyes", "for programs"])
def test_what_a_callback_of_one_job_said_is_shown_without_its_secrets(folder, words):
    keep(folder, KEPT)
    shown = call("hooks", "show", JOB.id, *words).stdout
    assert '"url": "https://there.example/x.wav?[hidden]"' in shown
    assert TOKEN not in shown
    assert "X-Signature" in shown


def test_what_is_no_json_is_shown_harmless(folder):
    keep(folder, KeptCallback("there", JOB.id, 0, START, {}, b"a\x1b[31m\nb\xff?x=y"))
    (first, second) = call("hooks", "show", JOB.id).stdout.splitlines()
    assert second == r"    a\x1b[31m\nb\xff?[hidden]"
    assert "accepted" in first


def test_a_job_that_does_not_exist_is_one_line(folder):
    result = call("hooks", "show", "nothing")
    assert result.exit_code == 1
    assert "cannot find this job" in result.stderr


def test_a_replayed_callback_counts_as_if_it_came_again(folder):
    keep(folder, KEPT)
    with lock.lock_file(folder / "data"):
        first, second = (json.loads(call("hooks", "replay", 1, "--json").stdout) for _ in "ab")
    assert first == {
        "id": 1, "provider": "there", "job": JOB.id, "verdict": "accepted", "status": 200
    }  # fmt: skip
    assert second["verdict"] == "repeated"
    assert heard(folder).results[0].part == "clean"


def test_a_replayed_callback_believes_no_more_than_the_first_time(folder):
    other = KeptCallback("there", JOB.id, 0, START, {}, said("ref-b"), is_addressed=False)
    keep(folder, other, KeptCallback("there", JOB.id, 0, START, {}, said("ref-b")))
    assert call("hooks", "replay", 1).stdout.startswith("unknown  (HTTP 404)")
    assert call("hooks", "replay", 2).stdout.startswith("contradicting  (HTTP 409)")
    assert heard(folder) is None


@pytest.mark.parametrize(
    ("number", "why"),
    [
        pytest.param(1, "was removed", id="emptied"),
        pytest.param(2, "not switched on", id="of a provider that is off"),
        pytest.param(3, "no callback 3", id="unknown"),
    ],
)
def test_what_cannot_be_replayed_is_said(folder, number, why):
    gone = KeptCallback("there", JOB.id, 0, START, {}, None)
    keep(folder, gone, KeptCallback("nowhere", JOB.id, 0, START, {}, b"{}"))
    result = call("hooks", "replay", number)
    assert result.exit_code == 1
    assert why in result.stderr


def settings(folder, **given):
    return load_settings((), PROVIDERS, env_file=None, secrets=None, data_dir=folder, **given)


async def test_the_running_server_refuses_every_forgery(folder):
    made = settings(folder / "data", http={"port": 0})
    built = wiring.build(made, platforms=(), providers=PROVIDERS, warm=False)
    async with built as app, lifecycle.serving(app) as port:
        rows = await forging.forge(made, f"http://127.0.0.1:{port}/", wiring.utc_now())
    assert [row for row in rows if not row["ok"]] == []
    assert len(rows) >= 40
    assert {row["status"] for row in rows} == {400, 404, 405, 413, 415}


async def test_a_server_that_takes_everything_is_found_out(folder, monkeypatch):
    async def taken(session, base, one):
        return 500 if one.method == "GET" else 200

    monkeypatch.setattr(forging, "_sent", taken)
    made = settings(folder / "data", http={"public_url": "https://sound.example.org"})
    rows = await forging.forge(made, None, START)
    assert [row for row in rows if row["ok"]] == []
    assert forging.line(rows[0]) == "NOT OK  200  there: a token of no job"


def test_nobody_at_home_is_one_line(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        result = call("hooks", "forge", "--url", f"http://127.0.0.1:{port}")
    assert result.exit_code == 1
    assert result.stderr.startswith("Nothing answers at http://127.0.0.1")


@pytest.mark.parametrize(
    ("given", "base"),
    [
        pytest.param({}, "http://127.0.0.1:8080", id="its own address"),
        pytest.param({"host": "0.0.0.0"}, "http://localhost:8080", id="listening to all"),
        pytest.param({"host": "::1", "port": 9}, "http://[::1]:9", id="the new numbers"),
        pytest.param({"public_url": "https://a.example/b/"}, "https://a.example/b", id="public"),
    ],
)
def test_the_server_is_found(folder, given, base):
    assert forging._base(settings(folder, http=given), None) == base


@pytest.mark.parametrize(
    ("url", "port", "why"),
    [("ftp://a.example", 1, "no address"), (None, 0, "say --url")],
    ids=["another protocol", "any port"],
)
def test_a_server_that_cannot_be_found_is_said(folder, url, port, why):
    with pytest.raises(ValueError, match=why):
        forging._base(settings(folder, http={"port": port}), url)


@pytest.mark.parametrize(
    ("url", "providers", "count"),
    [
        pytest.param("http://sound.example.org", PROVIDERS, 1, id="in the clear"),
        pytest.param("https://sound.example.org", PROVIDERS, 0, id="encrypted"),
        pytest.param("http://127.0.0.1:8080", PROVIDERS, 0, id="on this machine"),
        pytest.param("http://sound.example.org", (), 0, id="nobody calls back"),
        pytest.param(None, PROVIDERS, 0, id="no address"),
    ],
)
async def test_secrets_in_the_clear_are_said(folder, url, providers, count):
    made = settings(folder / "data", http={"public_url": url})
    async with wiring.build(made, platforms=(), providers=providers, warm=False) as app:
        assert len(hooks.notes(app)) == count
