"""The methods that answer: presses on buttons, and guests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.fakes.telegram import keyboards
from tests.fakes.telegram.body import Ask
from tests.fakes.telegram.model import Message, Query
from tests.fakes.telegram.refusal import bad, must

LATE = "query is too old and response timeout expired or query ID is invalid"


class Queries:
    """Handlers; each takes an `Ask` and gives the JSON of the result."""

    def __init__(self, world) -> None:
        self._world = world
        self.presses: dict[str, Query] = {}
        self.guests: dict[str, Message] = {}

    def routes(self):
        return {"answerCallbackQuery": self.answer, "answerGuestQuery": self.answer_guest}

    async def answer(self, ask: Ask) -> bool:
        found = self.presses.get(ask.text("callback_query_id"))
        if found is None:
            raise bad(LATE)
        found.answers += 1
        if found.answers > 1:
            self._world.breach(f"the query {found.id} ({found.data}) was answered twice")
            raise bad(LATE)
        if self._world.now() - found.at > timedelta(seconds=self._world.limits.callback_life):
            raise bad(LATE)
        text = ask.text("text")
        must(len(text) <= self._world.limits.callback_text, "MESSAGE_TOO_LONG")
        found.answered, found.alert = text, ask.flag("show_alert")
        return True

    async def answer_guest(self, ask: Ask) -> Any:
        asked = self.guests.pop(ask.text("guest_query_id"), None)
        if asked is None:
            raise bad(LATE, breach=True)
        result: dict[str, Any] = ask.json("result") or {}
        content = result.get("input_message_content") or {}
        must(content.get("message_text"), "the pretended Telegram takes only texts of guests")
        rows = (result.get("reply_markup") or {}).get("inline_keyboard") or []
        world = self._world
        message = Message(0, asked.chat, world.bot, world.now(), reply_to=asked)
        message.text, message.entities = world.sending.words(
            content | {"text": content["message_text"]}, "text"
        )
        message.keyboard = keyboards.check(rows, world.limits)
        message.inline_id = f"inline-{world.number()}"
        world.inline[message.inline_id] = world.keep(message)
        return {"inline_message_id": message.inline_id}
