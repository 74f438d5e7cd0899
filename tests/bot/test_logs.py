"""Log lines: one record a line, and nothing in them that should not be."""

import io
import json
import logging

import pytest

from bot import logs

TELEGRAM = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
DISCORD = "MTE5ODYyMjQ4MzQ3MTkyNTI0OA.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs0abc"


@pytest.fixture
def lines():
    """Log into memory; gives back what was written."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()

    def start(log_format="json", at="INFO"):
        logs.configure(log_format, at, stream)
        return lambda: stream.getvalue().splitlines()

    yield start
    root.handlers = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_a_json_line_has_time_level_name_event_and_fields(lines):
    written = lines()
    logging.getLogger("services.worker").info("job collected", extra={"job": "ab", "parts": 2})
    record = json.loads(written()[0])
    assert record["event"] == "job collected"
    assert record["level"] == "info"
    assert record["logger"] == "services.worker"
    assert record["timestamp"].endswith("Z")
    assert (record["job"], record["parts"]) == ("ab", 2)


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_record_is_one_line_whatever_is_in_it(lines, log_format):
    written = lines(log_format)
    logging.getLogger("x").info("one\ntwo\r\x1b[31m\u2028three", extra={"detail": "a\nb\x00"})
    assert len(written()) == 1
    assert not any(char in written()[0] for char in "\r\x00\u2028")
    assert "[31m" not in written()[0] or "\x1b[31m" not in written()[0]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_trace_is_on_the_same_line(lines, log_format):
    written = lines(log_format)
    try:
        raise ValueError(f"no\nway {TELEGRAM}")
    except ValueError:
        logging.getLogger("x").exception("failed")
    assert len(written()) == 1
    assert "ValueError" in written()[0]
    assert TELEGRAM not in written()[0]


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        (f"POST https://api.telegram.org/bot{TELEGRAM}/sendMessage", TELEGRAM),
        (f"login with {DISCORD}", DISCORD),
        ("GET /files/eyJqIjoiYSJ9.aBcDeFgHiJkLmNoP done", "eyJqIjoiYSJ9"),
        ("POST /webhooks/musicgpt/eyJqIjoiYSJ9.aBcDeFgHiJkLmNoP", "eyJqIjoiYSJ9"),
        ("metadata=eyJqIjoiYSIsImEiOiIwIn0.aBcDeFgHiJkLmNoPqRsTuVwX", "aBcDeFgHiJkLmNoP"),
        ("metadata .eJyrVspSslIywASGSjpKiSApIF0.cRXvS1bXE52QKJTxN9q98S-El0o", "cRXvS1bX"),
        ("GET https://store/x.wav?X-Amz-Signature=abcdef0123", "abcdef0123"),
        ("connect postgresql://me:hunter22@db/undertone", "hunter22"),
        ("Authorization: Bearer abcdefgh12345678", "abcdefgh12345678"),
        ("api_key=abcdefgh12345678, more", "abcdefgh12345678"),
        ("{'password': 'hunter22'}", "hunter22"),
    ],
)
def test_secrets_in_free_text_are_hidden(said, secret):
    assert secret not in logs.redact(said)
    assert logs.HIDDEN in logs.redact(said)


@pytest.mark.parametrize(
    "said", ["job 0123456789abcdef0123 done", "is it done? yes", "/files/short", "12:30:05 left"]
)
def test_plain_text_stays(said):
    assert logs.redact(said) == said


def test_fields_that_name_secrets_or_people_are_hidden(lines):
    written = lines()
    fields = {"token": "abc", "user_id": "77", "file_name": "diary.wav", "headers": {"Cookie": "c"}}
    logging.getLogger("x").info("said", extra={**fields, "attempt": 1})
    record = json.loads(written()[0])
    assert [record["token"], record["user_id"], record["file_name"]] == [logs.HIDDEN] * 3
    assert record["headers"] == {"Cookie": logs.HIDDEN}
    assert record["attempt"] == 1


def test_libraries_that_print_addresses_are_quiet(lines):
    written = lines(at="DEBUG")
    logging.getLogger("httpx").info("HTTP Request: POST https://api/x")
    assert written() == []


def test_configuring_twice_does_not_double_lines(lines):
    lines()
    written = lines()
    logging.getLogger("x").info("once")
    assert len(written()) == 1
