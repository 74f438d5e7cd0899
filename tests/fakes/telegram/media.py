"""What is in an upload, and what Telegram makes of it."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.body import Ask
from tests.fakes.telegram.files import Files
from tests.fakes.telegram.limits import Limits
from tests.fakes.telegram.model import File, FilePart
from tests.fakes.telegram.refusal import bad, must, too_large

VOICES = {"opus", "mp3", "m4a"}
SONGS = {"mp3", "m4a"}
MIMES = {"opus": "audio/ogg", "mp3": "audio/mpeg", "m4a": "audio/mp4"}
NAMES = {"document": "Document", "voice": "VoiceNote", "video_note": "VideoNote", "photo": "Photo"}


def sniff(data: bytes, name: str = "", mime: str = "") -> str:
    """The format, by the first bytes."""
    if data.startswith(b"OggS"):
        return "opus" if b"OpusHead" in data[:512] else "ogg"
    if data.startswith(b"ID3") or (data[:1] == b"\xff" and data[1:2] >= b"\xe0" and len(data) > 2):
        return "jpeg" if data.startswith(b"\xff\xd8") else "mp3"
    if data[4:8] == b"ftyp":
        is_song = data[8:11] == b"M4A" or name.endswith(".m4a") or mime.startswith("audio/")
        return "m4a" if is_song else "mp4"
    marks = {b"fLaC": "flac", b"RIFF": "wav", b"\x89PNG": "png", b"\xff\xd8": "jpeg"}
    return next((kind for mark, kind in marks.items() if data.startswith(mark)), "")


def kind_of(wanted: str, form: str, *, detect: bool = True) -> str:
    """What a file that was sent as `wanted` becomes."""
    match wanted:
        case "voice" if form not in VOICES:
            return "document"
        case "audio" if form not in SONGS:
            return "document"
        case "document" if detect and form in SONGS:
            return "audio"
        case "document" if detect and form == "mp4":
            return "video"
        case "video" | "video_note" if form != "mp4":
            return "document"
    return wanted


class Media:
    """Takes the file of a request: an upload or a file id."""

    def __init__(self, files: Files, limits: Limits) -> None:
        self._files = files
        self._limits = limits

    def take(self, ask: Ask, wanted: str, given: dict[str, Any], field: str) -> File:
        """The file that `given[field]` names, as Telegram keeps it."""
        named = given.get(field)
        part = self._part(ask, named, field)
        if part is None:
            must(named, f"there is no {wanted} in the request")
            return self._again(self._files.find(str(named)), wanted)
        self._check_size(part, wanted)
        return self._files.keep(self._made(ask, part, wanted, given))

    def is_upload(self, ask: Ask, named: Any) -> bool:
        return isinstance(named, str) and named.startswith("attach://")

    def _part(self, ask: Ask, named: Any, field: str) -> FilePart | None:
        if self.is_upload(ask, named):
            part = ask.files.get(named.removeprefix("attach://"))
            must(part, f"there is no file {named} in the request")
            return part
        return ask.files.get(field) if named is None else None

    def _again(self, file: File, wanted: str) -> File:
        # A file stays what it is; only a photo is too different to be sent as anything else.
        if (file.kind == "photo") != (wanted == "photo"):
            as_is, asked = NAMES.get(file.kind, file.kind), NAMES.get(wanted, wanted)
            raise bad(f"can't use file of type {as_is} as {asked}", breach=True)
        return file

    def _check_size(self, part: FilePart, wanted: str) -> None:
        size = len(part.data)
        must(size, "file must be non-empty")
        if size > self._limits.upload:
            # Nobody can know of a limit that is lower than the documented one.
            raise too_large(breach=size > Limits().upload)
        must(wanted != "photo" or size <= self._limits.photo, "too big for a photo")

    def _made(self, ask: Ask, part: FilePart, wanted: str, given: dict[str, Any]) -> File:
        form = sniff(part.data, part.name, part.content_type)
        detect = given.get("disable_content_type_detection") not in (True, "true", "True")
        kind = kind_of(wanted, form, detect=detect)
        must(wanted != "photo" or form in ("jpeg", "png"), "IMAGE_PROCESS_FAILED")
        file = File("", part.data, part.name, part.content_type, len(part.data), kind)
        if kind != "document":
            file.duration = int(float(given.get("duration") or 0))
        if kind == "audio":
            file.title, file.performer = given.get("title"), given.get("performer")
        if kind == "voice":
            file.name, file.mime = None, MIMES[form]
        file.thumbnail = self._thumbnail(ask, given)
        return file

    def _thumbnail(self, ask: Ask, given: dict[str, Any]) -> bytes | None:
        part = self._part(ask, given.get("thumbnail"), "thumbnail")
        if part is None:
            return None
        fits = len(part.data) <= self._limits.thumbnail
        must(fits and sniff(part.data) == "jpeg", "wrong thumbnail: JPEG below 200 kB")
        return part.data
