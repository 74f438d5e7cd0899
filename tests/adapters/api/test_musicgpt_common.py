"""MusicGPT's dialect, what all operations have in common: keys, forms, answers.

Names like MG-C-02 are rows of the providers' contract.
"""

from urllib.parse import urlencode

import aiohttp
import pytest

from adapters.wire.musicgpt import SAFE_ID
from adapters.wire.musicgpt import Started as Read
from services import keys
from tests.adapters.api.conversions import OPERATIONS, UUID, encoded, ids, own_jobs, posted, started
from tests.adapters.api.room import tone

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINK = "https://example.com/audio.m4a"
ENCODED = "application/x-www-form-urlencoded"
CHATTY = {"message": "Message published to queue", "status": "IN_QUEUE"}


async def with_key(program, given, operation="denoise"):
    headers = {} if given is None else {"Authorization": given}
    path = f"/api/musicgpt/v1/{operation}"
    return await program.call("POST", path, headers=headers, data={"audio_url": LINK})


# --- keys -----------------------------------------------------------------------------------------


async def test_the_key_stands_bare(asker):
    """MG-C-02"""
    assert (await with_key(asker, asker.text)).status == 200


@pytest.mark.parametrize("word", ["Bearer", "bearer", "BEARER"])
async def test_a_word_before_the_key_is_tolerated(asker, word):
    """MG-X-17"""
    assert (await with_key(asker, f"{word} {asker.text}")).status == 200


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_every_operation_asks_for_the_key_by_itself(asker, operation):
    """MG-C-03"""
    without = await with_key(asker, None, operation)
    assert (without.status, without.body["success"]) == (401, False)
    assert (await with_key(asker, asker.text, operation)).status == 200


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param(lambda text: text[:-1], id="a part of it"),
        pytest.param(lambda text: f"{text}x", id="more than it"),
        pytest.param(lambda text: f"Basic {text}", id="another scheme"),
        pytest.param(lambda text: "Bearer", id="the word alone"),
        pytest.param(lambda text: keys.BEGINNING, id="its beginning"),
        pytest.param(lambda text: "", id="nothing"),
    ],
)
async def test_what_is_no_key_opens_nothing(asker, spoiled):
    """MG-C-02"""
    assert (await with_key(asker, spoiled(asker.text))).status == 401


# --- forms ----------------------------------------------------------------------------------------


async def test_a_file_comes_as_a_part_of_a_form(asker):
    """MG-C-05, MG-C-06"""
    said = await started(asker)
    job = await asker.room.job(said["task_id"])
    assert job.source.bytes == len(tone())


@pytest.mark.parametrize("is_multipart", [True, False], ids=["multipart", "url-encoded"])
async def test_a_link_comes_in_either_encoding(asker, is_multipart):
    """MG-C-05, MG-C-06, MG-D-06, AMB-03"""
    form = aiohttp.FormData({"audio_url": LINK}, default_to_multipart=is_multipart)
    taken = await asker.gpt("POST", "/denoise", data=form)
    assert (await asker.room.job(taken.body["task_id"])).source.url == LINK


async def test_encoded_fields_need_not_say_what_they_are(asker):
    """MG-D-06, AMB-03: the sample in Go has no content type."""
    body = b"audio_url=https://example.com/audio.m4a&webhook_url="
    status, said = await posted(asker, "/v1/denoise", body, f"Content-Length: {len(body)}")
    assert (status, said["success"]) == (200, True)


async def test_no_body_at_all_lacks_the_sound(asker):
    """MG-C-16"""
    status, said = await posted(asker, "/v1/denoise", b"", "Content-Length: 0")
    assert (status, said["error"]) == (422, "Either audio_url or audio_file must be provided.")


async def test_an_encoded_form_keeps_its_letters(asker):
    """MG-D-06"""
    link = "https://example.com/a%20b.m4a?x=1&y=ü+2"
    body = urlencode({"audio_url": link}).encode()
    _, said = await posted(
        asker, "/v1/denoise", body, f"Content-Type: {ENCODED}", f"Content-Length: {len(body)}"
    )
    assert (await asker.room.job(said["task_id"])).source.url == link


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        pytest.param("mp3", "libmp3lame", id="MP3"),
        pytest.param("wav", "pcm_s16le", id="WAV"),
        pytest.param("flac", "flac", id="FLAC"),
        pytest.param("ogg", "libopus", id="OGG"),
        pytest.param("adts", "aac", id="AAC"),
        pytest.param("webm", "libopus", id="WEBM"),
        pytest.param("mp4", "aac", id="M4A"),
    ],
)
async def test_every_format_that_is_named_is_taken(asker, container, codec):
    """MG-X-16"""
    said = await started(asker, sound=encoded(container, codec, 3.0), name=f"a.{container}")
    assert said["credit_estimate"] == pytest.approx(0.05, abs=0.01)


# --- paths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/v1/denoise", id="MG-D-01"),
        pytest.param("/v1/Denoise", id="MG-D-01 with a capital"),
        pytest.param("/v1/deecho", id="MG-E-01"),
        pytest.param("/v1/Deecho", id="MG-E-01 with a capital"),
        pytest.param("/v1/dereverb", id="MG-X-05"),
        pytest.param("/v1/Dereverb", id="MG-X-05 with a capital"),
        pytest.param("/v1/Extraction", id="MG-S-01"),
        pytest.param("/v1/extraction", id="MG-S-01 without its capital"),
        pytest.param("/V1/EXTRACTION", id="all capitals"),
    ],
)
async def test_how_a_path_is_spelled_does_not_matter(asker, path):
    """MG-C-01, AMB-02"""
    headers = {"Authorization": asker.text}
    form = {"audio_url": LINK}
    taken = await asker.call("POST", f"/api/musicgpt{path}", headers=headers, data=form)
    assert taken.status == 200


@pytest.mark.parametrize("path", ["/byId", "/byid", "/BYID", "/ById"])
async def test_nor_does_it_for_questions(asker, path):
    """AMB-02, MG-X-01"""
    said = await started(asker)
    query = {"conversionType": "DENOISING", "task_id": said["task_id"]}
    assert (await asker.gpt("GET", path, params=query)).status == 200


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        pytest.param("denoise", {}, id="MG-D-03"),
        pytest.param("deecho", CHATTY, id="MG-E-04"),
        pytest.param("dereverb", CHATTY, id="MG-X-05"),
        pytest.param("Extraction", {}, id="MG-S-34"),
    ],
)
async def test_an_answer_has_the_fields_of_its_page_and_no_others(asker, operation, more):
    """MG-C-09, MG-C-14, MG-C-15"""
    said = await started(asker, operation)
    task, conversion = ids(said)
    assert said == {
        "success": True,
        "task_id": task,
        "conversion_id": conversion,
        "eta": said["eta"],
        "credit_estimate": 0.02,
        **more,
    }


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_both_ids_are_texts_of_their_own(asker, operation):
    """MG-C-10, MG-C-11, MG-E-04, MG-S-34, AMB-22"""
    task, conversion = ids(await started(asker, operation))
    assert task != conversion
    assert UUID.fullmatch(task) and UUID.fullmatch(conversion)
    assert SAFE_ID.fullmatch(task) and SAFE_ID.fullmatch(conversion)


async def test_two_submissions_have_four_ids(asker):
    """MG-C-10, MG-C-11"""
    told = [ids(await started(asker)) for _ in range(2)]
    assert len({one for pair in told for one in pair}) == 4


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_our_own_reader_reads_the_answer(asker, operation):
    said = await started(asker, operation, sound=tone(6.0))
    read = Read.model_validate(said)
    assert (read.task_id, read.conversion_id) == ids(said)
    assert (read.eta, float(read.credit_estimate)) == (said["eta"], 0.1)


async def test_the_estimate_is_the_minutes_of_sound(asker):
    """MG-C-13, AMB-05"""
    said = await started(asker, sound=tone(30.0))
    assert said["credit_estimate"] == 0.5


async def test_the_time_is_in_whole_seconds_and_grows_with_the_sound(asker):
    """MG-C-12"""
    short, long = [(await started(asker, sound=tone(one)))["eta"] for one in (1.0, 30.0)]
    assert isinstance(short, int) and isinstance(long, int)
    assert 0 < short < long


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param("denoise", id="MG-D-03"),
        pytest.param("deecho", id="MG-E-04"),
        pytest.param("Extraction", id="MG-S-35"),
    ],
)
async def test_of_a_link_neither_time_nor_cost_is_known(asker, operation):
    """MG-C-12, MG-C-13"""
    taken = await asker.gpt("POST", f"/{operation}", data={"audio_url": LINK})
    assert taken.body["eta"] == -1
    assert "credit_estimate" not in taken.body


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html"])
async def test_answers_are_json_whatever_is_asked_for(asker, accept):
    """MG-C-04"""
    headers = {"accept": accept}
    taken = await asker.gpt("POST", "/denoise", headers=headers, data={"audio_url": LINK})
    assert taken.headers["Content-Type"].startswith("application/json")
    assert taken.body["success"] is True


# --- the same once more ---------------------------------------------------------------------------


async def test_the_same_submission_is_another_job(asker):
    """MG-C-22"""
    first, second = await started(asker), await started(asker)
    assert ids(first) != ids(second)


async def test_with_a_key_of_its_own_it_is_the_same_job(asker):
    """MG-C-22: not described, and honoured all the same."""
    once = {"headers": {"Idempotency-Key": "a-1"}, "data": {"audio_url": LINK}}
    first = await asker.gpt("POST", "/denoise", **once)
    again = await asker.gpt("POST", "/Denoise", **once)

    assert ids(again.body) == ids(first.body)
    assert len(await own_jobs(asker)) == 1


async def test_the_same_key_for_another_operation_is_another_job(asker):
    once = {"headers": {"Idempotency-Key": "a-1"}, "data": {"audio_url": LINK}}
    first = await asker.gpt("POST", "/denoise", **once)
    other = await asker.gpt("POST", "/deecho", **once)
    assert ids(other.body) != ids(first.body)


# --- who is told ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param({}, None, id="left out"),
        pytest.param({"webhook_url": ""}, None, id="empty"),
        pytest.param({"webhook_url": "http://your-webhook-url.com/callback"},
                     "http://your-webhook-url.com/callback", id="plain http"),
        pytest.param({"webhook_url": "https://example.com/hook?secret=1&job=2"},
                     "https://example.com/hook?secret=1&job=2", id="with a secret of its own"),
    ],
)  # fmt: skip
async def test_a_webhook_may_be_named(asker, given, kept):
    """MG-C-07, MG-D-02, MG-D-07, MG-E-02, MG-X-12, AMB-28"""
    said = await started(asker, **given)
    assert (await asker.room.job(said["task_id"])).address.route.get("webhook") == kept
