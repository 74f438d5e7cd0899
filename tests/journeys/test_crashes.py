"""Kill -9 at each arrow of the job's life, and at random moments: nothing lost, nothing doubled."""

import pytest

from services.machine import MAX_SENDS
from tests.journeys import crashes

pytestmark = pytest.mark.timeout(600)  # the program starts again and again

ARROWS = [
    "after Asked",
    "after Received",
    "after Routed",
    "after Picked",
    "before submit",
    "after submit",
    "after Finished",
    "after Collected",
    "after Announced",
    "before edit",
    "after edit",
    "after Posted",
    "after Delivered",
]
SENDING = ["before post", "after post", "after Sending", "after Posted", "after Delivered"]
KILLS, JOBS = 15, 45  # a hundred and three hundred in `python -m tests.bench crashes`
MILLISECONDS = int(crashes.SECONDS * 1000)


def told_once(folder, jobs):
    found = crashes.truth(folder)
    assert found.states == {("done", "list"): jobs}
    assert len(found.answers) == jobs
    assert set(found.answers.values()) == {1}, "one answer in the chat"
    (space,) = [scope for scope in found.milliseconds if scope.startswith("space:")]
    assert found.milliseconds[space] == jobs * MILLISECONDS
    assert found.milliseconds["installation"] == jobs * MILLISECONDS
    assert found.kinds["release"] == 0
    assert found.kinds["reserve"] == found.kinds["settle"]
    return found


@pytest.mark.parametrize("arrow", ARROWS)
def test_killed_at_an_arrow_the_job_still_ends_once(arrow, tmp_path):
    crashes.prepare(tmp_path)
    assert crashes.to_the_end(tmp_path, "--trap", arrow).code == crashes.KILLED
    assert crashes.to_the_end(tmp_path).code == 0
    told_once(tmp_path, 1)


@pytest.mark.parametrize("arrow", SENDING)
def test_killed_while_sending_the_answer_comes_at_most_twice_and_counts_once(arrow, tmp_path):
    crashes.prepare(tmp_path)
    assert crashes.to_the_end(tmp_path, "--silent", "--trap", arrow).code == crashes.KILLED
    assert crashes.to_the_end(tmp_path, "--silent").code == 0
    found = told_once(tmp_path, 1)
    assert max(found.sends.values()) <= MAX_SENDS


def test_killed_while_the_engine_works_the_job_still_ends_once(tmp_path):
    crashes.prepare(tmp_path)
    assert crashes.to_the_end(tmp_path, "--real", "--trap", "after Picked").code == crashes.KILLED
    assert crashes.to_the_end(tmp_path, "--real").code == 0
    told_once(tmp_path, 1)


def test_kills_at_random_moments_lose_and_double_nothing(tmp_path):
    crashes.prepare(tmp_path)
    runs, hits = crashes.kill_often(tmp_path, JOBS, KILLS, seed=11)
    assert runs[-1].code == 0
    assert hits >= 0.8 * KILLS, "most kills must hit a program at work"
    told_once(tmp_path, JOBS)
