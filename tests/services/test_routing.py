"""Who gets a job."""

from datetime import timedelta

from services import routing
from services.health import Out
from services.limits import Limits
from services.problems import Code, Problem
from services.recipes import Operation
from services.routing import Standing, Wait
from tests.fakes.jobs import CLIP, START, a_job
from tests.fakes.provider import CopyProvider
from tests.fakes.remote import Remote


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


def elsewhere(name):
    return Remote(name, title=name.title())


def out(code, minutes=1):
    return Out(Problem(code), START + timedelta(minutes=minutes))


def test_who_is_out_is_passed_over():
    first, second = elsewhere("first"), provider("second")
    standing = Standing({"first": out(Code.PROVIDER_DOWN)})
    assert routing.pick(a_job(clip=CLIP), routes(first, second), standing) is second


def test_where_everybody_is_out_the_first_to_come_back_is_waited_for():
    standing = Standing({"a": out(Code.PROVIDER_DOWN, 9), "b": out(Code.PROVIDER_BUSY, 2)})
    picked = routing.pick(a_job(clip=CLIP), routes(elsewhere("a"), elsewhere("b")), standing)
    assert picked == Wait(START + timedelta(minutes=2), Problem(Code.PROVIDER_BUSY))


def test_nobody_waits_for_an_owner():
    standing = Standing({"a": out(Code.PROVIDER_CREDIT)})
    picked = routing.pick(a_job(clip=CLIP), routes(elsewhere("a")), standing)
    assert picked == Problem(Code.PROVIDER_CREDIT)


def test_what_may_not_leave_stays_here():
    here = provider("local")
    standing = Standing(may_leave=False)
    assert routing.pick(a_job(clip=CLIP), routes(elsewhere("a"), here), standing) is here
    picked = routing.pick(a_job(clip=CLIP), routes(elsewhere("a"), elsewhere("b")), standing)
    assert picked == Problem(Code.CONSENT_NEEDED, {"engines": "A, B"})
