"""What there is in the pretended MusicGPT."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime

ALWAYS = math.inf

# Each operation: its word in the path, its conversionType, its word in callbacks.
OPERATIONS = {
    "denoise": ("DENOISING", "Denoise"),
    "deecho": ("DEECHO", "Deecho"),
    "dereverb": ("DEREVERB", "Dereverb"),
    "Extraction": ("EXTRACTION", "Extraction"),
}
# As statuscheck lists them, as far as they concern sound that is cleaned or split.
TYPES = (
    "DENOISING", "DEECHO", "DEREVERB", "EXTRACTION", "STEMS_SEPARATION", "VOCAL_EXTRACTION",
)  # fmt: skip
STEMS = (
    "vocals", "instrumental", "male_vocal", "female_vocal", "lead_vocal", "back_vocal", "bass",
    "drums", "guitar", "piano", "keys", "strings", "winds", "rhythm_guitar", "solo_guitar",
    "acoustic_guitar", "electric_guitar", "kick_drum", "snare_drum", "toms", "hi_hat", "ride",
    "crash",
)  # fmt: skip
PREPROCESSING = ("Denoise", "Deecho", "Dereverb")
EITHER = "Either audio_url or audio_file must be provided."
BOTH = "Both audio_url and audio_file cannot be None."


@dataclass(frozen=True)
class Fault:
    """What goes wrong instead of an answer.

    swallow: the work is done first, whatever then comes. reset: the connection is cut. hold:
    nothing comes until `let_go`. cut: the body ends after so many bytes of what was announced.
    endless: so many bytes are announced, and zeros come until nobody listens.
    """

    status: int = 200
    body: bytes | str | dict | list = ""
    headers: dict[str, str] = field(default_factory=dict)
    swallow: bool = False
    reset: bool = False
    hold: bool = False
    cut: int | None = None
    endless: int = 0


@dataclass
class Planned:
    """A fault that waits for its call."""

    endpoint: str
    fault: Fault
    left: float


@dataclass(frozen=True)
class Upload:
    """The file of a form."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    method: str
    path: str
    endpoint: str
    headers: dict[str, str]
    content_type: str
    query: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    file: Upload | None = None


@dataclass
class Task:
    """An accepted submission."""

    task_id: str
    conversion_id: str
    operation: str
    fields: dict[str, str]
    file: Upload | None
    stems: list[str]
    created_at: datetime
    origin: str = ""
    status: str = "IN_QUEUE"
    reason: str = ""
    flagged: bool = False
    questions: int = 0
    cost: float = 0.48
    seconds: float = 136.82721088435375
    outputs: dict[str, bytes] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return OPERATIONS[self.operation][0]

    @property
    def webhook_url(self) -> str:
        return self.fields.get("webhook_url", "")

    def url(self, name: str, ending: str = "mp3") -> str:
        """Where a result lies."""
        return f"{self.origin}/conversions/{self.task_id}_{name}.{ending}"
