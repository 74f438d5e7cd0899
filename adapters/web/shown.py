"""A kept message as the page shows it: in one language, with addresses for its sounds. Pure."""

from collections.abc import Mapping
from typing import Any

from adapters.web import plain
from services import texts
from services.model import Text
from services.ports import Message

OCTETS = "application/octet-stream"
SOURCE = "source"

# What a browser is told about a source, by the decoder's names for containers.
MIMES = {
    "wav": "audio/wav",
    "w64": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "mov": "audio/mp4",
    "mp4": "audio/mp4",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "aiff": "audio/aiff",
    "webm": "audio/webm",
    "matroska": "audio/webm",
}
# Parts of a clean-up have words of their own; stems are named as their choices are.
PARTS = {SOURCE: "picture-before", "clean": "picture-after", "residual": "web-part-removed"}


def mime_of(container: str) -> str:
    """The type of a source; its decoder may give several names, as in `mov,mp4,m4a`."""
    names = container.lower().split(",")
    return next((MIMES[name] for name in names if name in MIMES), OCTETS)


def safe_mime(mime: str) -> str:
    """`mime` if it is a sound's (or a film's), else bytes that no browser interprets."""
    return mime if mime.startswith(("audio/", "video/")) else OCTETS


def message(row: Message, locale: str) -> dict[str, Any]:
    """What the page needs of one kept message."""
    body = row.body
    frame = {"key": row.key, "at": row.at.isoformat(timespec="microseconds"), "by": body["by"]}
    if body["by"] == plain.PERSON:
        return {**frame, "text": body["text"], "files": body["files"]}
    if body["by"] == plain.UNDERTONE:
        return {**frame, **_card(body, locale)}
    return frame


def _card(body: Mapping[str, Any], locale: str) -> dict[str, Any]:
    job = body["job"]
    return {
        "tone": body["tone"],
        "job": job,
        "lines": [_say(line, locale) for line in body["lines"]],
        "progress": body["progress"] and _progress(body["progress"], locale),
        "sounds": _sounds(body, locale),
        "picture": _picture(body, locale),
        "actions": [
            {**action, "label": _say(action["label"], locale)} for action in body["actions"]
        ],
    }


def _progress(progress: Mapping[str, Any], locale: str) -> dict[str, Any]:
    left = progress["seconds_left"]
    about = "" if left is None else texts.render(Text("card-time-left", {"seconds": left}), locale)
    return {"fraction": progress["fraction"], "left": about}


def _sounds(body: Mapping[str, Any], locale: str) -> list[dict[str, Any]]:
    tracks = [{**track, "mime": safe_mime(track["mime"]), "start": 0.0} for track in body["tracks"]]
    clip = body["clip"]
    if clip and tracks:
        before = {"part": SOURCE, "mime": mime_of(clip["container"]), "start": body["start"]}
        tracks.insert(0, {**clip, **before})
    return [
        {**track, "label": _part(track["part"], locale), "url": _url("sound", body, track["part"])}
        for track in tracks
    ]


def _picture(body: Mapping[str, Any], locale: str) -> dict[str, str] | None:
    if not body["picture"]:
        return None
    alt = _say(body["alt"], locale) if body["alt"] else ""
    return {"url": _url("picture", body), "alt": alt}


def _part(part: str, locale: str) -> str:
    return texts.render(Text(PARTS.get(part, f"choice-{part}")), locale)


def _url(what: str, body: Mapping[str, Any], *rest: str) -> str:
    return "/".join(["/chat", what, body["job"], *rest])


def _say(text: Mapping[str, Any], locale: str) -> str:
    return texts.render(plain.text_from_plain(text), locale)
