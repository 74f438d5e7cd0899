"""What an answer is, by its head and its first bytes: pure."""

import codecs
import re

ENOUGH = 512  # bytes, to see what it is
PAGES = ("text/html", "text/xml", "application/xhtml", "application/xml", "application/json")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<|\{|\[\s*[\{\"\[])")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def is_page(kind: str, start: bytes) -> bool:
    """HTML, XML or JSON: by its own word, or because it begins so."""
    text = start.removeprefix(UTF_16[0]).removeprefix(UTF_16[1])
    if text != start:
        start = text.replace(b"\0", b"")
    return kind.strip().lower().startswith(PAGES) or MARKUP.match(start) is not None


def is_text(kind: str, start: bytes) -> bool:
    """A page, or other words: sound has bytes that no text has, and soon."""
    if is_page(kind, start) or kind.strip().lower().startswith("text/"):
        return True
    if CONTROL.search(start):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True
