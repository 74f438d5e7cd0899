"""What people are shown: cards, and the texts in them; free of any platform's types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.model import Clip, JobId, Picture, Track


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence by its key in the catalogue and what to put into it.

    Values that are themselves `Text` are rendered first.
    """

    key: str
    args: Mapping[str, "str | int | float | Text"] = field(default_factory=dict)


class Tone(StrEnum):
    """How a card is meant."""

    INFO = "info"
    WORKING = "working"
    DONE = "done"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running job is."""

    fraction: float | None = None  # 0 to 1; None: not known
    seconds_left: float | None = None
    place: int | None = None  # in the line; 1 is next


@dataclass(frozen=True, slots=True)
class Action:
    """A button: pressing it is an Ask with this command and these options.

    menu: the title of a menu that it belongs in, where a place has menus.
    """

    label: Text
    command: str
    options: Mapping[str, str] = field(default_factory=dict)
    menu: Text | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Where a track lies that is too large for the chat."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Document:
    """A small file of words that goes with a card: settings, or what is known of somebody."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Card:
    """What to show; free of any platform's types.

    is_voice: its one track is a voice message and stands without words.
    is_private: only the person who asked needs to see it.
    is_fleeting: where we keep messages ourselves, it goes within the hour.
    jobs: whose each track is, where several jobs are answered at once.
    """

    lines: tuple[Text, ...]
    tone: Tone = Tone.INFO
    job: JobId | None = None
    progress: Progress | None = None
    clip: Clip | None = None  # the sound before
    tracks: tuple[Track, ...] = ()
    picture: Picture | None = None
    alt: Text | None = None  # the picture in words
    actions: tuple[Action, ...] = ()
    links: tuple[Link, ...] = ()
    documents: tuple[Document, ...] = ()
    is_voice: bool = False
    is_private: bool = False
    is_fleeting: bool = False
    jobs: tuple[JobId, ...] = ()

    @property
    def owners(self) -> tuple[JobId | None, ...]:
        """The job of each track."""
        return self.jobs or (self.job,) * len(self.tracks)
