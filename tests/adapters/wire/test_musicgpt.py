"""MusicGPT's dialect: every documented answer and every shape of a callback, row by row.

Names like MG-E-10 are rows of the providers' contract.
"""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wire import musicgpt as wire
from adapters.wire import musicgpt_results as shapes
from adapters.wire.musicgpt import ConversionList, Said, Stage, Started
from services.recipes import Cleanup, Format, Keep, Operation, Recipe, Stem

BUCKET = "https://lalals.s3.amazonaws.com/conversions/938a071a-a5f5-40df-8eeb-972edcff26c4"
IDS = {
    "task_id": "938a071a-a5f5-40df-8eeb-972edcff26c4",
    "conversion_id": "e53b1bb5-381c-4e6f-844d-6a604002483c",
}
STARTED_DEECHO = {
    "success": True,
    **IDS,
    "eta": 59,
    "credit_estimate": 0.48,
    "message": "Message published to queue",
    "status": "IN_QUEUE",
}
DEECHO = {
    "success": True,
    "conversion_type": "Deecho",
    **IDS,
    "audio_path": "files/8fd19e25-88c2-49e9-9641-7214cbe99a4f.wav",
    "no_echo": f"{BUCKET}_noecho.mp3",
    "no_echo_wav": f"{BUCKET}_noecho.wav",
    "echo": f"{BUCKET}_echo.mp3",
    "echo_wav": f"{BUCKET}_echo.wav",
    "message": "de_echo conversion Completed",
    "conversion_duration": 136.82721088435375,
    "conversion_cost": "0.48",
}
EXTRACTION = {
    "success": True,
    "task_id": "62725d68-01e8-4c87-8fb0-298aa81c529c",
    "conversion_id": "46b358c9-b22f-49d1-a68d-17901a6a549b",
    "audio_path": "https://aws.signed.url",
    "vocal": "https://aws.signed.url/vocal",
    "instrumental": "https://aws.signed.url/instrumental",
    "back_vocal": "https://aws.signed.url/back_vocal",
    "conversion_cost": 5.0,
    "conversion_duration": 120.5,
}
GENERIC = {
    "task_id": "t1",
    "status": "COMPLETED",
    "status_msg": "Conversion completed",
    "conversion_type": "DENOISING",
    "audio_url": "https://cdn.musicgpt.com/a.mp3",
    "title": "A title",
    "conversion_cost": 0.48,
    "createdAt": "2026-03-01T12:00:00Z",
    "updatedAt": "2026-03-01T12:01:00Z",
}
EVENT = {
    "event": "conversion.completed",
    "task_id": "t1",
    "conversion_id": "c1",
    "status": "completed",
    "output_url": "https://cdn.musicgpt.com/a.wav",
    "timestamp": "2026-03-01T12:00:00Z",
    "metadata": {"duration": 12.5, "format": "wav"},
}
MUSIC_AI = {
    "success": True,
    "conversion_type": "Music AI",
    "task_id": "t1",
    "conversion_id": "c1",
    "conversion_path": f"{BUCKET}.mp3",
    "conversion_path_wav": f"{BUCKET}.wav",
    "conversion_duration": 12.5,
    "is_flagged": False,
    "reason": "",
}
MAPS = {
    "success": True,
    "task_id": "t1",
    "conversion_id": "c1",
    "audio_url": json.dumps(
        {"vocals": "https://a.example/v.mp3", "drums": "https://a.example/d.mp3"}
    ),
    "audio_url_wav": json.dumps({"vocals": "https://a.example/v.wav"}),
    "conversion_cost": "2.5",
}
WAV_DENOISED = Recipe(Operation.DENOISE, format=Format.WAV)


def urls(fields, recipe):
    said = wire.read_conversion(fields)
    return {result.part: result.url for result in shapes.results(said, recipe)}


def clean(fields, operation=Operation.DENOISE, made=Format.WAV):
    return urls(fields, Recipe(operation, format=made)).get("clean")


# --- answers to submissions -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "eta", "estimate"),
    [
        # MG-C-09 success, MG-C-10 task_id, MG-C-11 one conversion_id, MG-C-12 eta, MG-C-13 estimate
        pytest.param(
            {"success": True, "task_id": "denoise789", "conversion_id": "conv456", "eta": -1,
             "credit_estimate": 100.1},
            -1, Decimal("100.1"), id="MG-D-03",
        ),
        pytest.param(
            {"success": True, "task_id": "deecho789", "conversion_id": "conv456", "eta": -1,
             "credit_estimate": 100.1},
            -1, Decimal("100.1"), id="MG-E-05",
        ),
        pytest.param(STARTED_DEECHO, 59, Decimal("0.48"), id="MG-E-04 MG-C-14 MG-C-15"),
        pytest.param({**IDS, "success": True, "eta": 11, "credit_estimate": 2.5}, 11,
                     Decimal("2.5"), id="MG-S-34"),
        pytest.param({**IDS, "success": True, "eta": 11}, 11, None, id="MG-S-35 MG-C-13"),
        pytest.param(
            {**IDS, "success": True, "eta": 71, "credit_estimate": 0.48, "message": "Queued"}, 71,
            Decimal("0.48"), id="MG-X-10",
        ),
    ],
)  # fmt: skip
def test_documented_answers_to_submissions_are_read(fields, eta, estimate):
    started = Started.model_validate(fields)
    assert (started.task_id, started.conversion_id) == (fields["task_id"], fields["conversion_id"])
    assert (started.eta, started.credit_estimate) == (eta, estimate)
    assert not started.has_failed


def test_what_was_read_is_written_as_it_came():
    written = Started.model_validate(STARTED_DEECHO).model_dump(mode="json", exclude_unset=True)
    assert written == STARTED_DEECHO
    read = wire.read_conversion(DEECHO)
    assert read.model_dump(mode="json", exclude_unset=True, by_alias=True) == DEECHO


@pytest.mark.parametrize("eta", [None, "soon", -5, True, 10**12, float("nan"), [], {}])
def test_an_eta_that_says_nothing_is_unknown(eta):
    assert Started.model_validate({**STARTED_DEECHO, "eta": eta}).eta == -1


def test_an_eta_as_text_is_read():
    assert Started.model_validate({**STARTED_DEECHO, "eta": "59"}).eta == 59


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(wire.NEITHER_GIVEN, id="MG-D-04 MG-S-44 MG-C-16"),
        pytest.param(wire.BOTH_NONE, id="MG-E-19 MG-S-44 MG-C-16"),
        pytest.param(wire.SERVER_ERROR, id="MG-C-17 MG-S-45"),
    ],
)
def test_refusals_are_read_and_written(text):
    refusal = {"success": False, "error": text}  # AMB-07: whatever the wording
    said = Said.model_validate(refusal)
    assert said.has_failed
    assert said.why == text
    assert said.model_dump(exclude_unset=True) == refusal


# --- ids ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["task_id", "conversion_id"])
@pytest.mark.parametrize(
    ("value", "is_good"),
    [
        pytest.param("938a071a-a5f5-40df-8eeb-972edcff26c4", True, id="uuid"),
        pytest.param("denoise789", True, id="word"),
        pytest.param("a" * 128, True, id="128 characters"),
        pytest.param("a" * 129, False, id="129 characters"),
        pytest.param("a/b", False, id="slash"),
        pytest.param("..", False, id="dots"),
        pytest.param("a b", False, id="space"),
        pytest.param("a\n", False, id="line end"),
        pytest.param("a&task_id=b", False, id="query"),
        pytest.param("ä", False, id="umlaut"),
        pytest.param(5, False, id="number"),
        pytest.param(["a"], False, id="list"),
    ],
)
def test_ids_are_opaque_but_of_a_safe_alphabet(name, value, is_good):
    fields = {**STARTED_DEECHO, name: value}  # AMB-22
    for read in (Started.model_validate, wire.read_conversion):
        if is_good:
            assert getattr(read(fields), name) == value
        else:
            with pytest.raises(ValueError, match="id"):
                read(fields)


@pytest.mark.parametrize("value", [None, ""])
def test_a_submission_without_an_id_is_none(value):
    with pytest.raises(ValueError, match="conversion_id"):
        Started.model_validate({**STARTED_DEECHO, "conversion_id": value})


# --- money ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "read"),
    [
        pytest.param("0.48", Decimal("0.48"), id="AMB-04 MG-E-16 text"),
        pytest.param(5.0, Decimal("5.0"), id="AMB-04 MG-S-41 number"),
        pytest.param(0.48, Decimal("0.48"), id="exact"),
        pytest.param(0, Decimal(0), id="nothing"),
        *[
            pytest.param(bad, None, id=f"bad {name}")
            for name, bad in {
                "word": "free",
                "empty": "",
                "null": None,
                "flag": True,
                "nan": "NaN",
                "endless": "Infinity",
                "negative": -1,
                "comma": "0,48",
                "list": [],
                "object": {},
                "long": 10**5000,
                "large": "1e99",
            }.items()
        ],
    ],
)
def test_costs_are_exact_or_unknown(given, read):
    assert wire.amount(given) == read
    assert wire.read_conversion({**DEECHO, "conversion_cost": given}).conversion_cost == read


# --- callbacks, shape by shape --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "keep", "expected"),
    [
        pytest.param(Format.MP3, Keep.CLEAN, {"clean": DEECHO["no_echo"]}, id="MG-E-10"),
        pytest.param(Format.WAV, Keep.CLEAN, {"clean": DEECHO["no_echo_wav"]}, id="MG-E-11"),
        pytest.param(Format.MP3, Keep.RESIDUAL, {"residual": DEECHO["echo"]}, id="MG-E-12"),
        pytest.param(Format.FLAC, Keep.RESIDUAL, {"residual": DEECHO["echo_wav"]}, id="MG-E-13"),
        pytest.param(None, Keep.BOTH,
                     {"clean": DEECHO["no_echo_wav"], "residual": DEECHO["echo_wav"]}, id="both"),
    ],
)  # fmt: skip
def test_deecho_names_both_sides_in_two_formats(made, keep, expected):
    assert urls(DEECHO, Recipe(Operation.DEECHO, keep=keep, format=made)) == expected


def test_deecho_says_what_it_is_and_what_it_cost():
    said = wire.read_conversion(DEECHO)
    assert said.success is True  # MG-E-06
    assert said.is_of(Operation.DEECHO)  # MG-E-07
    assert not said.is_of(Operation.DENOISE)
    assert (said.task_id, said.conversion_id) == (IDS["task_id"], IDS["conversion_id"])  # MG-E-08
    # MG-E-14 and MG-E-15: a message and a length mean neither a failure nor a result.
    assert shapes.stage(said) is Stage.DONE
    assert set(shapes.outputs(said)) == {"no_echo", "echo"}
    assert said.conversion_cost == Decimal("0.48")  # MG-E-16


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(DEECHO["audio_path"], id="MG-E-09 relative"),
        pytest.param("https://aws.signed.url/in.wav?signature=a", id="MG-S-37 signed"),
    ],
)
def test_what_we_sent_is_never_a_result(path):
    fields = {"success": True, **IDS, "audio_path": path}  # AMB-21
    assert shapes.outputs(wire.read_conversion(fields)) == {}
    assert clean(fields) is None
    assert clean({**fields, "anything": "https://a.example/x.mp3"}) == "https://a.example/x.mp3"


def test_a_twin_of_what_we_sent_is_no_result_either():
    sent = {"audio_path": "https://a.example/in.mp3", "audio_path_wav": "https://a.example/in.wav"}
    assert clean({"success": True, **IDS, **sent}) is None  # AMB-21


@pytest.mark.parametrize(
    ("stem", "url"),
    [
        pytest.param(Stem.VOCALS, EXTRACTION["vocal"], id="MG-S-38 AMB-08 vocal for vocals"),
        pytest.param(Stem.INSTRUMENTAL, EXTRACTION["instrumental"], id="MG-S-39"),
        pytest.param(Stem.BACK_VOCAL, EXTRACTION["back_vocal"], id="MG-S-40"),
    ],
)
def test_extraction_names_stems_without_twins(stem, url):
    # MG-S-43: no conversion_type, no message, no twins.
    assert urls(EXTRACTION, Recipe(Operation.STEMS, stems=(stem,))) == {stem: url}


def test_extraction_says_whose_it_is_and_what_it_cost():
    said = wire.read_conversion(EXTRACTION)
    assert said.success is True  # MG-S-36
    assert said.task_id == "62725d68-01e8-4c87-8fb0-298aa81c529c"
    assert said.conversion_id == "46b358c9-b22f-49d1-a68d-17901a6a549b"
    assert said.conversion_cost == Decimal("5.0")  # MG-S-41
    assert set(shapes.outputs(said)) == {"vocal", "instrumental", "back_vocal"}  # MG-S-42, MG-S-37
    assert said.is_of(Operation.STEMS)  # MG-S-43: not said is no contradiction


@pytest.mark.parametrize("stem", [stem for stem in Stem if stem is not Stem.OTHER])
def test_every_stem_is_found_under_the_name_it_was_asked_by(stem):
    # AMB-08: only `vocals` has another name in the documents.
    fields = {**IDS, "success": True, "drums": "https://a.example/other.mp3"}
    fields[stem.value] = f"https://a.example/{stem}.mp3"
    assert urls(fields, Recipe(Operation.STEMS, stems=(stem,))) == {stem: fields[stem.value]}


def test_unknown_names_pass_through():
    # AMB-01, AMB-08
    found = shapes.outputs(
        wire.read_conversion({**EXTRACTION, "theremin": "https://a.example/t.mp3"})
    )
    assert found["theremin"].url == "https://a.example/t.mp3"


def test_the_generic_callback_is_read():
    said = wire.read_conversion(GENERIC)  # MG-X-09, MG-X-03
    assert shapes.stage(said) is Stage.DONE
    assert (said.task_id, said.conversion_id) == ("t1", "")
    assert clean(GENERIC) == GENERIC["audio_url"]
    assert said.conversion_cost == Decimal("0.48")


def test_texts_that_hold_a_map_of_stems_are_read():
    recipe = Recipe(Operation.STEMS, stems=(Stem.VOCALS, Stem.DRUMS), format=Format.WAV)
    expected = {"vocals": "https://a.example/v.wav", "drums": "https://a.example/d.mp3"}
    assert urls(MAPS, recipe) == expected  # MG-X-11
    as_objects = {**MAPS, "audio_url": json.loads(MAPS["audio_url"])}
    assert urls(as_objects, recipe) == expected


@pytest.mark.parametrize(
    "text", ["{", '{"a": 1}', "{}", "[]", '{"a": {"b": "https://x.example/y"}}']
)
def test_a_map_that_is_none_names_nothing(text):
    assert (
        shapes.outputs(wire.read_conversion({**MAPS, "audio_url": text, "audio_url_wav": ""})) == {}
    )


def test_the_event_shape_is_read():
    said = wire.read_conversion(EVENT)  # MG-X-14
    assert shapes.stage(said) is Stage.DONE
    assert clean(EVENT, made=Format.MP3) == EVENT["output_url"]
    assert shapes.stage(wire.read_conversion({**EVENT, "status": ""})) is Stage.DONE


def test_the_music_ai_shape_is_read():
    assert shapes.stage(wire.read_conversion(MUSIC_AI)) is Stage.DONE  # MG-X-21
    assert clean(MUSIC_AI) == MUSIC_AI["conversion_path_wav"]
    assert clean(MUSIC_AI, made=Format.MP3) == MUSIC_AI["conversion_path"]


def test_the_wrapper_of_an_answer_may_be_absent():
    # MG-X-20, MG-X-03
    bare = {"conversion_path": f"{BUCKET}.mp3", "status": "COMPLETED", "conversion_cost": 1}
    for fields in (bare, {"success": True, "conversion": bare}):
        assert shapes.stage(wire.read_conversion(fields)) is Stage.DONE
        assert clean(fields) == bare["conversion_path"]
    refused = {"success": False, "conversion": bare}
    assert shapes.stage(wire.read_conversion(refused)) is Stage.FAILED


# The order in AMB-01, each with all that come after it.
ORDER = [
    "no_noise", "denoised", "cleaned_audio", "conversion_path", "audio_url", "output_url",
]  # fmt: skip


@pytest.mark.parametrize("first", range(len(ORDER)), ids=ORDER)
def test_known_keys_win_in_their_order(first):
    # AMB-01, MG-D-05, MG-X-18: nobody documents what denoise calls its result.
    keys = ["something", *reversed(ORDER[first:])]
    fields = {**IDS, "success": True, **{key: f"https://a.example/{key}.mp3" for key in keys}}
    assert clean(fields) == f"https://a.example/{ORDER[first]}.mp3"


def test_a_single_unknown_key_is_the_result_and_two_are_none():
    # AMB-01, MG-X-18
    one = {**IDS, "success": True, "sound": "https://a.example/1.mp3"}
    assert clean(one) == "https://a.example/1.mp3"
    assert clean({**one, "noise": "https://a.example/n.mp3"}) == "https://a.example/1.mp3"
    assert clean({**one, "other": "https://a.example/2.mp3"}) is None
    assert clean({**IDS, "success": True, "noise": "https://a.example/n.mp3"}) is None


def test_one_stem_may_lie_under_a_common_key_and_two_may_not():
    one = Recipe(Operation.STEMS, stems=(Stem.DRUMS,))
    assert urls(MUSIC_AI, one) == {"drums": MUSIC_AI["conversion_path_wav"]}
    assert urls(MUSIC_AI, Recipe(Operation.STEMS, stems=(Stem.DRUMS, Stem.BASS))) == {}


def test_parts_that_are_missing_are_left_out():
    recipe = Recipe(Operation.STEMS, stems=(Stem.VOCALS, Stem.CRASH))
    assert list(urls(EXTRACTION, recipe)) == ["vocals"]


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://lalals.s3.amazonaws.com", id="MG-X-22 root"),
        pytest.param("https://lalals.s3.amazonaws.com/", id="MG-X-22 root with slash"),
        pytest.param("files/x.wav", id="relative"),
        pytest.param("//a.example/x.wav", id="no scheme"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("ftp://a.example/x.wav", id="ftp"),
        pytest.param("https:///x.wav", id="no host"),
        pytest.param("https://[::1/x.wav", id="broken"),
        pytest.param("https://a.example/x y.wav", id="space"),
        pytest.param("https://a.example/x\n.wav", id="line end"),
        pytest.param("https://a.example/" + "x" * 9000, id="endless"),
        pytest.param("", id="empty"),
        pytest.param(None, id="null"),
        pytest.param(7, id="number"),
    ],
)
def test_what_is_no_whole_address_is_no_result(url):
    assert not shapes.is_address(url)
    assert clean({**IDS, "success": True, "no_noise": url}) is None


def test_addresses_are_taken_as_they_come():
    # MG-X-22: never built, whatever they look like.
    for path in ("conversions/a.mp3", "conversions/standard/a/a.mp3", "conversions/web/standard/a"):
        url = f"https://lalals.s3.amazonaws.com/{path}?X-Amz-Expires=60"
        assert clean({**IDS, "success": True, "no_noise": url}) == url


# --- how far --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"status": "IN_QUEUE"}, Stage.WAITING, id="MG-X-04 IN_QUEUE MG-C-15"),
        pytest.param({"status": "IN_PROGRESS"}, Stage.WAITING, id="MG-X-04 IN_PROGRESS"),
        pytest.param({"status": "COMPLETED"}, Stage.DONE, id="MG-X-04 COMPLETED"),
        pytest.param({"status": "FAILED"}, Stage.FAILED, id="MG-X-04 FAILED AMB-29"),
        pytest.param({"status": "ERROR"}, Stage.FAILED, id="MG-X-04 ERROR AMB-29"),
        pytest.param({"status": "pending"}, Stage.WAITING, id="MG-X-14 pending"),
        pytest.param({"status": "processing"}, Stage.WAITING, id="MG-X-14 processing"),
        pytest.param({"status": "completed"}, Stage.DONE, id="MG-X-14 completed"),
        pytest.param({"status": "failed"}, Stage.FAILED, id="MG-X-14 failed"),
        pytest.param({"status": "cancelled"}, Stage.FAILED, id="MG-X-14 cancelled"),
        pytest.param({"event": "conversion.failed"}, Stage.FAILED, id="MG-X-14 event"),
        pytest.param({"success": False}, Stage.FAILED, id="AMB-29 success"),
        pytest.param({"success": "false"}, Stage.FAILED, id="AMB-29 success as text"),
        pytest.param(
            {"is_flagged": True, "status": "COMPLETED"}, Stage.FAILED, id="AMB-29 flagged"
        ),
        pytest.param({"is_flagged": True}, Stage.FAILED, id="MG-X-21 flagged"),
        pytest.param({"status": "PONDERING"}, Stage.UNKNOWN, id="unknown word"),
        pytest.param({"success": True}, Stage.UNKNOWN, id="nothing said"),
        pytest.param({"status": 7}, Stage.UNKNOWN, id="no word"),
    ],
)
def test_every_word_for_the_state_is_known(fields, expected):
    assert shapes.stage(wire.read_conversion({**IDS, **fields})) is expected


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        pytest.param(
            {"reason": "a", "status_msg": "b", "message": "c", "error": "d"}, "a", id="reason"
        ),
        pytest.param({"reason": "", "status_msg": "b", "message": "c"}, "b", id="status_msg"),
        pytest.param({"message": "c", "error": "d"}, "c", id="message"),
        pytest.param({"error": "d"}, "d", id="error"),
        pytest.param(
            {"error": {"code": "E", "message": "m", "details": {}}}, "m", id="MG-X-14 nested"
        ),
        pytest.param({"error": {"code": "E"}}, "E", id="nested code"),
        pytest.param({"reason": 5, "error": None}, "", id="nothing"),
        pytest.param(
            {"reason": "a\x00b\n\ud800" + "x" * 300}, "a b  " + "x" * 195, id="one short line"
        ),
    ],
)
def test_the_reason_is_the_first_that_says_something(fields, why):
    assert Said.model_validate({"success": False, **fields}).why == why  # AMB-29


# --- bodies ---------------------------------------------------------------------------------------


BAD_BODIES = {
    "empty": b"",
    "null": b"null",
    "list": b"[]",
    "number": b"7",
    "text": b'"text"',
    "page": b"<html>",
    "cut": b'{"task_id": "a"',
    "not utf-8": b'{"a": "\xff"}',
    "a name twice": b'{"task_id": "a", "task_id": "b"}',
    "9 levels": b'{"a":' * 9 + b"1" + b"}" * 9,
    "60 000 lists": b"[" * 60_000,
    "60 000 objects": b'{"a":' * 60_000 + b"1" + b"}" * 60_000,
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_other_bodies_cannot_be_read(body):
    with pytest.raises(ValueError, match=r"\w"):
        wire.read_body(body)


def test_a_byte_order_mark_is_no_trouble():
    assert wire.read_body(b'\xef\xbb\xbf{"a": {"b": 1}}') == {"a": {"b": 1}}


TEXT = st.text('aE:/.-_ {}[]"0\x00\n\ud800ä', max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | TEXT,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXT, below, max_size=3),
    max_leaves=8,
)
FIELD = st.sampled_from([*DEECHO, *GENERIC, *EVENT, *MUSIC_AI, "conversion", "error"])


@given(st.dictionaries(FIELD, JSON | st.sampled_from(["https://a.example/x", "FAILED", "t1"])))
def test_whatever_comes_is_read_or_refused(fields):
    try:
        said = wire.read_conversion(wire.read_body(json.dumps(fields).encode()))
    except ValueError:
        return
    assert shapes.stage(said) in Stage
    for result in shapes.results(said, WAV_DENOISED):
        assert shapes.is_address(result.url)
    assert len(said.why) <= wire.LONGEST_REASON


# --- what is asked for ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "word"),
    [
        pytest.param(Cleanup.DENOISE, "Denoise", id="MG-S-29"),
        pytest.param(Cleanup.DEECHO, "Deecho", id="MG-S-30"),
        pytest.param(Cleanup.DEREVERB, "Dereverb", id="MG-S-31"),
    ],
)
def test_steps_before_are_spelled_exactly(step, word):
    assert wire.preprocessing_field([step]) == f'["{word}"]'


def test_lists_are_texts_that_hold_json():
    assert json.loads(wire.stems_field(["vocals", "drums"])) == ["vocals", "drums"]  # MG-S-03
    assert wire.preprocessing_field([]) == "[]"  # MG-S-04


def test_odd_entries_of_a_list_are_left_to_whoever_asked():
    read = ConversionList.model_validate({"success": True, "conversions": [{}, 7, None]})  # MG-X-13
    assert read.conversions == [{}, 7, None]
    for bad in ({}, {"conversions": {}}, {"success": False, "conversions": []}):
        with pytest.raises(ValueError, match="validation error"):
            ConversionList.model_validate(bad)
