"""Who gets a job."""

from services import routing
from services.limits import Limits
from services.problems import Code, Problem
from services.recipes import Operation
from tests.fakes.jobs import CLIP, a_job
from tests.fakes.provider import CopyProvider


def provider(name, **limits):
    made = CopyProvider(None, None)
    made.name = name
    made.limits = Limits(**limits)
    return made


def routes(*providers):
    return {Operation.DENOISE: providers}


def test_the_first_in_order_gets_it():
    first, second = provider("first"), provider("second")
    assert routing.pick(a_job(clip=CLIP), routes(first, second)) is first


def test_who_refused_is_skipped():
    first, second = provider("first"), provider("second")
    job = a_job(clip=CLIP, refused=("first",))
    assert routing.pick(job, routes(first, second)) is second


def test_what_the_last_one_said_is_what_the_person_reads():
    job = a_job(clip=CLIP, refused=("first",), last=Problem(Code.PROVIDER_CREDIT))
    assert routing.pick(job, routes(provider("first"))) == Problem(Code.PROVIDER_CREDIT)


def test_a_clip_that_nobody_takes_is_refused_with_the_reason():
    picked = routing.pick(a_job(clip=CLIP), routes(provider("small", bytes=10)))
    assert isinstance(picked, Problem)
    assert picked.code is Code.TOO_LARGE


def test_nobody_there_is_said_plainly():
    picked = routing.pick(a_job(clip=CLIP), {})
    assert picked == Problem(Code.NOT_OFFERED, {"operation": "denoise"})
