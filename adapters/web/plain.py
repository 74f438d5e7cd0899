"""Cards and texts as plain JSON: what a kept message holds, free of any language."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from services.cards import SHOW, ZIP
from services.model import Clip, Job, Track
from services.showing import Action, Card, Document, Text

# What a page may know of a sound; not where it lies.
CLIP = ("name", "bytes", "seconds", "container", "codec")
TRACK = ("part", "name", "format", "mime", "bytes", "seconds")

PERSON = "person"
UNDERTONE = "undertone"
NOBODY = "nobody"  # a message that was taken away
# On this page results stay where they are, and each has its download.
NEEDLESS = (SHOW, ZIP)
GONE: Mapping[str, Any] = {"by": NOBODY}


def text_to_plain(text: Text) -> dict[str, Any]:
    """A text as JSON; `text_from_plain` brings it back."""
    args = {
        name: {"text": text_to_plain(value)} if isinstance(value, Text) else value
        for name, value in text.args.items()
    }
    return {"key": text.key, "args": args}


def text_from_plain(plain: Mapping[str, Any]) -> Text:
    """The text that `text_to_plain` wrote down."""
    args = {
        name: text_from_plain(value["text"]) if isinstance(value, Mapping) else value
        for name, value in plain["args"].items()
    }
    return Text(plain["key"], args)


def card_to_plain(card: Card, job: Job | None) -> dict[str, Any]:
    """The card as a kept message; `job` says where in the source its tracks begin."""
    progress = card.progress
    return {
        "by": UNDERTONE,
        "tone": card.tone.value,
        "lines": [text_to_plain(line) for line in card.lines],
        "job": card.job,
        "start": job.recipe.start if job else 0.0,
        "progress": progress
        and {
            "fraction": progress.fraction,
            "seconds_left": progress.seconds_left,
            "place": progress.place,
        },
        "clip": card.clip and _picked(card.clip, CLIP),
        "tracks": [_track(track) for track in card.tracks],
        "picture": card.picture is not None,
        "alt": card.alt and text_to_plain(card.alt),
        "documents": [_document(one) for one in card.documents],
        "actions": [_action(action) for action in card.actions if action.command not in NEEDLESS],
    }


def _document(document: Document) -> dict[str, Any]:
    """A small file, which is kept in its message and goes with it."""
    content = b64encode(document.content).decode()
    return {"name": document.name, "bytes": len(document.content), "content": content}


def document_in(body: Mapping[str, Any], n: int) -> tuple[str, bytes] | None:
    """Name and content of a file in a kept message; None where there is none of this number."""
    documents = body.get("documents", ())
    if n >= len(documents):
        return None
    return documents[n]["name"], b64decode(documents[n]["content"])


def said(text: str, files: list[dict[str, Any]]) -> dict[str, Any]:
    """What the person wrote and which files came with it, as a kept message."""
    return {"by": PERSON, "text": text, "files": files}


def _picked(value: Clip | Track, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _track(track: Track) -> dict[str, Any]:
    made = _picked(track, TRACK)
    return {**made, "id": track.id} if track.wanted else made


def _action(action: Action) -> dict[str, Any]:
    return {
        "label": text_to_plain(action.label),
        "command": action.command,
        "options": dict(action.options),
    }
