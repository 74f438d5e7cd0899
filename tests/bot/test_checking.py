"""What `undertone check` says of providers elsewhere."""

import pytest

from bot import checking
from services.problems import Code, Problem
from tests.journeys.provider_room import SIDES, elsewhere, tone


async def said(here):
    lines = []
    code = await checking.check(here.app.settings, lines.append)
    return code, lines


async def test_the_account_and_how_callbacks_were_signed(tmp_path):
    """NR-U-01a, AMB-20; RELIABILITY 3.2 wants the reading that worked to be shown."""
    voice = tmp_path / "voice.wav"
    voice.write_bytes(tone(300.0))
    async with SIDES["noise_remover"]() as side, elsewhere(tmp_path, side) as here:
        job = await here.ask(voice)
        handle = await side.submission()
        await side.finish(handle, 600.0)
        await side.call(handle)
        await here.done(job)
        _, lines = await said(here)
    told = [line.strip() for line in lines if line.startswith("        noise-remover.com")]
    assert "noise-remover.com: plan api_pro" in told
    assert "noise-remover.com: overage cost $0.00" in told
    assert any(line.startswith("noise-remover.com: callback signature reading") for line in told)
    assert "ok      provider: noise_remover" in lines


@pytest.mark.parametrize("provider", ["musicgpt", "noise_remover"])
async def test_a_key_that_is_refused_is_said_in_words(provider, tmp_path):
    async with SIDES[provider]() as side:
        async with elsewhere(tmp_path, side, works=False) as here:
            side.fake.key = "nr_live_sk_another"
            code, lines = await said(here)
        side.fake.broken = []
    (line,) = [line for line in lines if f"provider: {provider}" in line]
    assert code == checking.FAILED
    assert line.startswith(f"FAILED  provider: {provider}: it does not accept the key")


async def test_who_was_left_alone_gets_jobs_again_once_somebody_has_looked(tmp_path):
    async with SIDES["musicgpt"]() as side, elsewhere(tmp_path, side, works=False) as here:
        await here.app.health.failed("musicgpt", Problem(Code.PROVIDER_CREDIT))
        _, first = await said(here)
        _, second = await said(here)
    told = "        MusicGPT: got no jobs (provider_credit), and gets some again"
    assert (told in first, told in second) == (True, False)
