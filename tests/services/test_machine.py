"""The job's life: any order of events keeps the invariants, every state can reach the end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services import machine
from services.events import (
    Accepted,
    Announced,
    Broke,
    Called,
    Collected,
    Delivered,
    Doubled,
    Finished,
    Fitted,
    GaveUp,
    Moved,
    NotSent,
    Nudged,
    Picked,
    Posted,
    Purged,
    Received,
    Rescheduled,
    Routed,
    Sending,
    Undeliverable,
)
from services.machine import GONE_TRIES, MAX_SENDS, MAX_TRIES, PROVIDER_TRIES, advance
from services.model import Kind, Receipt, Result, State, Track
from services.problems import Code, Problem
from tests.fakes.jobs import CLIP, START, a_job

TRACK = Track("clean", "job/clean.wav", "a.clean.wav", "wav", "audio/wav", 10, 1.0)
LATER = START + timedelta(minutes=1)

FINISHED = Finished((Result("clean", url="https://host/a.wav"),))

codes = st.sampled_from(list(Code))
problems = st.builds(Problem, codes)
times = st.integers(0, 10_000).map(lambda s: START + timedelta(seconds=s))
events = st.one_of(
    st.just(Received(CLIP)),
    st.builds(Routed, st.sampled_from(["local", "remote"]), st.sampled_from(Kind)),
    st.builds(Picked, times, st.booleans()),
    st.builds(Accepted, st.just("ref"), times, times),
    st.just(Finished((Result("clean", "job/clean.wav"),))),
    st.builds(Called, st.sampled_from(["ref", "other"]), st.none() | st.just(FINISHED)),
    st.just(Doubled()),
    st.just(Collected((TRACK,))),
    st.builds(Announced, st.sampled_from([Receipt("a"), Receipt("b")])),
    st.builds(Moved, st.sampled_from([Receipt("a"), Receipt("b")]), st.just({"token": "t"})),
    st.builds(Fitted, st.sampled_from([(TRACK,), (TRACK, TRACK)]), st.booleans()),
    st.builds(Sending, st.integers(0, 2)),
    st.builds(NotSent, st.integers(0, 2), st.integers(0, 3)),
    st.builds(Posted, st.integers(0, 2), st.just(Receipt("m"))),
    st.just(Delivered()),
    st.builds(Undeliverable, problems),
    st.builds(Broke, problems, st.none() | st.just(timedelta(seconds=9))),
    st.builds(GaveUp, problems),
    st.builds(Rescheduled, times, st.booleans()),
    st.just(Nudged()),
    st.just(Purged()),
)
ORDER = list(State)


def through(job, *happened):
    for event in happened:
        job = advance(job, event, LATER)
    return job


@given(st.lists(events, max_size=40))
@settings(max_examples=400)
def test_any_order_of_events_keeps_the_invariants(happened):
    job = a_job()
    for event in happened:
        before, job = job, advance(job, event, LATER)
        assert (job.outcome is not None) == (job.state in (State.DELIVERING, State.DONE))
        assert (job.done_at is not None) == (job.state is State.DONE)
        assert before.outcome is None or job.outcome is before.outcome, "set exactly once"
        assert job.attempt >= before.attempt
        assert job.tries <= PROVIDER_TRIES
        assert before.state is not State.DONE or job.state is State.DONE
        assert all(known.sends <= MAX_SENDS for known in job.postings)
        assert job.state not in (State.QUEUED, State.SUBMITTING, State.RUNNING) or job.clip
        assert job.provider is None or job.provider not in job.refused


@given(st.lists(events, max_size=30), events)
def test_a_repeat_changes_nothing(happened, event):
    once = advance(through(a_job(), *happened), event, LATER)
    twice = advance(once, event, LATER)
    # Failures are the exception: each is a fact of its own, and the attempt tells them apart.
    repeats = isinstance(event, Broke | Sending | Doubled)
    assert twice is once or repeats


@given(st.lists(events, max_size=30))
def test_every_state_can_reach_the_end(happened):
    job = through(a_job(), *happened)
    ended = through(job, GaveUp(Problem(Code.CANCELLED)), Delivered())
    assert ended.state is State.DONE


def test_the_straight_way_ends_with_tracks():
    job = through(
        a_job(),
        Received(CLIP),
        Routed("local", Kind.SOUND),
        Picked(LATER),
        Finished((Result("clean", "key"),)),
        Collected((TRACK,)),
        Sending(0),
        Posted(0, Receipt("m")),
        Delivered(),
    )
    assert (job.state, job.outcome) == (State.DONE, (TRACK,))


def test_a_callback_before_the_answer_to_our_own_post_counts():
    job = through(a_job(), Received(CLIP), Routed("remote", Kind.WIRE), Picked(LATER))
    done = through(job, Finished((Result("clean", url="https://x"),)))
    late = advance(done, Accepted("ref", LATER, LATER), LATER)
    assert done.state is State.COLLECTING
    assert late is done


@pytest.mark.parametrize(
    ("code", "state", "refused"),
    [
        pytest.param(Code.PROVIDER_BUSY, State.QUEUED, (), id="same provider again"),
        pytest.param(Code.PROVIDER_CREDIT, State.QUEUED, ("remote",), id="another provider"),
        pytest.param(Code.UNREADABLE_AUDIO, State.DELIVERING, (), id="nobody can help"),
    ],
)
def test_a_failure_follows_the_table(code, state, refused):
    job = through(a_job(), Received(CLIP), Routed("remote", Kind.WIRE), Picked(LATER))
    broken = advance(job, Broke(Problem(code)), LATER)
    assert (broken.state, broken.refused, broken.attempt) == (
        state,
        refused,
        0 if state is State.DELIVERING else 1,
    )


def test_work_whose_result_was_gone_is_done_once_more():
    job = through(a_job(), Received(CLIP))
    for _ in range(GONE_TRIES):
        job = through(job, Routed("remote", Kind.WIRE), Picked(LATER))
        job = advance(job, Broke(Problem(Code.RESULT_GONE)), LATER)
    assert job.refused == ("remote",)


def test_a_provider_is_given_up_after_its_tries():
    job = through(a_job(), Received(CLIP))
    for _ in range(PROVIDER_TRIES):
        job = through(job, Routed("remote", Kind.WIRE), Picked(LATER))
        job = advance(job, Broke(Problem(Code.PROVIDER_DOWN)), LATER)
    assert (job.refused, job.provider, job.last) == (
        ("remote",),
        None,
        Problem(Code.PROVIDER_DOWN),
    )


def test_a_file_that_kills_its_worker_is_not_tried_for_ever():
    job = a_job()
    for _ in range(MAX_TRIES):
        job = advance(job, Broke(Problem(Code.WORKER_DIED)), LATER)
    assert (job.state, job.outcome) == (State.DELIVERING, Problem(Code.WORKER_DIED))


def test_a_message_is_sent_twice_and_never_a_third_time():
    job = through(a_job(), GaveUp(Problem(Code.CANCELLED)))
    for _ in range(5):
        job = advance(job, Sending(0), LATER)
    assert machine.posting(job, 0).sends == MAX_SENDS


def test_the_living_message_is_called_what_the_edit_said():
    job = through(a_job(), Announced("m"), GaveUp(Problem(Code.CANCELLED)))
    assert through(job, Posted(0, "m+file", living="m")).card == "m+file"
    assert through(job, Posted(0, "n")).card == "m"


def test_what_the_platform_refused_does_not_count_as_sent():
    job = through(a_job(), GaveUp(Problem(Code.CANCELLED)))
    for _ in range(5):
        job = through(job, Sending(0), NotSent(0, 1), NotSent(0, 1))
    assert machine.posting(job, 0).sends == 0


def test_a_nudge_wakes_only_what_waits_to_be_told():
    pause = Rescheduled(LATER + timedelta(seconds=30), telling=True)
    ended = through(a_job(), GaveUp(Problem(Code.CANCELLED)), pause)
    queued = through(a_job(), Received(CLIP), pause)
    assert advance(ended, Nudged(), LATER).due_at == LATER
    assert advance(queued, Nudged(), LATER) is queued


def test_the_pause_grows_and_is_bounded():
    pauses = [machine.backoff(tries) for tries in range(1, 20)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == machine.LONGEST_BACKOFF


HEARD = Called("ref", FINISHED)
MUCH_LATER = LATER + timedelta(hours=1)


def running():
    picked = through(a_job(), Received(CLIP), Routed("remote", Kind.WIRE), Picked(MUCH_LATER))
    return through(picked, Accepted("ref", MUCH_LATER, MUCH_LATER))


def test_a_callback_makes_a_running_job_be_asked_at_once():
    job = advance(running(), HEARD, LATER)
    assert (job.state, job.due_at, job.heard.results) == (
        State.RUNNING,
        LATER,
        HEARD.report.results,
    )


def test_a_second_callback_changes_nothing():
    job = advance(running(), HEARD, LATER)
    assert advance(job, HEARD, LATER) is job
    assert advance(job, Called("ref"), LATER) is job


def test_a_poke_makes_a_job_be_asked_once():
    job = advance(running(), Called("ref"), LATER)
    assert job.due_at == LATER
    assert advance(job, Called("ref"), MUCH_LATER) is job


def test_a_callback_with_another_name_is_not_believed():
    job = running()
    assert advance(job, Called("other", HEARD.report), LATER) is job


def test_a_callback_before_the_answer_is_kept_until_the_answer():
    submitting = replace(running(), state=State.SUBMITTING, ref="")
    early = advance(submitting, HEARD, LATER)
    accepted = advance(early, Accepted("ref", MUCH_LATER, MUCH_LATER), LATER)
    assert (accepted.due_at, accepted.heard) == (LATER, early.heard)
    stranger = advance(early, Accepted("another", MUCH_LATER, MUCH_LATER), LATER)
    assert (stranger.due_at, stranger.heard) == (MUCH_LATER, None)


def test_a_late_word_of_the_work_does_not_hold_up_the_telling():
    cancelled = advance(running(), GaveUp(Problem(Code.CANCELLED)), LATER)
    assert advance(cancelled, Rescheduled(MUCH_LATER), LATER) is cancelled


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/c", False),
        ("a/", "a/b", True),
        ("a/b", "a/", True),
        ("a/", "b/c", False),
    ],
)
def test_a_name_may_be_known_by_its_beginning_only(one, other, is_same):
    assert machine.is_same(one, other) is is_same
