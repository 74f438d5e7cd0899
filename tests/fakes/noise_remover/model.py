"""What there is at the pretended noise-remover.com."""

from __future__ import annotations

import io
import wave
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

PRESETS = ("auto", "podcast", "video", "call", "voiceover", "music")
FORMATS = ("wav", "mp3", "flac", "m4a", "ogg", "aiff")
INPUTS = ("mp3", "wav", "flac", "m4a", "ogg", "aiff", "aac", "mp4", "mov")
STATES = ("pending", "processing", "completed", "failed")
LINK_LIVES = timedelta(hours=1)
# The document's table, row by row: HTTP status and code.
ERRORS = {
    "invalid_request": 400,
    "invalid_preset": 400,
    "invalid_format": 400,
    "unauthorized": 401,
    "payment_required": 402,
    "plan_restriction": 403,
    "job_not_found": 404,
    "processing_timeout": 408,
    "file_too_large": 413,
    "unsupported_format": 415,
    "file_corrupted": 422,
    "duration_exceeded": 422,
    "rate_limit_exceeded": 429,
    "server_error": 500,
    "service_unavailable": 503,
}


class Refused(Exception):
    """An error of the table."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message or f"This is {code}."


@dataclass(slots=True)
class Job:
    """One job; `questions` counts how often its state was told."""

    id: str
    preset: str
    output_format: str
    metadata: dict[str, Any] | None
    webhook_url: str
    name: str
    data: bytes
    created_at: datetime
    estimate: timedelta
    status: str = "pending"
    questions: int = 0
    completed_at: datetime | None = None
    body: bytes = b""
    error: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""

    @property
    def seconds(self) -> int:
        """Of a WAV as it is, of everything else a minute."""
        try:
            with wave.open(io.BytesIO(self.data)) as sound:
                return max(1, round(sound.getnframes() / sound.getframerate()))
        except (wave.Error, EOFError):
            return 60

    @property
    def minutes(self) -> float:
        return round(self.seconds / 60, 2)


@dataclass(slots=True)
class Call:
    """One request as it came in; status is 0 until it was answered, or for ever if it was cut."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    fields: dict[str, str] = field(default_factory=dict)
    file_name: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong instead of an answer.

    code: of the error table. status, body, headers: any other answer. accept: the call is done
    first. cut: the connection is reset instead of any answer. hang: nothing comes until the
    fake ends.
    """

    code: str = ""
    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: bool = False
    cut: bool = False
    hang: bool = False


def stamp(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")
