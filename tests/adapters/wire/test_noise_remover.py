"""noise-remover.com's dialect: what the document prints is read, and nothing else breaks it."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wire import noise_remover as wire
from services.problems import Code
from services.recipes import Format, Preset

# As the document prints them.
ACCEPTED = {
    "job_id": "job_3f8a2c9e",
    "status": "pending",
    "preset": "podcast",
    "output_format": "wav",
    "file_duration": None,
    "metadata": {"episode_id": "ep-042"},
    "created_at": "2025-06-13T10:30:00Z",
    "estimated_completion": "2025-06-13T10:31:00Z",
}
LINK = "https://noise-remover.com/api/v1/audio/download/job_3f8a2c9e.wav?token=..."
COMPLETED = {
    "job_id": "job_3f8a2c9e",
    "status": "completed",
    "preset": "podcast",
    "output_format": "wav",
    "file_duration": 1844,
    "minutes_used": 30.73,
    "download_url": LINK,
    "download_expires": "2025-06-13T11:30:00Z",
    "metadata": {"episode_id": "ep-042"},
    "created_at": "2025-06-13T10:30:00Z",
    "completed_at": "2025-06-13T10:30:52Z",
}
WEBHOOK = {
    "event": "job.completed",
    "job_id": "job_3f8a2c9e",
    "status": "completed",
    "preset": "podcast",
    "output_format": "wav",
    "file_duration": 1844,
    "minutes_used": 30.73,
    "download_url": LINK,
    "download_expires": "2025-06-13T11:30:52Z",
    "metadata": {"episode_id": "ep-042"},
    "timestamp": "2025-06-13T10:30:52Z",
    "signature": "sha256=a3f2c9e1b8d4...",
}
USAGE = {
    "plan": "api_pro",
    "minutes_included": 4000,
    "minutes_used": 1847.3,
    "minutes_remaining": 2152.7,
    "overage_minutes": 0,
    "overage_cost": "$0.00",
    "period_start": "2025-06-01T00:00:00Z",
    "period_end": "2025-06-30T23:59:59Z",
}


def at(hour, minute, second=0):
    return datetime(2025, 6, 13, hour, minute, second, tzinfo=UTC)  # NR-T-03: ISO 8601, UTC


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("job_id", "job_3f8a2c9e", id="NR-E-29"),
        pytest.param("status", wire.Status.PENDING, id="NR-E-30"),
        pytest.param("preset", "podcast", id="NR-E-31"),
        pytest.param("output_format", "wav", id="NR-E-32"),
        pytest.param("file_duration", None, id="NR-E-33"),
        pytest.param("metadata", {"episode_id": "ep-042"}, id="NR-E-34 NR-M-03"),
        pytest.param("created_at", at(10, 30), id="NR-E-35 NR-T-03"),
        pytest.param("estimated_completion", at(10, 31), id="NR-E-36"),
    ],
)
def test_the_printed_answer_to_a_submission_is_read(field, value):
    assert getattr(wire.Job.model_validate(ACCEPTED), field) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("job_id", "job_3f8a2c9e", id="NR-J-03a"),
        pytest.param("status", wire.Status.COMPLETED, id="NR-J-03b"),
        pytest.param("preset", "podcast", id="NR-J-03c"),
        pytest.param("output_format", "wav", id="NR-J-03d"),
        pytest.param("file_duration", 1844, id="NR-J-03e"),
        pytest.param("minutes_used", 30.73, id="NR-J-03f"),
        pytest.param("download_url", LINK, id="NR-J-03g"),
        pytest.param("download_expires", at(11, 30), id="NR-J-03h"),
        pytest.param("metadata", {"episode_id": "ep-042"}, id="NR-J-03i"),
        pytest.param("created_at", at(10, 30), id="NR-J-03j"),
        pytest.param("completed_at", at(10, 30, 52), id="NR-J-03k"),
    ],
)
def test_the_printed_completed_job_is_read(field, value):
    assert getattr(wire.Job.model_validate(COMPLETED), field) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("job_id", "job_3f8a2c9e", id="NR-W-03a"),
        pytest.param("status", wire.Status.COMPLETED, id="NR-W-03b"),
        pytest.param("preset", "podcast", id="NR-W-03c"),
        pytest.param("output_format", "wav", id="NR-W-03d"),
        pytest.param("file_duration", 1844, id="NR-W-03e"),
        pytest.param("minutes_used", 30.73, id="NR-W-03f"),
        pytest.param("download_url", LINK, id="NR-W-03g"),
        pytest.param("download_expires", at(11, 30, 52), id="NR-W-03h"),
        pytest.param("metadata", {"episode_id": "ep-042"}, id="NR-W-03i"),
        pytest.param("timestamp", at(10, 30, 52), id="NR-W-03j"),
        pytest.param("signature", "sha256=a3f2c9e1b8d4...", id="NR-W-03k"),
        pytest.param("created_at", None, id="NR-W-04 created_at"),
        pytest.param("completed_at", None, id="NR-W-04 completed_at"),
        pytest.param("error_message", None, id="NR-W-04 error_message"),
    ],
)
def test_the_printed_webhook_is_read(field, value):
    assert getattr(wire.Webhook.model_validate(WEBHOOK), field) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("plan", "api_pro", id="NR-U-01a"),
        pytest.param("minutes_included", 4000, id="NR-U-01b"),
        pytest.param("minutes_used", 1847.3, id="NR-U-01c"),
        pytest.param("minutes_remaining", 2152.7, id="NR-U-01d"),
        pytest.param("overage_minutes", 0, id="NR-U-01e"),
        pytest.param("overage_cost", "$0.00", id="NR-U-01f AMB-20"),
        pytest.param("period_start", datetime(2025, 6, 1, tzinfo=UTC), id="NR-U-01g"),
        pytest.param("period_end", datetime(2025, 6, 30, 23, 59, 59, tzinfo=UTC), id="NR-U-01h"),
    ],
)
def test_the_printed_usage_is_read(field, value):
    assert getattr(wire.Usage.model_validate(USAGE), field) == value


def test_an_overage_cost_that_is_a_number_is_shown_as_given():  # AMB-20
    assert wire.Usage.model_validate(USAGE | {"overage_cost": 1.5}).overage_cost == "1.5"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        pytest.param("pending", wire.Status.PENDING, id="NR-J-02a"),
        pytest.param("processing", wire.Status.PROCESSING, id="NR-J-02b"),
        pytest.param("completed", wire.Status.COMPLETED, id="NR-J-02c"),
        pytest.param("failed", wire.Status.FAILED, id="NR-J-02d"),
        pytest.param("queued", None, id="unknown"),
    ],
)
def test_states_are_four_words(word, status):
    assert wire.Job.model_validate({"status": word}).status is status


@pytest.mark.parametrize(
    ("preset", "word"),
    [
        pytest.param(Preset.AUTO, "auto", id="NR-P-01 NR-E-13"),
        pytest.param(Preset.PODCAST, "podcast", id="NR-P-02 NR-E-14"),
        pytest.param(Preset.VIDEO, "video", id="NR-P-03 NR-E-15"),
        pytest.param(Preset.CALL, "call", id="NR-P-04 NR-E-16"),
        pytest.param(Preset.VOICEOVER, "voiceover", id="NR-P-05 NR-E-17"),
        pytest.param(Preset.MUSIC, "music", id="NR-P-06 NR-E-18"),
    ],
)
def test_every_preset_has_their_word(preset, word):
    assert wire.PRESETS[preset] == word


@pytest.mark.parametrize(
    ("made", "word"),
    [
        pytest.param(Format.WAV, "wav", id="NR-E-20"),
        pytest.param(Format.MP3, "mp3", id="NR-E-21"),
        pytest.param(Format.FLAC, "flac", id="NR-E-22"),
        pytest.param(Format.M4A, "m4a", id="NR-E-23 NR-M-04"),
        pytest.param(Format.OGG, "ogg", id="NR-E-24 NR-M-04"),
        pytest.param(Format.AIFF, "aiff", id="NR-E-25 NR-M-04"),
    ],
)
def test_every_format_has_their_word(made, word):
    assert wire.FORMATS[made] == word


@pytest.mark.parametrize(
    ("status", "name", "code"),
    [
        pytest.param(400, "invalid_request", Code.PROVIDER_FAILED, id="NR-ERR-01"),
        pytest.param(400, "invalid_preset", Code.PROVIDER_FAILED, id="NR-ERR-02"),
        pytest.param(400, "invalid_format", Code.PROVIDER_FAILED, id="NR-ERR-03"),
        pytest.param(401, "unauthorized", Code.PROVIDER_KEY, id="NR-ERR-04"),
        pytest.param(402, "payment_required", Code.PROVIDER_CREDIT, id="NR-ERR-05"),
        pytest.param(403, "plan_restriction", Code.PROVIDER_PLAN, id="NR-ERR-06"),
        pytest.param(404, "job_not_found", Code.RESULT_GONE, id="NR-ERR-07"),
        pytest.param(408, "processing_timeout", Code.PROVIDER_TOO_LONG, id="NR-ERR-08"),
        pytest.param(413, "file_too_large", Code.PROVIDER_TOO_LARGE, id="NR-ERR-09"),
        pytest.param(415, "unsupported_format", Code.PROVIDER_FAILED, id="NR-ERR-10"),
        pytest.param(422, "file_corrupted", Code.PROVIDER_FAILED, id="NR-ERR-11"),
        pytest.param(422, "duration_exceeded", Code.PROVIDER_TOO_LONG, id="NR-ERR-12"),
        pytest.param(429, "rate_limit_exceeded", Code.PROVIDER_BUSY, id="NR-ERR-13"),
        pytest.param(500, "server_error", Code.PROVIDER_DOWN, id="NR-ERR-14"),
        pytest.param(503, "service_unavailable", Code.PROVIDER_DOWN, id="NR-ERR-15"),
    ],
)
def test_every_row_of_the_error_table_has_its_meaning(status, name, code):
    body = wire.error_body(name, "Their words.")
    assert body == {"error": {"code": name, "message": "Their words.", "status": status}}
    # NR-ERR-00: code, message and status stand in one object.
    problem = wire.question_problem(status, body, json.dumps(body))
    assert (problem.code, problem.detail) == (code, f"{status} {name} Their words.")


@pytest.mark.parametrize(
    ("status", "body", "submitted", "asked"),
    [
        (200, None, Code.PROVIDER_UNSURE, Code.PROVIDER_DOWN),
        (202, {}, Code.PROVIDER_UNSURE, Code.PROVIDER_DOWN),
        (202, [1], Code.PROVIDER_UNSURE, Code.PROVIDER_DOWN),
        (301, None, Code.PROVIDER_FAILED, Code.PROVIDER_DOWN),
        (400, {}, Code.PROVIDER_FAILED, Code.PROVIDER_DOWN),
        (401, None, Code.PROVIDER_KEY, Code.PROVIDER_KEY),
        (402, {"error": "no"}, Code.PROVIDER_CREDIT, Code.PROVIDER_CREDIT),
        (403, {"error": {"code": "new"}}, Code.PROVIDER_PLAN, Code.PROVIDER_PLAN),
        (404, None, Code.PROVIDER_FAILED, Code.PROVIDER_DOWN),
        (404, {"error": "no"}, Code.PROVIDER_FAILED, Code.RESULT_GONE),
        (408, None, Code.PROVIDER_TOO_LONG, Code.PROVIDER_DOWN),
        (413, None, Code.PROVIDER_TOO_LARGE, Code.PROVIDER_DOWN),
        (418, {"error": {"code": []}}, Code.PROVIDER_FAILED, Code.PROVIDER_DOWN),
        (429, None, Code.PROVIDER_BUSY, Code.PROVIDER_BUSY),
        (500, None, Code.PROVIDER_DOWN, Code.PROVIDER_DOWN),
        (502, None, Code.PROVIDER_UNSURE, Code.PROVIDER_DOWN),
        (503, None, Code.PROVIDER_DOWN, Code.PROVIDER_DOWN),
        (504, None, Code.PROVIDER_UNSURE, Code.PROVIDER_DOWN),
        (200, wire.error_body("payment_required", ""), Code.PROVIDER_CREDIT, Code.PROVIDER_CREDIT),
        (404, wire.error_body("job_not_found", ""), Code.PROVIDER_FAILED, Code.RESULT_GONE),
    ],
)
def test_what_the_table_does_not_name_is_judged_by_its_status(status, body, submitted, asked):
    assert wire.submit_problem(status, body, "").code is submitted
    assert wire.question_problem(status, body, "").code is asked


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"error_message": "Bad sound"}, "Bad sound"),
        ({"error_message": " ", "error": {"message": "Bad sound"}}, "Bad sound"),
        ({"error": "Bad sound"}, "Bad sound"),
        ({"error": {"code": 5}, "error_message": 7}, ""),
        ({}, ""),
    ],
)
def test_the_reason_of_a_failure_is_found_wherever_it_stands(members, reason):  # AMB-12, NR-J-07
    assert wire.Job.model_validate({"status": "failed", **members}).reason == reason


def test_a_failed_job_that_names_a_code_of_the_table_means_that():
    job = wire.Job.model_validate({"error": {"code": "processing_timeout", "message": "Long"}})
    problem = wire.job_problem(job)
    assert (problem.code, problem.detail) == (Code.PROVIDER_TOO_LONG, "processing_timeout Long")


@pytest.mark.parametrize(
    "envelope",
    [
        lambda jobs: jobs,
        lambda jobs: {"jobs": jobs, "total": 1},
        lambda jobs: {"total": 1, "data": jobs},
        lambda jobs: {"items": jobs},
        lambda jobs: {"jobs": 1, "results": jobs},
    ],
    ids=["bare", "jobs", "data", "items", "results"],
)
def test_the_list_is_found_in_every_envelope(envelope):  # AMB-13, NR-L-02
    (job,) = wire.listed(envelope([COMPLETED, 5, None]))
    assert job.ref == "job_3f8a2c9e"


@pytest.mark.parametrize("body", [None, {}, {"jobs": {}}, "jobs", 5])
def test_where_no_list_comes_none_is_made_up(body):
    assert wire.listed(body) is None


@pytest.mark.parametrize(
    ("given", "ref"),
    [
        ("denoise789", "denoise789"),
        ("0b9c0f5e-7a43-4d09-9a0c-1f0e8a2f9a11", "0b9c0f5e-7a43-4d09-9a0c-1f0e8a2f9a11"),
        ("a" * 128, "a" * 128),
        ("a" * 129, ""),
        ("../usage", ""),
        ("a/b", ""),
        ("a?b", ""),
        ("a\n", ""),
        ("ä", ""),
        ("", ""),
        (5, ""),
    ],
)
def test_only_names_that_may_stand_in_a_path_are_names(given, ref):  # AMB-22
    assert wire.Job.model_validate({"job_id": given}).ref == ref


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", 5),
        ("status", ["completed"]),
        ("file_duration", "1844"),
        ("file_duration", True),
        ("file_duration", -1),
        ("minutes_used", 10**400),
        ("minutes_used", float("inf")),
        ("download_url", {"url": "x"}),
        ("created_at", 1718272260),
        ("created_at", "yesterday"),
        ("created_at", "0001-01-01T00:00:00+14:00"),
        ("metadata", "no json"),
        ("metadata", "[" * 100_000),
        ("metadata", [1]),
    ],
)
def test_a_value_of_another_kind_is_unknown(field, value):
    job = wire.Job.model_validate(COMPLETED | {field: value})
    assert getattr(job, field) is None
    assert job.job_id == "job_3f8a2c9e"


def test_metadata_that_comes_back_as_text_is_read():
    assert wire.Job.model_validate({"metadata": '{"a": "b"}'}).metadata == {"a": "b"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from([*COMPLETED, "error", "error_message", "event", "jobs", "code"]),
                inner,
            )
        ),
    )
)
def test_nothing_that_is_json_breaks_the_reader(body):
    wire.listed(body)
    wire.submit_problem(202, body, "")
    wire.question_problem(404, body, "")
    if isinstance(body, dict):
        job = wire.Webhook.model_validate(body)
        assert isinstance(job.ref, str)
        wire.job_problem(job)
        wire.Usage.model_validate(body)


@pytest.mark.parametrize(
    "secret",
    ["https://noise-remover.com/a?token=T0P", "nr_live_sk_T0P", "Bearer T0P", "?token=T0P&a=1"],
)
def test_the_log_gets_no_keys_and_no_addresses(secret):
    assert "T0P" not in wire.for_the_log(f"before {secret} after\n{'x' * 500}")
    assert len(wire.for_the_log("x" * 500)) == 200


def test_what_we_would_write_is_what_we_read():
    job = wire.Job.model_validate(COMPLETED)
    written = job.model_dump(mode="json", exclude_unset=True)
    assert written == COMPLETED
