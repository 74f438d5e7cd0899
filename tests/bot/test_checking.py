"""What `undertone check` says of providers elsewhere, and of tiers."""

import pytest

from bot import checking, wiring
from bot.settings import load_settings
from services import spaces
from services.plans import PLAN
from services.problems import Code, Problem
from tests.journeys.provider_room import SIDES, elsewhere
from tests.wav import tone


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


async def tiers(folder, given=None, **quota):
    """What is said of tiers where these spaces were given some."""
    lines = []
    made = load_settings((), (), env_file=None, secrets=None, data_dir=folder, quota=quota)
    async with wiring.build(made, platforms=(), providers=(), warm=False) as app:
        for space, tier in (given or {}).items():
            await app.store.write(
                lambda tx, space=space, tier=tier: spaces.change(tx, "api", space, PLAN, tier)
            )
        await checking._tiers(app, lines.append)
    return lines


async def test_plans_of_keys_are_not_worth_a_line_where_there_is_no_key(tmp_path):
    assert await tiers(tmp_path) == []


async def test_tiers_are_counted_once_somebody_has_one(tmp_path):
    assert await tiers(tmp_path, {"a": "api_pro", "b": "gone"}) == [
        "ok      tiers: 0; assigned to spaces: 1",
        "note    api:b was given the tier gone, which is not there any more",
    ]


async def test_tiers_of_the_file_are_counted_without_the_plans_of_keys(tmp_path):
    (tmp_path / "tiers.toml").write_text("[tiers.free]")
    said = await tiers(tmp_path, tiers_file=tmp_path / "tiers.toml")
    assert said == ["ok      tiers: 1; assigned to spaces: 0"]
