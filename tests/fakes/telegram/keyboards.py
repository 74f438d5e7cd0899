"""Inline keyboards, checked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.body import Ask
from tests.fakes.telegram.limits import Limits
from tests.fakes.telegram.refusal import must

DEEDS = ("url", "callback_data", "web_app", "switch_inline_query", "copy_text", "login_url",
         "switch_inline_query_current_chat", "pay")  # fmt: skip
MOST = 100

Rows = list[list[dict[str, Any]]]


def read(ask: Ask, limits: Limits) -> Rows:
    """The buttons of a request; none, where it has none."""
    return check((ask.json("reply_markup") or {}).get("inline_keyboard") or [], limits)


def check(rows: Rows, limits: Limits) -> Rows:
    """Refuse buttons that Telegram would."""
    buttons = [one for row in rows for one in row]
    must(len(buttons) <= MOST, "REPLY_MARKUP_TOO_LONG")
    for one in buttons:
        must(one.get("text"), "BUTTON_TEXT_INVALID: a button needs a text")
        must(sum(deed in one for deed in DEEDS) == 1, "text buttons are unallowed here")
        if "callback_data" in one:
            size = len(one["callback_data"].encode())
            must(1 <= size <= limits.callback_data, f"BUTTON_DATA_INVALID: {size} bytes")
        if "url" in one:
            parts = urlsplit(one["url"])
            # A machine's name at home is no address to Telegram.
            known = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
            must(known or parts.scheme == "tg", "BUTTON_URL_INVALID")
    return [row for row in rows if row]


def find(rows: Rows, name: str) -> dict[str, Any] | None:
    """The button with this label or this data."""
    every = [one for row in rows for one in row]
    for one in every:
        if name in (one["text"], one.get("callback_data")):
            return one
    return None
