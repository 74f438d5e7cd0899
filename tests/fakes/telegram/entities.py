"""What Telegram marks in a text: commands, mentions, links, and what HTML says."""

import re
from html.parser import HTMLParser
from typing import Any

from tests.fakes.telegram.refusal import bad

FOUND = {
    "bot_command": re.compile(r"(?<![\w/])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?!\w)"),
    "mention": re.compile(r"(?<![\w/])@\w{3,32}"),
    "url": re.compile(r"https?://[^\s<>]+"),
}
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
    "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip


def length(text: str) -> int:
    """Telegram counts offsets in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def find(text: str) -> list[dict[str, Any]]:
    """What Telegram itself finds in a text."""
    found: list[dict[str, Any]] = []
    for kind, pattern in FOUND.items():
        for match in pattern.finditer(text):
            offset, span = length(text[: match.start()]), length(match[0])
            if not any(_overlap(one, offset, span) for one in found):
                found.append({"type": kind, "offset": offset, "length": span})
    return sorted(found, key=lambda one: one["offset"])


def naming(text: str, words: str, user: dict[str, Any]) -> dict[str, Any]:
    """A mention of somebody who has no name of their own."""
    offset = length(text[: text.index(words)])
    return {"type": "text_mention", "offset": offset, "length": length(words), "user": user}


def _overlap(one: dict[str, Any], offset: int, span: int) -> bool:
    return one["offset"] < offset + span and offset < one["offset"] + one["length"]


def parse(text: str, mode: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and what is marked in it."""
    if not mode:
        return text, find(text)
    if mode.lower() != "html":
        raise bad(f"the pretended Telegram speaks only HTML, not {mode}", breach=True)
    if "<" in TAG.sub("", text):
        raise _cannot('unsupported start tag ""')
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise _cannot(f'can\'t find end tag corresponding to start tag "{reader.open[-1][0]}"')
    plain = reader.text
    marked = [one for one in reader.entities if one["length"]]
    free = [
        one
        for one in find(plain)
        if not any(_overlap(mark, one["offset"], one["length"]) for mark in marked)
    ]
    return plain, sorted([*marked, *free], key=lambda one: one["offset"])


def _cannot(why: str):
    return bad(f"can't parse entities: {why}", breach=True)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[tuple[str, int, dict[str, Any]]] = []
        self.entities: list[dict[str, Any]] = []

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            raise _cannot(f'unsupported start tag "{tag}"')
        about: dict[str, Any] = {"type": TAGS[tag]}
        if tag == "a":
            about["url"] = dict(attrs).get("href") or ""
        self.open.append((tag, length(self.text), about))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            raise _cannot(f'unexpected end tag "{tag}"')
        _, start, about = self.open.pop()
        self.entities.append(about | {"offset": start, "length": length(self.text) - start})

    def handle_data(self, data):
        self.text += data
