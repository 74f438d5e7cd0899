"""Every odd and hostile file through the same confined children that people's files go through."""

import contextlib
import io
import socket
import wave

import pytest

from services.audio.inspecting import measure
from services.problems import Code, Fault, Problem, Whose
from tests.hostile import watching
from tests.hostile.corpus import Good
from tests.hostile.everything import every_case, is_opened, run_all
from tests.hostile.lures import lures

pytestmark = pytest.mark.timeout(600)  # the first test waits for the whole run

CASES = every_case()
EACH = pytest.mark.parametrize("case", [pytest.param(each, id=each.name) for each in CASES])
OPENED = [pytest.param(each, id=each.name) for each in CASES if is_opened(each)]
TAKEN = [pytest.param(each, id=each.name) for each in CASES if isinstance(each.verdict, Good)]

PARENT_BYTES = 150_000_000
CHILD_BYTES = 1_000_000_000
CPU_SECONDS = 30.0


@contextlib.contextmanager
def baited(folder):
    """Where lures lead to, how often the canary was opened and whether anybody called."""
    canary = folder / "canary.wav"
    with wave.open(str(canary), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(160_000))
    with watching.listener() as (port, was_called), watching.openings(canary) as count:
        address = f"http://127.0.0.1:{port}/canary.wav"
        yield {"path": str(canary), "address": address}, count, was_called


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What became of all, how often the canary was opened and whether anybody called."""
    folder = tmp_path_factory.mktemp("hostile")
    with baited(folder) as (targets, count, was_called):
        run = run_all(folder, **targets)
        return run, count(), was_called()


@pytest.fixture(scope="module")
def run(seen):
    return seen[0]


def agrees(said, verdict):
    if isinstance(verdict, Code) or isinstance(said, Problem):
        return isinstance(said, Problem) and said.code is verdict
    form = (said["channels"], said["sample_rate"])
    is_as_long = abs(said["seconds"] - verdict.seconds) <= verdict.within
    return form == (verdict.channels, verdict.sample_rate) and is_as_long


def test_the_corpus_is_as_large_as_it_is_said_to_be():
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(CASES) >= 400


@EACH
def test_every_file_gets_its_verdict(run, case):
    said = run.inspected[case.name].said
    assert any(agrees(said, verdict) for verdict in case.verdicts), said


@pytest.mark.parametrize("case", OPENED)
def test_cleaning_ends_in_sound_or_in_a_sentence_for_the_person(run, case):
    said = run.cleaned[case.name].said
    assert not isinstance(said, Problem) or said.code.whose is Whose.PERSON, said


@pytest.mark.parametrize("case", TAKEN)
def test_what_is_taken_comes_back_as_long_as_it_is(run, case):
    found, made = run.inspected[case.name].said, run.cleaned[case.name].said
    assert not isinstance(made, Problem), made
    assert made["parts"]["clean"]["seconds"] == pytest.approx(found["seconds"], abs=0.01)


@pytest.mark.parametrize("sweep", ["inspected", "cleaned"])
def test_no_file_costs_a_child_more_than_is_promised(run, sweep):
    outcomes = getattr(run, sweep)
    longest = max(outcomes, key=lambda name: outcomes[name].use.cpu)
    largest = max(outcomes, key=lambda name: outcomes[name].use.peak)
    assert outcomes[longest].use.cpu < CPU_SECONDS, longest
    assert outcomes[largest].use.peak < CHILD_BYTES, largest


def test_the_parent_hardly_grows(run):
    assert run.growth < PARENT_BYTES


def test_nothing_is_left_behind(run):
    assert run.left == []


def test_nobody_opened_the_canary(seen):
    assert seen[1] == 0


def test_nobody_called(seen):
    assert not seen[2]


def test_what_libav_is_told_is_enough_even_without_a_sandbox(tmp_path):
    with baited(tmp_path) as (targets, count, was_called):
        for case in lures(**targets):
            with contextlib.suppress(Fault):
                measure(io.BytesIO(case.make()), 60.0, lambda: None)
        assert count() == 0
        assert not was_called()


def test_the_witnesses_can_see(tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("secret")
    with watching.openings(canary) as count:
        assert count() == 0
        canary.read_text()
        assert count() > 0
    with watching.listener() as (port, was_called):
        assert not was_called()
        socket.create_connection(("127.0.0.1", port)).close()
        assert was_called()
