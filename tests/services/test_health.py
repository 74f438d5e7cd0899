"""When a provider is left alone, and when its owner is told."""

from datetime import timedelta

import pytest

from services.health import (
    ENOUGH,
    FIRST_OUT,
    LONGEST_OUT,
    OWNER_OUT,
    SOUND,
    State,
    after_failure,
)
from services.problems import Code, Problem
from tests.fakes.jobs import START

DOWN = Problem(Code.PROVIDER_DOWN)


def through(*problems, state=SOUND, retry_after=None):
    for problem in problems:
        state = after_failure(state, problem, retry_after, START)
    return state


def test_a_few_failures_in_a_row_are_borne():
    assert through(*[DOWN] * (ENOUGH - 1)).until is None


def test_too_many_in_a_row_leave_it_alone_for_longer_and_longer():
    pauses = [through(*[DOWN] * n).until - START for n in range(ENOUGH, ENOUGH + 10)]
    assert pauses[:3] == [FIRST_OUT, FIRST_OUT * 2, FIRST_OUT * 4]
    assert pauses[-1] == LONGEST_OUT


@pytest.mark.parametrize(
    "code", [Code.PROVIDER_KEY, Code.PROVIDER_CREDIT, Code.PROVIDER_PLAN], ids=str
)
def test_what_only_its_owner_mends_takes_it_out_at_once(code):
    assert through(Problem(code)) == State(0, START + OWNER_OUT, code, code)


@pytest.mark.parametrize(
    "code", [Code.PROVIDER_FAILED, Code.RESULT_GONE, Code.PROVIDER_TOO_LARGE], ids=str
)
def test_a_file_that_it_cannot_do_says_nothing_of_other_files(code):
    assert through(Problem(code)) == SOUND


def test_a_short_wait_is_only_waited_for_and_a_long_one_leaves_it_alone():
    busy = Problem(Code.PROVIDER_BUSY)
    assert through(busy, retry_after=timedelta(seconds=20)) == SOUND
    assert through(busy, retry_after=timedelta(days=3650)).until == START + LONGEST_OUT
