"""What MusicGPT is sent, and what becomes of its answer.

Names like MG-C-05 are rows of the providers' contract.
"""

import asyncio
import json
from datetime import timedelta
from decimal import Decimal

import aiohttp
import pytest

from adapters.providers.calling import LONGEST_WAIT, retry_after
from adapters.providers.musicgpt import PLUGIN, api
from adapters.wire.musicgpt import NOT_SPLIT
from services.events import Accepted
from services.limits import Limits
from services.model import Cost, Kind, Shape, Unit
from services.problems import Code, Fault
from services.recipes import (
    Cleanup,
    Keep,
    Operation,
    Preset,
    Recipe,
    Stem,
    Strength,
)
from tests.adapters.providers.musicgpt.orders import CALLBACK, JOB, SOUND, Turnstile, an_order
from tests.fakes.jobs import START
from tests.fakes.musicgpt import Fault as Wrong
from tests.fakes.musicgpt import model

ELSEWHERE = "stems: " + NOT_SPLIT.format(missing="piano, guitar", served="vocals, drums")

STEMS = [stem for stem in Stem if stem is not Stem.OTHER]
LINK = "https://sounds.example/song.mp3?x=1"
SECRET_PATH = "https://u.example/webhooks/musicgpt/secret.token"


async def refused(provider, order=None) -> Fault:
    with pytest.raises(Fault) as caught:
        await provider.submit(order or an_order())
    return caught.value


# --- what it is -----------------------------------------------------------------------------------


def test_it_is_off_without_a_key():
    settings = PLUGIN.settings()
    assert not PLUGIN.is_on(settings)
    assert settings.base_url == "https://api.musicgpt.com/api/public"  # MG-C-01
    assert PLUGIN.settings(base_url="http://127.0.0.1:8080/api/").base_url.endswith("/api")


async def test_it_says_what_it_is(opened):
    provider = await opened(result_hosts=("Results.example",))
    assert (provider.name, provider.title, provider.kind) == ("musicgpt", "MusicGPT", Kind.WIRE)
    assert provider.paid
    assert provider.limits == Limits()  # MG-C-19: none are stated
    assert provider.hosts[0] == "results.example"


async def test_results_come_from_the_hosts_of_the_documents(provider):
    hosts = set(provider.hosts)
    assert "lalals.s3.amazonaws.com" in hosts  # MG-E-17
    assert hosts >= {"cdn.musicgpt.com", "musicgpt.com", "lalals.com"}  # MG-X-14


async def test_a_key_never_travels_in_plain_sight(opened):
    with pytest.raises(ValueError, match="not encrypted"):
        await opened(base_url="http://api.example.org/public")


@pytest.mark.parametrize("key", ["Bearer abc", "abc\n", "äbc", " "])
def test_a_key_is_the_bare_key(key):
    with pytest.raises(ValueError, match="the key alone"):
        PLUGIN.settings(api_key=key)  # MG-C-02, MG-X-17


@pytest.mark.parametrize(
    ("recipe", "is_offered"),
    [
        (Recipe(Operation.DENOISE), True),
        (Recipe(Operation.DENOISE, preset=Preset.CALL), False),
        (Recipe(Operation.DENOISE, strength=Strength.SOFT), False),
        (Recipe(Operation.DENOISE, keep=Keep.BOTH), False),
        (Recipe(Operation.DENOISE, cleanup=(Cleanup.DEECHO,)), False),
        (Recipe(Operation.DEECHO, preset=Preset.CALL), True),
        (Recipe(Operation.DEECHO, keep=Keep.RESIDUAL), True),
        (Recipe(Operation.DEECHO, keep=Keep.BOTH), True),
        (Recipe(Operation.DEECHO, strength=Strength.STRONG), False),
        (Recipe(Operation.DEREVERB, preset=Preset.MUSIC), True),
        (Recipe(Operation.DEREVERB, keep=Keep.RESIDUAL), False),
        (Recipe(Operation.ENHANCE), False),
        (Recipe(Operation.STEMS), True),
        (Recipe(Operation.STEMS, stems=(Stem.OTHER, Stem.VOCALS)), False),
        (Recipe(Operation.STEMS, stems=tuple(STEMS), cleanup=tuple(Cleanup)), True),
    ],
)  # fmt: skip
async def test_it_offers_what_its_documents_name(provider, recipe, is_offered):
    assert provider.offers(recipe) is is_offered


@pytest.mark.parametrize("keep", [Keep.RESIDUAL, Keep.BOTH])
async def test_what_was_removed_is_known_from_callbacks_alone(opened, keep):
    """MG-E-12, MG-X-03"""
    provider = await opened(is_called=False)
    assert not provider.offers(Recipe(Operation.DEECHO, keep=keep))


# --- what is sent ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "endpoint", "path"),
    [
        pytest.param(Operation.DENOISE, "denoise", "/v1/denoise", id="MG-D-01"),
        pytest.param(Operation.DEECHO, "deecho", "/v1/deecho", id="MG-E-01"),
        pytest.param(Operation.DEREVERB, "dereverb", "/v1/dereverb", id="MG-X-05"),
        pytest.param(Operation.STEMS, "Extraction", "/v1/Extraction", id="MG-S-01"),
    ],
)
async def test_a_file_is_sent_as_documented(provider, fake, operation, endpoint, path):
    await provider.submit(an_order(operation, callback_url=CALLBACK))
    [seen] = fake.requests
    assert (seen.method, seen.path) == ("POST", f"/api/public{path}")  # MG-C-01
    assert seen.headers["authorization"] == fake.key  # MG-C-02, MG-C-03, MG-X-17: no Bearer
    assert seen.headers["accept"] == "application/json"  # MG-C-04
    assert seen.content_type == "multipart/form-data"  # MG-C-05
    assert seen.file.data == SOUND  # MG-C-06, MG-D-02, MG-E-02, MG-S-02
    assert seen.file.name == f"{JOB}-1.wav"
    assert "audio_url" not in seen.fields  # AMB-06, MG-E-03, MG-S-32, MG-S-33
    assert seen.fields["webhook_url"] == CALLBACK  # MG-D-07, MG-C-07: plain http is taken there
    assert "idempotency-key" not in seen.headers  # MG-C-22
    assert fake.broken == []


async def test_nobody_is_called_back_where_nobody_can_be_reached(provider, fake):
    await provider.submit(an_order())
    assert "webhook_url" not in fake.requests[0].fields  # AMB-28, MG-C-07


async def test_a_link_alone_is_a_multipart_form_too(opened, fake, tools):
    provider = await opened(send_links=True)
    await provider.submit(an_order(url=LINK))
    [seen] = fake.requests
    assert seen.content_type == "multipart/form-data"  # AMB-03, MG-D-06
    assert seen.fields == {"audio_url": LINK}  # AMB-06, MG-C-08
    assert seen.file is None
    assert tools.fetcher.checked == [LINK]
    assert fake.broken == []


async def test_the_other_side_takes_both_encodings(fake):
    # MG-D-06, AMB-03: their samples send url-encoded forms, with an empty webhook_url.
    fields = {"audio_url": LINK, "webhook_url": ""}
    async with (
        aiohttp.ClientSession(headers={"Authorization": fake.key}) as session,
        session.post(f"{fake.base}/v1/denoise", data=fields) as response,
    ):
        assert (await response.json())["success"] is True


@pytest.mark.parametrize(
    ("changes", "settings"),
    [
        pytest.param({"url": LINK}, {"send_links": False}, id="not switched on"),
        pytest.param({"url": ""}, {}, id="no link"),
        pytest.param({"url": "https://private.example/a.mp3"}, {}, id="refused by the fetcher"),
        pytest.param({"url": LINK, "start": 1.0}, {}, id="a stretch"),
        pytest.param({"url": LINK, "end": 9.0}, {}, id="its beginning"),
        pytest.param({"url": LINK, "clip": {"shape": Shape.VIDEO}}, {}, id="a film"),
        pytest.param({"url": LINK, "clip": {"container": "aiff"}}, {}, id="not taken"),
        pytest.param({"url": "https://me:secret@a.example/a.mp3"}, {}, id="a password"),
        pytest.param({"url": "https://www.youtube.com/watch?v=a"}, {}, id="AMB-25 MG-C-08"),
        pytest.param({"url": "https://youtu.be/a"}, {}, id="AMB-25 short"),
        pytest.param({"url": "https://MUSIC.YouTube.com./a"}, {}, id="AMB-25 below"),
        pytest.param({"url": "https://[::1/a"}, {}, id="broken"),
    ],
)
async def test_otherwise_the_file_is_sent(opened, fake, changes, settings):
    provider = await opened(**{"send_links": True, **settings})
    await provider.submit(an_order(**changes))
    assert fake.requests[0].file is not None
    assert "audio_url" not in fake.requests[0].fields


async def test_a_site_that_only_ends_like_youtube_is_none(opened, fake):
    provider = await opened(send_links=True)
    await provider.submit(an_order(url="https://notyoutube.com/a.mp3"))
    assert fake.requests[0].fields["audio_url"] == "https://notyoutube.com/a.mp3"


@pytest.mark.parametrize(
    ("container", "ending"),
    [
        ("mp3", "mp3"), ("wav", "wav"), ("flac", "flac"), ("ogg", "ogg"), ("aac", "aac"),
        ("matroska,webm", "webm"), ("mov,mp4,m4a", "m4a"),
    ],
)  # fmt: skip
async def test_what_they_name_is_sent_as_it_is(provider, fake, container, ending):
    await provider.submit(an_order(clip={"container": container}))  # MG-X-16, MG-C-19
    assert fake.requests[0].file.name == f"{JOB}-1.{ending}"
    assert fake.requests[0].file.data == SOUND


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"clip": {"container": "aiff"}}, id="aiff"),
        pytest.param({"clip": {"container": "mov", "shape": Shape.VIDEO}}, id="a film"),
        pytest.param({"start": 2.0, "end": 3.0}, id="a stretch"),
    ],
)
async def test_everything_else_is_made_ready(provider, fake, changes):
    await provider.submit(an_order(**changes))
    assert fake.requests[0].file.data == b"made ready"
    assert fake.requests[0].file.name == f"{JOB}-1.flac"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("vocals", id="MG-S-06"),
        pytest.param("instrumental", id="MG-S-07"),
        pytest.param("male_vocal", id="MG-S-08"),
        pytest.param("female_vocal", id="MG-S-09"),
        pytest.param("lead_vocal", id="MG-S-10"),
        pytest.param("back_vocal", id="MG-S-11"),
        pytest.param("bass", id="MG-S-12"),
        pytest.param("drums", id="MG-S-13"),
        pytest.param("guitar", id="MG-S-14"),
        pytest.param("piano", id="MG-S-15"),
        pytest.param("keys", id="MG-S-16"),
        pytest.param("strings", id="MG-S-17"),
        pytest.param("winds", id="MG-S-18"),
        pytest.param("rhythm_guitar", id="MG-S-19"),
        pytest.param("solo_guitar", id="MG-S-20"),
        pytest.param("acoustic_guitar", id="MG-S-21"),
        pytest.param("electric_guitar", id="MG-S-22"),
        pytest.param("kick_drum", id="MG-S-23"),
        pytest.param("snare_drum", id="MG-S-24"),
        pytest.param("toms", id="MG-S-25"),
        pytest.param("hi_hat", id="MG-S-26"),
        pytest.param("ride", id="MG-S-27"),
        pytest.param("crash", id="MG-S-28"),
    ],
)
async def test_every_stem_can_be_asked_for(provider, fake, name):
    order = an_order(Operation.STEMS, stems=(Stem(name),))
    assert provider.offers(order.recipe)
    await provider.submit(order)
    assert json.loads(fake.requests[0].fields["stems"]) == [name]  # MG-S-03


async def test_all_stems_can_be_asked_for_at_once(provider, fake):
    await provider.submit(an_order(Operation.STEMS, stems=tuple(STEMS)))
    assert set(json.loads(fake.requests[0].fields["stems"])) == set(model.STEMS)


async def test_steps_before_the_split_are_sent_in_their_case(provider, fake):
    await provider.submit(an_order(Operation.STEMS, cleanup=tuple(Cleanup)))
    fields = fake.requests[0].fields
    # MG-S-04, MG-S-29, MG-S-30, MG-S-31
    assert json.loads(fields["preprocessing_options"]) == ["Denoise", "Deecho", "Dereverb"]
    assert fields["stems"] == '["vocals", "instrumental"]'  # MG-X-08: never left to their default


async def test_without_steps_the_list_is_empty(provider, fake):
    await provider.submit(an_order(Operation.STEMS))
    assert fake.requests[0].fields["preprocessing_options"] == "[]"  # MG-S-04, MG-S-05


@pytest.mark.parametrize("operation", ["DENOISE", "DEECHO", "DEREVERB"])
async def test_other_operations_know_no_lists(provider, fake, operation):
    await provider.submit(an_order(Operation[operation]))
    assert fake.requests[0].fields == {}  # MG-D-02, MG-E-02, MG-X-05


# --- where it is sent -----------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["DENOISE", "DEECHO", "DEREVERB", "STEMS"])
async def test_the_other_spelling_of_a_path_is_tried_once_and_remembered(provider, fake, operation):
    fake.is_capital = True  # AMB-02, MG-E-01, AMB-26
    for _ in range(2):
        await provider.submit(an_order(Operation[operation]))
    first, second, third = fake.requests
    assert first.path != second.path
    assert first.path.lower() == second.path.lower()
    assert second.file.data == SOUND
    assert third.path == second.path


async def test_a_path_can_be_set(opened, fake):
    provider = await opened(denoise_path="/v1/deecho")
    await provider.submit(an_order())
    assert fake.requests[0].endpoint == "deecho"


async def test_where_nothing_is_nothing_was_taken(opened, fake):
    provider = await opened(denoise_path="/v2/denoise")
    error = await refused(provider)
    assert error.problem.code is Code.PROVIDER_FAILED
    assert len(fake.requests) == 2


# --- what is answered -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eta", "asked_after", "patience"),
    [
        pytest.param(59, 64, 600, id="MG-E-04"),
        pytest.param(-1, 60, 600, id="MG-C-12 AMB-30 unknown"),
        pytest.param("soon", 60, 600, id="no number"),
        pytest.param(0, 5, 600, id="at once"),
        pytest.param(1000, 1005, 3000, id="three times as long"),
    ],
)
async def test_it_is_asked_when_it_should_be_done(provider, fake, eta, asked_after, patience):
    fake.eta = eta
    accepted = await provider.submit(an_order())
    [task] = fake.tasks.values()
    assert accepted == Accepted(
        ref=f"{task.task_id}/{task.conversion_id}",  # MG-C-10, MG-C-11
        next_at=START + timedelta(seconds=asked_after),  # AMB-30: always armed
        deadline_at=START + timedelta(seconds=patience),
        estimate=Cost(Decimal("0.48"), Unit.CREDITS),  # MG-C-13, AMB-05
    )


async def test_a_long_clip_is_waited_for_as_long_as_it_lasts(provider):
    accepted = await provider.submit(an_order(clip={"seconds": 3600.0}))
    assert accepted.deadline_at == START + timedelta(hours=1)


async def test_a_bare_answer_without_an_estimate_is_one(provider, fake):
    fake.estimate, fake.is_chatty = None, False  # MG-S-35, MG-C-14, MG-C-15
    assert (await provider.submit(an_order())).estimate is None


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        # MG-C-16, AMB-07: by the status, whatever the words; MG-C-18: nobody describes the others.
        pytest.param(Wrong(422, {"success": False, "error": model.EITHER}), Code.PROVIDER_FAILED,
                     id="422 MG-D-04"),
        pytest.param(Wrong(422, {"success": False, "error": model.BOTH}), Code.PROVIDER_FAILED,
                     id="422 MG-E-19"),
        pytest.param(Wrong(500, {"success": False, "error": "Internal Server Error"}),
                     Code.PROVIDER_DOWN, id="500 MG-C-17 MG-S-45"),
        pytest.param(Wrong(400, {"success": False, "error": "x"}), Code.PROVIDER_FAILED,
                     id="400 MG-X-07"),
        pytest.param(Wrong(401, "no"), Code.PROVIDER_KEY, id="401 MG-C-18"),
        pytest.param(Wrong(402), Code.PROVIDER_CREDIT, id="402 MG-C-18"),
        pytest.param(Wrong(403), Code.PROVIDER_KEY, id="403 MG-C-18"),
        pytest.param(Wrong(413), Code.PROVIDER_TOO_LARGE, id="413 MG-C-18"),
        pytest.param(Wrong(422, {"success": False, "error": ELSEWHERE}), Code.PROVIDER_LACKS,
                     id="422 of another Undertone"),
        pytest.param(Wrong(418), Code.PROVIDER_FAILED, id="418"),
        pytest.param(Wrong(302, headers={"Location": "/x"}), Code.PROVIDER_FAILED, id="302"),
        pytest.param(Wrong(503), Code.PROVIDER_DOWN, id="503"),
        pytest.param(Wrong(502, "<html>"), Code.PROVIDER_UNSURE, id="502"),
        pytest.param(Wrong(504), Code.PROVIDER_UNSURE, id="504"),
        pytest.param(Wrong(524, "<html>"), Code.PROVIDER_UNSURE, id="524"),
        pytest.param(Wrong(200, "<html>"), Code.PROVIDER_UNSURE, id="a page"),
        pytest.param(Wrong(200), Code.PROVIDER_UNSURE, id="nothing"),
        pytest.param(Wrong(204), Code.PROVIDER_UNSURE, id="204"),
        pytest.param(Wrong(200, '{"success": true, "task'), Code.PROVIDER_UNSURE, id="half"),
        pytest.param(Wrong(200, '{"success": true}', cut=9), Code.PROVIDER_UNSURE, id="truncated"),
        pytest.param(Wrong(200, []), Code.PROVIDER_UNSURE, id="a list"),
        pytest.param(Wrong(200, {"success": True}), Code.PROVIDER_UNSURE, id="no ids"),
        pytest.param(Wrong(200, {"success": True, "task_id": 5, "conversion_id": {}}),
                     Code.PROVIDER_UNSURE, id="odd ids"),
        pytest.param(Wrong(200, {"task_id": "../x", "conversion_id": "a"}), Code.PROVIDER_UNSURE,
                     id="AMB-22 unsafe ids"),
        pytest.param(Wrong(200, {"success": False, "error": "no"}), Code.PROVIDER_FAILED,
                     id="AMB-29 MG-C-09 success false"),
        pytest.param(Wrong(200, {"success": False, "message": "Insufficient credits"}),
                     Code.PROVIDER_CREDIT, id="credits by text"),
        pytest.param(Wrong(403, {"error": {"message": "You have run out of credits."}}),
                     Code.PROVIDER_CREDIT, id="credits by nested text"),
        pytest.param(Wrong(reset=True), Code.PROVIDER_UNSURE, id="reset"),
        pytest.param(Wrong(swallow=True, reset=True), Code.PROVIDER_UNSURE, id="taken, then reset"),
    ],
)  # fmt: skip
async def test_every_way_to_fail_has_its_name(provider, fake, fault, code):
    fake.fail("denoise", fault)
    assert (await refused(provider)).problem.code is code


async def test_who_cannot_be_reached_took_nothing(opened):
    provider = await opened(base_url="http://127.0.0.1:1/api")
    assert (await refused(provider)).problem.code is Code.PROVIDER_DOWN


async def test_a_wrong_key_is_said_so(opened, fake):
    provider = await opened(api_key="another")
    assert (await refused(provider)).problem.code is Code.PROVIDER_KEY
    assert fake.tasks == {}


async def test_a_cancelled_submission_stops(provider, fake):
    fake.fail("denoise", Wrong(hold=True))
    sending = asyncio.create_task(provider.submit(an_order()))
    await fake.held()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_no_secret_is_in_what_the_log_gets(provider, fake):
    said = f"Key {fake.key} may not call {SECRET_PATH}\nor {SECRET_PATH}?a=b " + "x" * 500
    fake.fail("denoise", Wrong(400, {"error": said}), Wrong(400, said))
    for _ in range(2):
        detail = (await refused(provider)).problem.detail
        assert detail.startswith("400: Key <key> may not call <address>")
        assert "\n" not in detail
        assert len(detail) < 300


async def test_no_half_of_a_key_is_in_what_the_log_gets(provider, fake):
    fake.fail("denoise", Wrong(400, "x" * 190 + fake.key))
    detail = (await refused(provider)).problem.detail
    assert detail == f"400: {'x' * 190}<key>"


# --- how often ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        pytest.param("7", 7, id="seconds"),
        pytest.param("Sun, 01 Mar 2026 12:02:00 GMT", 120, id="a date"),
        pytest.param("315360000", 600, id="ten years"),
        pytest.param("soon", 10, id="no number"),
        pytest.param("", 10, id="nothing"),
    ],
)
async def test_a_429_holds_back_every_call_with_this_key(provider, fake, tools, clock, told, wait):
    # MG-X-06
    fake.fail("denoise", Wrong(429, headers={"Retry-After": told} if told else {}))
    error = await refused(provider)
    assert (error.problem.code, error.retry_after) == (Code.PROVIDER_BUSY, timedelta(seconds=wait))
    clock.turn(seconds=wait - 1)
    calls = [
        lambda: provider.submit(an_order(Operation.DEECHO, start=1.0)),
        lambda: provider.ask({"a/b": Recipe(Operation.DENOISE)}),
        provider.account,
    ]
    for call in calls:
        with pytest.raises(Fault) as caught:
            await call()
        assert caught.value.problem.code is Code.PROVIDER_BUSY
        assert caught.value.retry_after == timedelta(seconds=1)
    assert len(fake.requests) == 1
    assert tools.workers.tasks == []  # nothing is made ready for nothing
    clock.turn(seconds=1)
    assert await provider.submit(an_order())


async def test_a_shorter_pause_does_not_end_a_longer_one(provider, fake, clock):
    fake.retry_after = "7"
    fake.fail("deecho", Wrong(hold=True))
    late = asyncio.create_task(provider.submit(an_order(Operation.DEECHO)))
    await fake.held()
    fake.fail("denoise", Wrong(429, headers={"Retry-After": "300"}))
    await refused(provider)
    for _ in range(60):
        fake._rates.take("deecho")
    fake.let_go()
    with pytest.raises(Fault):
        await late
    assert provider.wait() == timedelta(seconds=300)


async def test_a_clock_that_is_put_back_does_not_hold_back_for_long(provider, fake, clock):
    fake.fail("denoise", Wrong(429))
    await refused(provider)
    clock.turn(hours=-24)
    assert await provider.submit(an_order())


async def test_their_own_count_is_respected(provider, fake, clock):
    provider._api._conversions = Turnstile()
    for _ in range(60):
        await provider.submit(an_order())
    error = await refused(provider)  # MG-X-06
    assert error.problem.code is Code.PROVIDER_BUSY
    assert len(fake.tasks) == 60
    clock.turn(seconds=error.retry_after.total_seconds())
    assert await provider.submit(an_order())


async def test_every_call_is_counted(provider):
    questions = provider._api._questions = Turnstile()
    conversions = provider._api._conversions = Turnstile()
    accepted = await provider.submit(an_order())
    await provider.ask({accepted.ref: Recipe(Operation.DENOISE)})
    assert (conversions.passed, questions.passed) == (1, 1)


def test_in_no_minute_there_are_more_than_they_allow():
    # MG-X-06: byId 200, conversions 60
    assert api.QUESTIONS_AT_ONCE + api.QUESTIONS <= 200
    assert api.CONVERSIONS_AT_ONCE + api.CONVERSIONS <= 60


@pytest.mark.parametrize(
    ("given", "wait"),
    [
        ("0", timedelta(0)), ("-5", None), ("-inf", None), ("inf", LONGEST_WAIT),
        ("1e400", LONGEST_WAIT), ("nan", None), ("Sun, 01 Mar 2026 12:00:30 GMT",
        timedelta(seconds=30)), ("Sun, 01 Mar 2020 12:00:30 GMT", timedelta(0)),
        ("Sun, 01 Mar 99999 12:00:30 GMT", None), ("1 Mar 2026 12:00 +99999999999999999999", None),
    ],
)  # fmt: skip
def test_odd_waits_are_read_or_not_said(given, wait):
    assert retry_after({"Retry-After": given}, START) == wait


async def test_what_another_undertone_cannot_split_is_said_with_what_it_can(provider, fake):
    fake.fail("denoise", Wrong(422, {"success": False, "error": ELSEWHERE}))
    assert (await refused(provider)).problem.args == {
        "missing": "piano, guitar",
        "served": "vocals, drums",
    }
