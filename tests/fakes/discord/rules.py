"""The rules on what a message may consist of."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from tests.fakes.discord import components as parts
from tests.fakes.discord.limits import Limits
from tests.fakes.discord.model import FilePart
from tests.fakes.discord.refusal import Refused, must, too_large

EMBED = {"title": 256, "description": 4096}
PING = re.compile(r"<@!?(\d+)>")
EVERYONE = re.compile(r"@(?:everyone|here)\b|<@&\d+>")


@dataclass(frozen=True, slots=True)
class Way:
    """The door a message comes in by, and how much fits through it."""

    name: str  # "channel", "webhook" or "callback"
    file_limit: int
    request_limit: int


def check_sizes(files: dict[int, FilePart], size: int, way: Way, limits: Limits) -> None:
    must(len(files) <= limits.files, "attachments", "10 at most")
    largest = max((len(part.data) for part in files.values()), default=0)
    if largest > way.file_limit or size > way.request_limit:
        raise too_large(breach=True)
    if limits.file_really is not None and largest > limits.file_really:
        raise too_large(breach=False)


def check_form(data: dict[str, Any], limits: Limits, *, v2: bool) -> None:
    content = data.get("content") or ""
    embeds = data.get("embeds") or []
    must(len(content) <= limits.content, "content", "2000 at most")
    must(not v2 or not (content or embeds or data.get("poll")), "flags", "not with Components V2")
    _check_embeds(embeds)
    parts.check(data.get("components") or [], limits, v2=v2)
    for one in data.get("attachments") or []:
        told = one.get("description") or ""
        must(len(told) <= limits.description, "attachments", "description: 1024 at most")
    must(len(str(data.get("nonce") or "")) <= 25, "nonce", "25 at most")


def _check_embeds(embeds: list[dict[str, Any]]) -> None:
    must(len(embeds) <= 10, "embeds", "10 at most")
    total = 0
    for embed in embeds:
        fields = embed.get("fields", [])
        must(len(fields) <= 25, "embeds", "25 fields at most")
        lengths = [(embed.get(key) or "", limit) for key, limit in EMBED.items()]
        lengths += [(field.get("name", ""), 256) for field in fields]
        lengths += [(field.get("value", ""), 1024) for field in fields]
        lengths.append((embed.get("footer", {}).get("text", ""), 2048))
        lengths.append((embed.get("author", {}).get("name", ""), 256))
        must(all(len(text) <= limit for text, limit in lengths), "embeds", "too long")
        must(all(field.get("name") and field.get("value") for field in fields), "embeds", "empty")
        total += sum(len(text) for text, _ in lengths)
    must(total <= 6000, "embeds", "6000 in all at most")


def check_voice(data: dict[str, Any], files: dict[int, FilePart]) -> None:
    """Refuse a voice message that Discord would."""
    if any(data.get(key) for key in ("content", "embeds", "components", "poll")):
        text = "Voice messages do not support additional content"
        raise Refused(400, 50159, text, breach=True)
    parts_given = list(files.values())
    if len(parts_given) != 1 or not parts_given[0].content_type.startswith("audio/"):
        text = "Voice messages must have a single audio attachment"
        raise Refused(400, 50160, text, breach=True)
    entries = data.get("attachments") or [{}]
    if not isinstance(entries[0].get("duration_secs"), int | float) or not _is_waveform(
        entries[0].get("waveform")
    ):
        text = "Voice messages must have supporting metadata"
        raise Refused(400, 50161, text, breach=True)


def _is_waveform(text: Any) -> bool:
    try:
        return 0 < len(base64.b64decode(text, validate=True)) <= 256
    except (TypeError, ValueError, binascii.Error):
        return False


@dataclass(frozen=True, slots=True)
class Pings:
    """Who hears of a message; `careless`: what is wrong with how that was said."""

    users: list[int]
    everyone: bool = False
    careless: str | None = None


def pings(data: dict[str, Any], readable: str, replied_to: int | None) -> Pings:
    """Whom this text pings, by its `allowed_mentions`."""
    named = list(dict.fromkeys(int(number) for number in PING.findall(readable)))
    loud = bool(EVERYONE.search(readable))
    allowed = data.get("allowed_mentions")
    if allowed is None:
        careless = "allowed_mentions is missing" if named or loud else None
        return Pings([*named, *([replied_to] if replied_to else [])], loud, careless)
    parse = allowed.get("parse", [])
    careless = f"allowed_mentions parses {parse}" if parse else None
    chosen = {int(number) for number in allowed.get("users", [])}
    must(not (chosen and "users" in parse), "allowed_mentions", "users twice")
    heard = [one for one in named if "users" in parse or one in chosen]
    if replied_to and allowed.get("replied_user"):
        heard.append(replied_to)
    return Pings(heard, loud and "everyone" in parse, careless)
