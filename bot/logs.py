"""Log lines: for eyes or for machines, one record a line, without secrets or people in them."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Libraries that print addresses with tokens in them, or what people sent.
LOUD = (
    "alembic",
    "aiohttp.access",
    "botocore",
    "discord",
    "httpcore",
    "httpx",
    "telegram",
    "urllib3",
)
HIDDEN = "[hidden]"

# Words that name a secret, wherever they stand in a field's name.
SECRET_FIELD = re.compile(r"token|secret|password|passwd|authorization|cookie|api_?key", re.I)
# Fields that would name a person or what they sent.
PERSONAL_FIELD = re.compile(
    r"(user|person|chat|guild|author|sender)(_?(id|name))?|(file|display|first|last|full|user)_?name"
    r"|text|message_text|caption",
    re.I,
)
# In order: what stands for a secret in free text, and what is left of it.
REDACTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    # user:password@ in an address
    (re.compile(r"(?<=://)[^/\s@:]*:[^/\s@]*@"), f"{HIDDEN}@"),
    # everything after ? in an address or path: signatures and keys travel there
    (re.compile(r"(?<=[\w/])\?[^\s\"'<>]*=[^\s\"'<>]*"), f"?{HIDDEN}"),
    # our own signed paths
    (re.compile(r"/(files|webhooks/[\w-]+|sound|pictures?)/[\w.~=-]{16,}"), rf"/\1/{HIDDEN}"),
    # tokens of Telegram bots, in paths or alone
    (re.compile(r"\b(bot)?\d{6,12}:[\w-]{30,}"), HIDDEN),
    # tokens of Discord bots and of our own: parts joined by dots
    (re.compile(r"\b[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}"), HIDDEN),
    # the rest of our own: packed or plain JSON and its signature
    (re.compile(r"(\.eJ|\beyJ)[\w-]{16,}\.[\w-]{20,}"), HIDDEN),
    (re.compile(r"\b(Bearer|Basic|Bot)\s+[\w.~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    (
        re.compile(
            r"(?i)\b((?:[\w-]*(?:token|secret|password|api[_-]?key|authorization))"
            r"[\"']?\s*[=:]\s*[\"']?)(?!\[hidden|Bearer|Basic|Bot\b)[^\s\"',;&]+"
        ),
        rf"\1{HIDDEN}",
    ),
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def configure(log_format: str, level: str, stream: TextIO | None = None) -> None:
    """Send every log record of this process to `stream` (standard error) in this format.

    Calling it again replaces what it did before.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            harmless,
            _json() if log_format == "json" else _console(stream or sys.stderr),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    # What strangers send wrongly is answered, and must not fill the log; faults of ours are logged
    # where they are caught.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    for name in LOUD:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def harmless(logger: WrappedLogger, method: str, record: EventDict) -> EventDict:
    """The record without secrets and people, every value on one line."""
    return {name: _field(name, value) for name, value in record.items()}


def redact(text: str) -> str:
    """`text` without tokens, signed paths, passwords and query strings, on one line."""
    for pattern, left in REDACTIONS:
        text = pattern.sub(left, text)
    return CONTROL.sub(_escaped, text)


def _field(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if SECRET_FIELD.search(name) or PERSONAL_FIELD.fullmatch(name):
        return HIDDEN
    return _value(value)


def _value(value: Any) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {redact(str(name)): _field(str(name), one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_value(one) for one in value]
        case _:
            return redact(str(value))


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    known = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
    return known.get(char, f"\\u{ord(char):04x}" if ord(char) > 0xFF else f"\\x{ord(char):02x}")


def _json() -> Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def _console(stream: TextIO) -> Processor:
    renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=32)

    def render(logger: WrappedLogger, method: str, record: EventDict) -> str:
        # Under these names the renderer would print them over many lines.
        for name, other in (("exception", "trace"), ("stack", "calls")):
            if name in record:
                record[other] = record.pop(name)
        return str(renderer(logger, method, record))

    return render
