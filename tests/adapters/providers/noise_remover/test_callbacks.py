"""noise-remover.com: which of its callbacks are believed."""

import pytest

from services.model import Result
from services.problems import Code
from tests.adapters.providers.noise_remover.desk import opened
from tests.adapters.providers.noise_remover.steps import asked, submitted


@pytest.mark.parametrize("reading", ["A", "B", "C"])
async def test_a_signed_callback_is_believed_and_its_reading_shown(fake, clock, tmp_path, reading):
    """AMB-09, NR-W-02, NR-W-05, NR-W-07: whatever it is that they sign."""
    async with opened(fake, tmp_path, signature_header="X-Signature") as desk:
        job = await fake.finish(await submitted(desk))
        body, headers = fake.webhooks.signed(job, reading=reading)
        said = desk.provider.read_callback(headers, body, None)
        assert (said.ref, said.token) == (job.id, "token-1")
        assert said.report.results == (Result("clean", url=fake.link(job)),)
        assert (await desk.provider.account())["callback signature"] == f"reading {reading}"


@pytest.mark.parametrize(
    "name", ["X-Signature", "X-Webhook-Signature", "X-Noise-Remover-Signature"]
)
async def test_a_signature_beside_the_body_is_looked_for_unasked(fake, desk, name):
    """AMB-09 (1)"""
    job = await fake.finish(await submitted(desk))
    fake.webhooks.header = name
    body, headers = fake.webhooks.signed(job, reading="B")
    assert desk.provider.read_callback(headers, body, None).report is not None


async def test_a_signed_failure_is_believed(fake, desk):  # NR-W-02, NR-W-04
    job = await fake.break_off(await submitted(desk))
    body, headers = fake.webhooks.signed(job)
    said = desk.provider.read_callback(headers, body, None)
    assert (said.ref, said.report.problem.code) == (job.id, Code.PROVIDER_FAILED)


@pytest.mark.parametrize("secret", ["new", "old"])
async def test_both_secrets_are_good_while_changing(fake, tmp_path, secret):  # F45
    secrets = {"new": "new secret 0123456789", "old": "old secret 0123456789"}
    given = {"webhook_secret": secrets["new"], "webhook_secret_old": secrets["old"]}
    async with opened(fake, tmp_path, **given) as desk:
        job = await fake.finish(await submitted(desk))
        body, headers = fake.webhooks.signed(job, secret=secrets[secret])
        assert desk.provider.read_callback(headers, body, None).report is not None


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"secret": "a secret of somebody"}, id="forged"),
        pytest.param({"timestamp": "2026-03-01T10:59:59Z"}, id="NR-W-08 over an hour old"),
        pytest.param({"timestamp": "2026-03-01T12:05:01Z"}, id="from the future"),
        pytest.param({"timestamp": None}, id="without a time"),
        pytest.param({"timestamp": "0001-01-01T00:00:00Z"}, id="before all time"),
        pytest.param({"download_expires": "2026-03-01T11:59:59Z"}, id="AMB-11 NR-M-01 expired"),
        pytest.param({"download_url": None}, id="without a link"),
    ],
)
async def test_what_cannot_be_believed_is_only_a_reason_to_ask(fake, desk, how):
    """NR-W-06, NR-W-09, AMB-09, AMB-10: the callback is a hint, asking is the way."""
    job = await fake.finish(await submitted(desk))
    body, headers = fake.webhooks.signed(job, **how)
    said = desk.provider.read_callback(headers, body, None)
    assert (said.ref, said.report) == (job.id, None)
    assert job.id in await asked(desk, job.id)


async def test_an_honest_retry_within_the_hour_is_believed(fake, desk, clock):  # NR-W-08
    job = await fake.finish(await submitted(desk))
    body, headers = fake.webhooks.signed(job)
    clock.turn(minutes=59)
    assert desk.provider.read_callback(headers, body, None).report is not None


async def test_without_a_secret_nothing_is_believed(fake, tmp_path):
    async with opened(fake, tmp_path, webhook_secret=None) as desk:
        job = await fake.finish(await submitted(desk))
        body, headers = fake.webhooks.signed(job)
        assert desk.provider.read_callback(headers, body, None).report is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"<html>",
        b'{"event":"job.completed","status":"completed"}',
        b'{"event":"job.completed","job_id":"../x"}',
        b'{"event":"job.completed","job_id":5}',
        b'{"event":"job.failed","job_id":"a","status":"completed"}',
        b'{"event":"job.completed","job_id":"a","status":null}',
        b'{"event":"job.started","job_id":"a","status":"processing"}',
        b'{"job_id":"a","status":"completed"}',
        b'{"event":["job.completed"],"job_id":"a"}',
        b'{"event":"job.completed","job_id":"a","job_id":"b"}',
    ],
)
async def test_what_is_no_callback_of_theirs_is_refused(desk, body):
    with pytest.raises(ValueError):  # noqa: PT011 – its many sentences are for nobody
        desk.provider.read_callback({}, body, None)


async def test_a_packed_callback_is_refused(fake, desk):
    body, _ = fake.webhooks.signed(await fake.finish(await submitted(desk)))
    with pytest.raises(ValueError, match="packed"):
        desk.provider.read_callback({"content-ENCODING": "gzip"}, body, None)
