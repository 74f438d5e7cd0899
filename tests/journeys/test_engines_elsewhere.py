"""A provider elsewhere beside our own engine, in the built application."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from bot import operating
from services import health, machine, providing
from services.events import Accepted, Broke, Called, Finished
from services.health import ENOUGH, Health
from services.model import Address, Cost, Person, Result, State, Unit
from services.problems import Code, Fault, Problem, fault
from tests.fakes.remote import Remote
from tests.fakes.world import an_ask, world
from tests.journeys.test_job_life import copying
from tests.wav import write_wav

GIVEN = {"providers": {"consent": "given"}}
ADMIN = Person("admin", is_admin=True)


@pytest.fixture
def voice(tmp_path):
    rng = np.random.default_rng(5)
    return write_wav(tmp_path / "voice.wav", rng.normal(0, 0.05, (1, 24_000)))


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    for name in ("PAUSE", "SETTLE"):
        monkeypatch.setattr(providing, name, timedelta(milliseconds=20))
    monkeypatch.setattr(machine, "FIRST_BACKOFF", timedelta(milliseconds=20))


@pytest.fixture
def remote():
    return Remote()


def both(remote, tmp_path):
    return (remote.plugin, *copying(tmp_path))


def lines_of(here):
    """What each message says, but for the figures."""
    said = [message["lines"] for message in here.chat.messages().values()]
    return [[line for line in lines if line != "card-figures"] for lines in said]


def metric(here, name):
    text = here.app.meters.text().decode()
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


async def test_what_was_done_elsewhere_is_told(voice, tmp_path, remote):
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
    assert (job.provider, job.sent_to) == ("remote", ("Far Away",))
    assert lines_of(here) == [["card-done", "privacy-sent"]]


async def test_without_a_yes_nothing_leaves_and_one_question_is_asked(voice, tmp_path, remote):
    async with world(tmp_path, both(remote, tmp_path)) as here:
        first = await here.done(await here.ask(voice))
        second = await here.done(await here.ask(voice, event="e2"))
        asked = [lines for lines in lines_of(here) if "consent-ask" in lines]
        with pytest.raises(Fault) as refused:
            await here.app.desk.handle(an_ask(voice, "consent", "e3", answer="yes"))
        yes = an_ask(voice, "consent", "e4", person=ADMIN, answer="yes")
        await here.app.desk.handle(yes)
        third = await here.done(await here.ask(voice, event="e5"))
    assert [job.provider for job in (first, second, third)] == ["local", "local", "remote"]
    assert refused.value.problem.code is Code.NOT_ADMIN
    assert (asked, len(remote.submitted)) == ([["consent-ask"]], 1)


async def test_never_means_never(voice, tmp_path, remote):
    never = {"providers": {"consent": "never"}}
    async with world(tmp_path, both(remote, tmp_path), **never) as here:
        job = await here.done(await here.ask(voice))
        with pytest.raises(Fault) as refused:
            off = an_ask(voice, "settings", "e2", person=ADMIN, local_only="off")
            await here.app.desk.handle(off)
    assert (job.provider, remote.submitted) == ("local", [])
    assert refused.value.problem.code is Code.NOT_OFFERED


async def test_what_only_others_can_do_is_asked_for(voice, tmp_path, remote):
    async with world(tmp_path, (remote.plugin,)) as here:
        job = await here.done(await here.ask(voice))
    assert (job.outcome.code, remote.submitted) == (Code.CONSENT_NEEDED, [])


@pytest.mark.parametrize(
    "problem",
    [
        pytest.param(Code.PROVIDER_FAILED, id="refuses this file"),
        pytest.param(Code.PROVIDER_CREDIT, id="out of credit"),
        pytest.param(Code.PROVIDER_KEY, id="wrong key"),
        pytest.param(Code.PROVIDER_TOO_LONG, id="too long for it"),
    ],
)
async def test_the_next_one_delivers_and_it_costs_once(voice, tmp_path, remote, problem):
    async def refuse(order):
        raise fault(problem)

    remote.on_submit = refuse
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
        assert await here.spent() == 0.5
    assert (job.provider, job.passed) == ("local", ("Far Away",))
    assert lines_of(here) == [["card-done", "card-other-engine", "privacy-sent"]]


async def test_who_is_out_of_credit_is_not_asked_again_and_its_owner_is_told_once(
    voice, tmp_path, remote, monkeypatch
):
    told = []
    monkeypatch.setattr("services.health.log.error", lambda text, extra: told.append(extra))

    async def refuse(order):
        raise fault(Code.PROVIDER_CREDIT)

    remote.on_submit = refuse
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        for event in ("e1", "e2", "e3"):
            await here.done(await here.ask(voice, event=event))
    assert len(remote.submitted) == 1
    assert told == [{"provider": "remote", "problem": "provider_credit"}]


async def test_a_provider_that_is_down_for_a_moment_is_asked_again(voice, tmp_path, remote):
    async def stumble(order):
        if len(remote.submitted) < 4:
            raise Fault(Problem(Code.PROVIDER_DOWN), timedelta(milliseconds=1))
        return await remote.accept(order)

    remote.on_submit = stumble
    async with world(tmp_path, (remote.plugin,), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
    assert (job.provider, job.attempt, len(remote.submitted)) == ("remote", 3, 4)


async def test_a_submission_in_doubt_is_looked_up_and_not_made_twice(voice, tmp_path, remote):
    async def vanish(order):
        raise fault(Code.PROVIDER_UNSURE)

    remote.on_submit, remote.on_find = vanish, remote.accept
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
        assert metric(here, "undertone_paid_doubles_total") == 0
    assert (job.provider, len(remote.submitted), job.doubles) == ("remote", 1, 0)


async def test_what_surely_did_not_arrive_is_handed_over_again(voice, tmp_path, remote):
    async def vanish_once(order):
        if len(remote.submitted) == 1:
            raise fault(Code.PROVIDER_UNSURE)
        return await remote.accept(order)

    remote.on_submit = vanish_once
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
    assert (job.provider, len(remote.submitted), job.doubles) == ("remote", 2, 0)


async def test_a_list_that_never_has_it_is_not_believed_for_ever(voice, tmp_path, remote):
    async def vanish(order):
        raise fault(Code.PROVIDER_UNSURE)

    remote.on_submit = vanish
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
        assert metric(here, "undertone_paid_doubles_total") == 1
    assert (job.provider, len(remote.submitted), job.doubles) == ("local", 3, 1)


async def test_where_nobody_can_say_it_is_handed_over_once_more_and_counted(
    voice, tmp_path, remote
):
    async def vanish(order):
        raise fault(Code.PROVIDER_UNSURE)

    remote.on_submit = remote.on_find = vanish
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
        assert metric(here, "undertone_paid_doubles_total") == 1
    assert (job.provider, len(remote.submitted), job.doubles) == ("local", 2, 1)


async def test_a_question_that_fails_is_no_second_submission(voice, tmp_path, remote):
    asked = []

    async def fail_thrice(ref):
        asked.append(ref)
        if len(asked) < 4:
            raise fault(Code.PROVIDER_DOWN)
        return await remote.done(ref)

    remote.on_ask = fail_thrice
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
    assert (job.provider, len(remote.submitted), len(asked)) == ("remote", 1, 4)


async def test_the_estimate_is_set_aside_and_the_cost_settled_and_told(voice, tmp_path, remote):
    """AMB-05"""
    estimate, cost = (Cost(Decimal(amount), Unit.CREDITS) for amount in ("2.5", "5.0"))
    remote.on_submit = lambda order: remote.accept(order, estimate)
    remote.on_ask = lambda ref: remote.done(ref, cost)
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
        lines = await here.app.store.read(lambda tx: tx.lines(job.id))
        assert metric(here, "undertone_provider_cost_total") == 5
    own = [(line.kind, line.milliseconds) for line in lines if line.scope == "provider:remote"]
    assert own == [("reserve", 2500), ("settle", 5000)]
    assert lines_of(here) == [["card-done", "card-cost-risen", "privacy-sent"]]


async def test_who_failed_gives_back_what_was_set_aside(voice, tmp_path, remote):
    estimate = Cost(Decimal("2.5"), Unit.CREDITS)
    remote.on_submit = lambda order: remote.accept(order, estimate)

    async def fail(ref):
        return Broke(Problem(Code.PROVIDER_FAILED))

    remote.on_ask = fail
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
        lines = await here.app.store.read(lambda tx: tx.lines(job.id))
    own = [line.kind for line in lines if line.scope == "provider:remote"]
    assert (own, job.provider) == (["reserve", "release"], "local")


async def test_a_cancel_reaches_the_provider(voice, tmp_path, remote):
    async def never(ref):
        return None

    remote.on_ask = never
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job_id = await here.ask(voice)

        async def is_running():
            return (await here.job(job_id)).state is State.RUNNING

        await here.until(is_running)
        await here.app.desk.handle(an_ask(voice, "cancel", "e2", job=job_id))
        await here.done(job_id)
    assert set(remote.cancelled) == {f"ref-{job_id}"}  # at least once: a step may be done again


async def test_what_never_comes_is_given_to_the_next(voice, tmp_path, remote):
    async def late(order):
        now = remote.tools.now()
        return Accepted("ref", now, now)

    async def never(ref):
        return None

    remote.on_submit, remote.on_ask = late, never
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
    assert (job.provider, job.last.code) == ("local", Code.PROVIDER_SILENT)


async def test_a_result_without_what_was_asked_for_goes_to_the_next(voice, tmp_path, remote):
    async def empty(ref):
        return Finished(())

    remote.on_ask = empty
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
    assert (job.provider, job.passed) == ("local", ("Far Away",))


async def test_the_account_is_looked_at_for_the_operator(tmp_path, remote):
    remote.told = {"plan": "api_pro", "minutes_used": 12.5}
    async with world(tmp_path, (remote.plugin,), works=False) as here:
        await here.app.accounts.look()
        assert metric(here, "undertone_provider_account{") == 12.5
        assert metric(here, "undertone_provider_up{") == 1


async def test_a_refused_key_is_noticed_before_a_person_does(tmp_path, remote):
    async def refuse():
        raise fault(Code.PROVIDER_KEY)

    remote.account = refuse
    async with world(tmp_path, (remote.plugin,), works=False) as here:
        await here.app.accounts.look()
        assert metric(here, "undertone_provider_up{") == 0


async def test_the_operator_can_read_what_a_provider_charged(voice, tmp_path, remote):
    estimate = Cost(Decimal("2.5"), Unit.CREDITS)
    remote.on_submit = lambda order: remote.accept(order, estimate)
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
    page = operating.job_page(await operating.show_job(here.app.settings, job.id))
    assert "reserve  2.500  provider:remote" in page
    assert "settle   0.500 s  space:" in page
    assert "discord:space" not in page


async def test_nobody_waits_for_ever_for_the_one_who_is_out(voice, tmp_path, remote, monkeypatch):
    monkeypatch.setattr("services.intake.RECEIVE_WITHIN", timedelta(0))

    async def fall_over(order):
        raise fault(Code.PROVIDER_DOWN)

    remote.on_submit = fall_over
    async with world(tmp_path, (remote.plugin,), works=False, **GIVEN) as here:
        job_id = await here.ask(voice)
        await here.app.worker.step(job_id)
        await here.app.worker.step(job_id)
        assert (await here.job(job_id)).provider == "remote"
        breaker = Health(here.app.store, here.app.now)
        for _ in range(ENOUGH):
            await breaker.failed("remote", Problem(Code.PROVIDER_DOWN))
        await here.app.worker.step(job_id)
        job = await here.job(job_id)
    assert (job.outcome, remote.submitted) == (Problem(Code.PROVIDER_DOWN), [])


async def test_the_next_one_is_waited_for_though_the_first_took_all_the_time(
    voice, tmp_path, remote
):
    other = Remote("other", "Farther Away")

    async def late(order):
        now = remote.tools.now()
        return Accepted("ref", now, now)

    async def never(ref):
        return None

    remote.on_submit, remote.on_ask = late, never
    plugins = (remote.plugin, other.plugin)
    async with world(tmp_path, plugins, works=False, **GIVEN) as here:
        breaker = Health(here.app.store, here.app.now)
        for _ in range(ENOUGH):
            await breaker.failed("other", Problem(Code.PROVIDER_DOWN))
        job_id = await here.ask(voice)
        for _ in range(5):  # received, routed, submitted, asked for, not routed yet
            await here.app.worker.step(job_id)
        job = await here.job(job_id)
    assert (job.state, job.refused, job.outcome) == (State.QUEUED, ("remote",), None)


async def test_who_is_out_of_credit_stays_out_though_it_answers_questions(
    voice, tmp_path, remote, monkeypatch
):
    told = []
    monkeypatch.setattr("services.health.log.error", lambda text, extra: told.append(extra))

    async def accept_one(order):
        if len(remote.submitted) > 1:
            raise fault(Code.PROVIDER_CREDIT)
        return await remote.accept(order)

    async def never(ref):
        return None

    remote.on_submit, remote.on_ask = accept_one, never
    async with world(tmp_path, both(remote, tmp_path), works=False, **GIVEN) as here:
        first = await here.ask(voice)
        for _ in range(4):  # received, routed, submitted, asked for
            await here.app.worker.step(first)
        for event in ("e2", "e3"):
            job_id = await here.ask(voice, event=event)
            for _ in range(3):
                await here.app.worker.step(job_id)
            await here.app.journal.record(first, Called("", None))
            await here.app.worker.step(first)
    assert (first, "Rescheduled") in here.moves[-3:]
    assert (len(remote.submitted), len(told)) == (2, 1)


async def test_what_cannot_be_told_of_one_job_takes_no_provider_from_the_others(
    voice, tmp_path, remote
):
    async def vanish(order):
        raise fault(Code.PROVIDER_UNSURE)

    remote.on_submit = remote.on_find = vanish
    reached = {"http": {"public_url": "https://bot.example"}}
    async with world(tmp_path, both(remote, tmp_path), **GIVEN, **reached) as here:
        await here.ask(voice)

        async def is_looked_for():
            return len(remote.found) > ENOUGH

        await here.until(is_looked_for)
        out = await here.app.store.read(lambda tx: health.out(tx, ["remote"], here.app.now()))
    assert out == {}


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        pytest.param({"refs": ("a",)}, ({"a"}, True), id="has its name"),
        pytest.param({}, (set(), False), id="has none"),
        pytest.param({"refs": ("a",), "attempt": 1}, ({"a"}, False), id="none of this attempt"),
        pytest.param({"refs": ("a",), "doubles": 1}, ({"a"}, False), id="one of two submissions"),
        pytest.param({"refs": ("a",), "provider": "b"}, ({"a"}, True), id="is elsewhere by now"),
    ],
)
async def test_what_may_be_another_jobs_is_not_taken_for_ours(
    voice, tmp_path, remote, changes, doubt, monkeypatch
):
    monkeypatch.setattr(providing, "SETTLE", timedelta(0))

    async def vanish(order):
        raise fault(Code.PROVIDER_UNSURE)

    remote.on_submit = vanish
    async with world(tmp_path, (remote.plugin,), works=False, **GIVEN) as here:
        ours, other = await here.ask(voice), await here.ask(voice, event="e2")
        for _ in range(3):
            await here.app.worker.step(ours)
        picked = {"provider": "remote", "picked_at": here.app.now()}
        moved = replace(await here.job(other), **{**picked, **changes})
        await here.app.store.write(lambda tx: tx.save(moved, 0))
        await here.app.worker.step(ours)
    [(_, given)] = remote.found
    assert (given.claimed, given.is_alone) == doubt


@pytest.mark.parametrize("knows", [True, False], ids=["surely not there", "nobody can say"])
async def test_what_is_in_doubt_is_not_sent_again_after_a_no(voice, tmp_path, remote, knows):
    asked, answered = asyncio.Event(), asyncio.Event()

    async def vanish(order):
        raise fault(Code.PROVIDER_UNSURE)

    async def look(order):
        asked.set()
        await answered.wait()
        return None if knows else await vanish(order)

    remote.on_submit, remote.on_find = vanish, look
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job_id = await here.ask(voice)
        await asked.wait()
        no = an_ask(voice, "settings", "e2", person=ADMIN, local_only="on")
        await here.app.desk.handle(no)
        answered.set()
        job = await here.done(job_id)
    assert (len(remote.submitted), job.provider, job.doubles) == (1, "local", 0)


async def test_never_is_not_put_as_something_that_somebody_here_could_allow(
    voice, tmp_path, remote
):
    never = {"providers": {"consent": "never"}}
    async with world(tmp_path, (remote.plugin,), works=False, **never) as here:
        with pytest.raises(Fault) as refused:
            await here.ask(voice)
        [privacy] = await here.app.desk.handle(an_ask(voice, "privacy", "e2"))
    assert refused.value.problem.code is Code.NOT_OFFERED
    assert privacy.lines[0].key == "privacy-here"


async def test_what_we_stumble_over_after_it_was_taken_is_looked_up(
    voice, tmp_path, remote, monkeypatch
):
    monkeypatch.setattr("services.worker.PARKED", timedelta(milliseconds=20))

    async def stumble(order):
        raise KeyError("in what was answered")

    remote.on_submit, remote.on_find = stumble, remote.accept
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
    assert (job.provider, len(remote.submitted)) == ("remote", 1)


async def test_what_was_charged_for_a_result_that_is_no_good_is_counted(voice, tmp_path, remote):
    estimate, cost = (Cost(Decimal(amount), Unit.CREDITS) for amount in ("2.5", "5.0"))
    remote.on_submit = lambda order: remote.accept(order, estimate)

    async def empty(ref):
        return Finished((), cost=cost)

    remote.on_ask = empty
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        job = await here.done(await here.ask(voice))
        lines = await here.app.store.read(lambda tx: tx.lines(job.id))
        assert await here.spent() == 0.5
        assert metric(here, "undertone_provider_cost_total") == 5 * len(remote.submitted)
    own = [(line.kind, line.milliseconds) for line in lines if line.scope == "provider:remote"]
    assert (own, job.provider) == ([("reserve", 2500), ("settle", 5000)], "local")


async def test_a_callback_during_a_question_is_a_reason_for_the_next(
    voice, tmp_path, remote, monkeypatch
):
    monkeypatch.setattr(providing, "PAUSE", timedelta(seconds=30))
    asked = []

    async with world(tmp_path, both(remote, tmp_path), works=False, **GIVEN) as here:

        async def called_meanwhile(ref):
            asked.append(ref)
            if len(asked) == 1:
                await here.app.journal.record(job_id, Called("", None))
                return None
            return await remote.done(ref)

        remote.on_ask = called_meanwhile
        job_id = await here.ask(voice)
        for _ in range(5):  # received, routed, submitted, asked for, and once more
            await here.app.worker.step(job_id)
        job = await here.job(job_id)
    assert (len(asked), job.state) == (2, State.COLLECTING)


async def test_who_saw_a_recording_stays_known_when_it_is_done_again(voice, tmp_path, remote):
    async with world(tmp_path, both(remote, tmp_path), **GIVEN) as here:
        first = await here.done(await here.ask(voice))
        again = an_ask(voice, "again", "e2", job=first.id, strength="strong")
        remote.offers = lambda recipe: recipe.strength == "normal"
        (card,) = await here.app.desk.handle(again)
        second = await here.done(card.job)
    assert (second.provider, second.sent_to) == ("local", ())
    assert second.source.sent_to == ("Far Away",)
    assert "privacy-sent" in lines_of(here)[-1]


async def test_a_no_of_the_place_where_it_was_sent_first_goes_along(voice, tmp_path, remote):
    async with world(tmp_path, both(remote, tmp_path)) as here:
        no = an_ask(voice, "consent", "e1", person=ADMIN, answer="no")
        await here.app.desk.handle(no)
        first = await here.done(await here.ask(voice, event="e2"))
        private = Address("discord", "person-person", "private")
        yes = replace(an_ask(voice, "consent", "e3", answer="yes"), address=private)
        await here.app.desk.handle(yes)
        again = replace(an_ask(voice, "again", "e4", job=first.id), address=private)
        (card,) = await here.app.desk.handle(again)
        second = await here.done(card.job)
    assert (second.provider, remote.submitted) == ("local", [])


async def test_a_callback_names_what_nobody_could_look_up(voice, tmp_path, remote):
    """F2, F25, DECISIONS 9: valid but early, so its ids are adopted."""

    async def vanish(order):
        raise fault(Code.PROVIDER_UNSURE)

    remote.on_submit = remote.on_find = vanish
    public = {"public_url": "https://sound.example"}
    async with world(tmp_path, both(remote, tmp_path), http=public, **GIVEN) as here:
        job_id = await here.ask(voice)

        async def is_looked_for():
            return bool(remote.found)

        await here.until(is_looked_for)
        said = Finished((Result("clean", url="https://far.example/a.wav"),))
        await here.app.journal.record(job_id, Called("ref-1", said))
        job = await here.done(job_id)
    assert (job.provider, job.refs, len(remote.submitted)) == ("remote", ("ref-1",), 1)
    assert job.doubles == 0
