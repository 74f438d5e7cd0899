"""What the operator gives to whom, in the built application."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from bot import checking
from services import quotas
from services.model import Address
from services.problems import Code, Fault
from tests.fakes.remote import Remote
from tests.fakes.world import HERE, an_ask, world
from tests.journeys.test_job_life import copying
from tests.wav import write_wav

TIERS = """
usual = "free"
[tiers.free]
features = ["denoise", "stems"]
[tiers.plus]
priority = 5
[tiers.small]
space = { month = 0.005 }
file_mb = 1
length = 1
[sold]
"discord:gold" = "plus"
"""


@pytest.fixture
def voice(tmp_path):
    rng = np.random.default_rng(5)
    return write_wav(tmp_path / "voice.wav", rng.normal(0, 0.05, (1, 24_000)))


@pytest.fixture
def tiers(tmp_path):
    path = tmp_path / "tiers.toml"
    path.write_text(TIERS)
    return {"tiers_file": path}


async def refused(here, ask):
    """Why nothing comes of it."""
    with pytest.raises(Fault) as caught:
        await here.app.desk.handle(ask)
    return caught.value.problem


async def assign(here, name, space="space"):
    def change(tx):
        tx.put_space("discord", space, {**tx.space("discord", space), "plan": name})

    await here.app.store.write(change)


@pytest.mark.parametrize(
    ("command", "options", "missing"),
    [
        pytest.param("enhance", {}, "enhance", id="operation"),
        pytest.param("stems", {"cleanup": "dereverb"}, "dereverb", id="step before the stems"),
    ],
)
async def test_what_is_not_in_the_tier_is_refused(
    voice, tmp_path, tiers, command, options, missing
):
    async with world(tmp_path, quota=tiers, works=False) as here:
        problem = await refused(here, an_ask(voice, command, **options))
    assert (problem.code, problem.args["operation"]) == (Code.NOT_IN_PLAN, missing)


async def test_what_is_in_the_tier_is_done(voice, tmp_path, tiers):
    async with world(tmp_path, copying(tmp_path), quota=tiers) as here:
        job = await here.done(await here.ask(voice))
    assert [track.part for track in job.outcome] == ["clean"]


async def test_what_was_bought_holds_until_its_end(voice, tmp_path, tiers):
    async with world(tmp_path, copying(tmp_path), quota=tiers, works=False) as here:
        desk, now = here.app.desk, here.app.now()
        await desk.entitled("discord", "space", "gold", now - timedelta(seconds=1))
        over = await refused(here, an_ask(voice, "enhance"))
        await desk.entitled("discord", "space", "gold", now + timedelta(days=1))
        await desk.handle(an_ask(voice, "enhance", "e2"))
        await desk.disentitled("discord", "space", "gold")
        back = await refused(here, an_ask(voice, "enhance", "e3"))
    assert (over.code, back.code) == (Code.NOT_IN_PLAN, Code.NOT_IN_PLAN)


async def test_what_somebody_else_bought_changes_nothing_here(voice, tmp_path, tiers):
    async with world(tmp_path, copying(tmp_path), quota=tiers, works=False) as here:
        await here.app.desk.entitled("discord", "another", "gold")
        assert (await refused(here, an_ask(voice, "enhance"))).code is Code.NOT_IN_PLAN


async def test_a_tier_without_other_machines_keeps_sound_here_unasked(voice, tmp_path, tiers):
    remote, given = Remote(), {"consent": "given"}
    plugins = (remote.plugin, *copying(tmp_path))
    async with world(tmp_path, plugins, quota=tiers, providers=given) as here:
        job = await here.done(await here.ask(voice))
        await assign(here, "plus")
        with_it = await here.done(await here.ask(voice, event="e2"))
    assert (job.provider, with_it.provider) == ("local", "remote")


async def test_nobody_is_asked_for_what_the_tier_does_not_have(voice, tmp_path, tiers):
    plugins = (Remote().plugin, *copying(tmp_path))
    async with world(tmp_path, plugins, quota=tiers) as here:
        job = await here.done(await here.ask(voice))
        said = [message["lines"] for message in here.chat.messages().values()]
    assert job.provider == "local"
    assert not any("consent-ask" in lines for lines in said)


async def test_what_only_other_machines_can_do_is_not_in_the_tier(voice, tmp_path, tiers):
    remote = Remote()
    async with world(tmp_path, (remote.plugin,), quota=tiers) as here:
        job = await here.done(await here.ask(voice))
    assert (job.outcome.code, remote.submitted) == (Code.NOT_IN_PLAN, [])


async def test_a_tier_goes_further_ahead(voice, tmp_path, tiers):
    many = {**tiers, "max_active_jobs_per_user": "unlimited"}
    async with world(tmp_path, copying(tmp_path), quota=many, works=False) as here:
        await assign(here, "plus", "another")
        there = Address("discord", "another", "chat")
        for number in range(7):
            await here.app.desk.handle(an_ask(voice, event=f"a{number}"))
            ask = an_ask(voice, event=f"b{number}", person="another")
            await here.app.desk.handle(replace(ask, address=there))
        found = await here.app.store.read(lambda tx: tx.open_jobs(99))
        line = await here.app.store.read(
            lambda tx: [(job.address.space, here.app.journal.priority(tx, job)) for job in found]
        )
    # The seventh of a place that is five ahead stands where the second of another does.
    assert max(number for space, number in line if space == "space") == 106 * 5 + 4
    assert max(number for space, number in line if space == "another") == 101 * 5 + 4


@pytest.mark.parametrize("allowed", ["discord:space", "space", "discord"])
async def test_a_space_on_the_list_is_let_in(voice, tmp_path, allowed):
    listed = {"allowed_spaces": [allowed]}
    async with world(tmp_path, copying(tmp_path), quota=listed) as here:
        job = await here.done(await here.ask(voice))
    assert [track.part for track in job.outcome] == ["clean"]


async def test_a_space_that_is_not_on_the_list_gets_nothing_done(voice, tmp_path):
    listed = {"allowed_spaces": ["discord:another", "telegram"]}
    async with world(tmp_path, quota=listed, works=False) as here:
        problem = await refused(here, an_ask(voice))
        left = await here.app.store.read(lambda tx: tx.jobs(limit=9))
    assert (problem.code, left) == (Code.NOT_ADMITTED, [])


def an_admins(voice, event="e9", **options):
    ask = an_ask(voice, "quota", event, **options)
    return replace(ask, person=replace(ask.person, is_admin=True), sources=())


async def test_admins_go_below_their_tier_and_not_above(voice, tmp_path, tiers):
    async with world(tmp_path, quota=tiers, works=False) as here:
        await assign(here, "small")
        above = {"do": "set", "month": "50", "file_mb": "unlimited", "length": "90"}
        (card,) = await here.app.desk.handle(an_admins(voice, **above))
        capped = await allowance(here)
        below = {"do": "set", "month": "0.001", "file_mb": "0.5", "length": "0.5"}
        (lower,) = await here.app.desk.handle(an_admins(voice, "e10", **below))
        lowered = await allowance(here)
    assert (capped.space["month"], capped.file_bytes, capped.file_seconds) == (0.005, 1e6, 60)
    assert (lowered.space["month"], lowered.file_bytes, lowered.file_seconds) == (0.001, 5e5, 30)
    assert [is_capped(one) for one in (card, lower)] == [True, False]


def is_capped(card):
    return any(line.key == "quota-capped" for line in card.lines)


async def allowance(here):
    person = an_ask("a.wav").person
    return await here.app.store.read(lambda tx: here.app.journal.allowed(tx, HERE, person))


async def test_without_a_tier_admins_set_what_they_like(voice, tmp_path):
    async with world(tmp_path, works=False) as here:
        options = {"do": "set", "month": "5000", "file_mb": "unlimited"}
        (card,) = await here.app.desk.handle(an_admins(voice, **options))
        found = await allowance(here)
    assert (found.space["month"], found.file_bytes) == (5000, float("inf"))
    assert not is_capped(card)


async def test_admins_cannot_give_their_place_more_than_its_tier(voice, tmp_path, tiers):
    async with world(tmp_path, quota=tiers, works=False) as here:
        await assign(here, "small")
        gift = {"do": "gift", "minutes": "100"}
        problem = await refused(here, an_admins(voice, **gift))
        await here.app.desk.handle(an_admins(voice, "e10", **gift, user="somebody"))
    assert problem.code is Code.NOT_IN_PLAN


async def test_who_is_exempt_from_a_places_limits_is_not_from_its_tier(voice, tmp_path, tiers):
    async with world(tmp_path, copying(tmp_path), quota=tiers) as here:
        await assign(here, "small")
        await here.app.desk.handle(
            an_admins(voice, do="user", user="person", exempt="yes", day="0")
        )
        job = await here.done(await here.ask(voice))
    assert (job.outcome.code, job.outcome.args["whose"]) == (Code.QUOTA_SPENT, "space")


async def test_who_is_exempt_is_not_from_the_installations_ceiling(voice, tmp_path):
    ceiling = {"installation_minutes_per_month": 0.001}
    async with world(tmp_path, copying(tmp_path), quota=ceiling) as here:
        await here.app.desk.handle(an_admins(voice, do="user", user="person", exempt="yes"))
        job = await here.done(await here.ask(voice))
    assert (job.outcome.code, job.outcome.args["whose"]) == (Code.QUOTA_SPENT, "installation")


async def test_visitors_share_one_pot_wherever_they_ask(voice, tmp_path):
    """Each recording is half a second; the pot holds one and a half of them."""
    pot = {"guest_minutes_per_day": 0.75 / 60}
    async with world(tmp_path, copying(tmp_path), quota=pot) as here:
        first = await here.done(await visit(here, voice, "one"))
        second = await here.done(await visit(here, voice, "two"))
        member = await here.done(await here.ask(voice, event="member"))
        visitors = await here.spent(quotas.VISITORS)
    assert (second.outcome.code, second.outcome.args["whose"]) == (Code.QUOTA_SPENT, "visitors")
    assert [len(job.outcome) for job in (first, member)] == [1, 1]
    assert visitors == 0.5


async def visit(here, voice, space):
    """Ask from where the bot is not a member."""
    where = Address("discord", space, "chat", is_guest=True)
    ask = replace(an_ask(voice, event=space, person=space), address=where)
    (card,) = await here.app.desk.handle(ask)
    await here.app.desk.shown(card.job, await here.chat.post(None, card, card.job))
    return card.job


async def test_check_counts_tiers_and_names_those_that_are_gone(tmp_path, tiers):
    async with world(tmp_path, quota=tiers, works=False) as here:
        await assign(here, "plus")
        await assign(here, "golden", "another")
        lines = []
        await checking.check(here.app.settings, lines.append)
    assert "ok      tiers: 3; assigned to spaces: 1" in lines
    gone = "discord:another was given the tier golden, which is not there any more"
    assert f"note    {gone}" in lines


async def test_a_space_whose_tier_is_gone_has_the_usual_one(voice, tmp_path, tiers):
    async with world(tmp_path, quota=tiers, works=False) as here:
        await assign(here, "golden")
        assert (await refused(here, an_ask(voice, "enhance"))).code is Code.NOT_IN_PLAN
