"""What an album's jobs wait for, which message takes what, and where each job ends: pure."""

from dataclasses import replace

import pytest

from services import albums
from services.albums import PART
from services.events import Delivered, Undeliverable
from services.limits import Limits
from services.machine import COMMON
from services.model import Posting, Receipt, State, Track, Way
from services.problems import Code, Problem
from tests.fakes.jobs import CLIP, START, a_job

GONE = Problem(Code.CHAT_GONE)
BROKEN = Problem(Code.UNREADABLE_AUDIO)


def track(size=10, **changes):
    whole = Track("clean", "k", "a.clean.mp3", "mp3", "audio/mpeg", size, 1.0)
    return replace(whole, **changes)


def album(*outcomes, **about):
    """Jobs of one album; None: under way, a number: a result of so many bytes, or a problem."""
    ids = tuple(a_job(n).id for n in range(len(outcomes)))
    return [_one(n, outcome, ids) for n, outcome in enumerate(outcomes)]


def _one(n, outcome, ids):
    job = a_job(n, album=ids, dedupe=f"web:album:{n}")
    if outcome is None:
        return job
    made = (track(outcome),) if isinstance(outcome, int) else outcome
    return replace(job, state=State.DELIVERING, outcome=made, clip=CLIP)


def told(job, *numbers, sends=1, receipt="r"):
    known = tuple(Posting(n, sends, receipt and Receipt(receipt), ()) for n in numbers)
    return replace(job, postings=(*job.postings, *known))


def test_the_first_waits_for_all_and_all_wait_for_the_first():
    lead, mate, late = jobs = album(10, 10, None)
    done = replace(lead, state=State.DONE, done_at=START)
    assert [albums.waits(one, jobs) for one in (lead, mate)] == [True, True]
    assert not albums.waits(lead, [lead, mate])
    assert not albums.waits(mate, [done, mate, late])
    assert not albums.waits(mate, [mate, late]), "the first was forgotten"


@pytest.mark.parametrize(
    ("outcomes", "is_so"),
    [
        pytest.param((10, 10), True, id="two files"),
        pytest.param((10, 10, BROKEN), True, id="and one that failed"),
        pytest.param((10, BROKEN), False, id="one file only"),
        pytest.param((BROKEN, BROKEN), True, id="none at all"),
        pytest.param((10, 500), False, id="one does not fit"),
        pytest.param((10, (track(way=Way.LINK),)), False, id="one is a link"),
        pytest.param((10, (track(), track(part="residual"))), False, id="one is several"),
    ],
)
def test_what_is_told_together(outcomes, is_so):
    assert albums.are_told_together(album(*outcomes), 100) is is_so


@pytest.mark.parametrize(("begun", "is_so"), [((COMMON,), True), ((0,), False), ((-1, 0), True)])
def test_what_was_begun_in_one_way_ends_in_it(begun, is_so):
    alone, together = album(10, BROKEN), album(10, 10)
    for lead, *others in (alone, together):
        jobs = [told(lead, *begun, receipt=None), *others]
        assert albums.are_told_together(jobs, 100) is is_so


@pytest.mark.parametrize(
    ("limits", "sizes"),
    [
        pytest.param(Limits(), [[10, 20, 30]], id="all"),
        pytest.param(Limits(files_per_message=2), [[10, 20], [30]], id="by number"),
        pytest.param(Limits(message_bytes=50), [[10, 20], [30]], id="by bytes"),
        pytest.param(Limits(bytes=25), [[10, 20]], id="what fits"),
    ],
)
def test_messages_take_what_they_can(limits, sizes):
    jobs = album(10, 20, BROKEN, 30)
    groups = albums.groups(jobs, limits)
    assert [[job.shown[0].bytes for job in group] for group in groups] == sizes


def test_what_was_refused_together_goes_one_by_one_and_what_is_there_stays():
    lead, first, second = album(10, 20, 30)
    jobs = [replace(lead, is_spread=True), told(first, PART), second]
    groups = albums.groups(jobs, Limits())
    assert [[job.id for job in group] for group in groups] == [[lead.id], [second.id]]


def test_all_end_with_the_first_that_were_told_with_it():
    lead, part, unsure, broken, by_itself = album(10, 10, 10, BROKEN, (track(way=Way.LINK),))
    jobs = [
        told(lead, COMMON, PART),
        told(part, PART),
        told(unsure, PART, sends=2, receipt=None),
        broken,
        by_itself,
    ]
    assert dict(albums.ends(jobs, Delivered())) == {
        lead.id: Delivered(),
        part.id: Delivered(),
        unsure.id: Undeliverable(Problem(Code.CHAT_UNSURE)),
        broken.id: Delivered(),
    }


def test_where_no_file_may_be_sent_nobody_tries_it_alone():
    lead, part, by_itself = album(10, 10, (track(way=Way.LINK),))
    end = Undeliverable(Problem(Code.CHAT_FORBIDDEN))
    jobs = [told(lead, COMMON), part, by_itself]
    assert dict(albums.ends(jobs, end)) == {lead.id: end, part.id: end}


def test_who_was_not_told_of_finds_out_alone():
    lead, part, broken = album(10, 10, BROKEN)
    assert dict(albums.ends([lead, part, broken], Undeliverable(GONE))) == {
        lead.id: Undeliverable(GONE)
    }
