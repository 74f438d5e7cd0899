"""A kept message as the page shows it: in one language, with addresses for its sounds. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.web import plain
from adapters.web.languages import Reader
from adapters.web.playing import OPUS, is_played, mime_of, safe_mime
from services import texts
from services.records import Message
from services.showing import Text
from services.texts.functions import Place

SOURCE = "source"

# Parts of a clean-up have words of their own; stems are named as their choices are.
PARTS = {SOURCE: "picture-before", "clean": "picture-after", "residual": "web-part-removed"}


def message(row: Message, reader: Reader) -> dict[str, Any]:
    """What the page needs of one kept message."""
    body = row.body
    frame = {"key": row.key, "at": row.at.isoformat(timespec="microseconds"), "by": body["by"]}
    if body["by"] == plain.PERSON:
        return {**frame, "text": body["text"], "files": body["files"]}
    if body["by"] == plain.UNDERTONE:
        return {**frame, **_card(body, reader), "documents": _documents(row)}
    return frame


def _card(body: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    job = body["job"]
    return {
        "tone": body["tone"],
        "job": job,
        "lines": [_say(line, reader) for line in body["lines"]],
        "progress": body["progress"] and _progress(body["progress"], reader),
        "sounds": _sounds(body, reader),
        "picture": _picture(body, reader),
        "actions": [
            {**action, "label": _say(action["label"], reader)} for action in body["actions"]
        ],
    }


def _documents(row: Message) -> list[dict[str, Any]]:
    """The small files of a message; what is in them is fetched from their addresses."""
    return [
        {
            "name": one["name"],
            "bytes": one["bytes"],
            "url": f"/chat/document/{row.seq}/{n}",
        }
        for n, one in enumerate(row.body.get("documents", ()))
    ]


def _progress(progress: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    left = progress["seconds_left"]
    text = Text("card-time-left", {"seconds": left})
    about = "" if left is None else texts.render(text, reader.locale)
    return {"fraction": progress["fraction"], "left": about}


def _sounds(body: Mapping[str, Any], reader: Reader) -> list[dict[str, Any]]:
    tracks = [{**track, "mime": safe_mime(track["mime"]), "start": 0.0} for track in body["tracks"]]
    clip = body["clip"]
    if clip and tracks:
        before = {"part": SOURCE, "mime": mime_of(clip["container"]), "start": body["start"]}
        tracks.insert(0, {**clip, **before})
    return [
        {
            **track,
            "label": _part(track["part"], reader),
            "is_heard": _is_heard(track, tracks),
            "url": (url := _url("sound", body, track.get("id", track["part"]))),
            **_playing(track, url),
        }
        for track in tracks
    ]


def _is_heard(track: Mapping[str, Any], tracks: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a player has it: of two formats one is enough, best what every browser plays."""
    twins = [one for one in tracks if one["part"] == track["part"]]
    return track is max(twins, key=lambda one: is_played(one["mime"], one.get("codec", "")))


def _playing(sound: Mapping[str, Any], url: str) -> dict[str, str]:
    """Where and as what a player finds the sound."""
    if is_played(sound["mime"], sound.get("codec", "")):
        return {"play_url": url, "play_mime": sound["mime"]}
    return {"play_url": f"{url}?play=1", "play_mime": OPUS}


def _picture(body: Mapping[str, Any], reader: Reader) -> dict[str, str] | None:
    if not body["picture"]:
        return None
    alt = _say(body["alt"], reader) if body["alt"] else ""
    return {"url": _url("picture", body), "alt": alt}


def _part(part: str, reader: Reader) -> str:
    return texts.render(Text(PARTS.get(part, f"choice-{part}")), reader.locale)


def _url(what: str, body: Mapping[str, Any], *rest: str) -> str:
    return "/".join(["/chat", what, body["job"], *rest])


def _say(text: Mapping[str, Any], reader: Reader) -> str:
    return texts.render(plain.text_from_plain(text), reader.locale, Place(zone=reader.zone))
