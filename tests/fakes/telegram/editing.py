"""The methods that change what was sent: edits, deletions and reactions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.fakes.telegram import keyboards, payloads
from tests.fakes.telegram.body import Ask
from tests.fakes.telegram.model import Message
from tests.fakes.telegram.refusal import bad, must

SAME = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
# https://core.telegram.org/bots/api#reactiontypeemoji
EMOJI = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡
🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈
😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿
🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
ALLOWED = set(EMOJI.split())
STYLE = "\N{VARIATION SELECTOR-16}"


class Editing:
    """Handlers; each takes an `Ask` and gives the JSON of the result."""

    def __init__(self, world) -> None:
        self._world = world

    def routes(self):
        return {
            "editMessageText": self.text,
            "editMessageCaption": self.caption,
            "editMessageReplyMarkup": self.markup,
            "editMessageMedia": self.media,
            "deleteMessage": self.delete,
            "deleteBusinessMessages": self.delete_lent,
            "setMessageReaction": self.react,
        }

    async def text(self, ask: Ask) -> Any:
        message = self._mine(ask)
        if message.file is not None:
            raise bad("there is no text in the message to edit", breach=True)
        return self._words(ask, message, "text")

    async def caption(self, ask: Ask) -> Any:
        message = self._mine(ask)
        if message.file is None:
            raise bad("there is no caption in the message to edit", breach=True)
        return self._words(ask, message, "caption")

    def _words(self, ask: Ask, message: Message, field: str) -> Any:
        text, marks = self._world.sending.words(ask.params, field)
        must(text.strip() or field == "caption", "message text is empty")
        rows = keyboards.read(ask, self._world.limits)
        if (text, marks, rows) == (message.text, message.entities, message.keyboard):
            raise bad(SAME)
        self._count(ask, message)
        message.text, message.entities, message.keyboard = text, marks, rows
        return self._changed(message)

    async def markup(self, ask: Ask) -> Any:
        message = self._mine(ask)
        rows = keyboards.read(ask, self._world.limits)
        if rows == message.keyboard:
            raise bad(SAME)
        self._count(ask, message)
        message.keyboard = rows
        return self._changed(message)

    async def media(self, ask: Ask) -> Any:
        message, given = self._mine(ask), ask.json("media") or {}
        kinds = ("animation", "audio", "document", "photo", "video")
        must(given.get("type") in kinds, f"media can't be {given.get('type')}")
        if message.file is None and not self._world.limits.text_becomes_file:
            raise bad("there is no media in the message to edit")
        if message.inline_id:
            upload = self._world.media.is_upload(ask, given.get("media"))
            must(not upload, "an inline message takes no upload")
        file = self._world.media.take(ask, given["type"], given, "media")
        text, marks = self._world.sending.words(given, "caption")
        rows = keyboards.read(ask, self._world.limits)
        before = (message.file, message.text, message.entities, message.keyboard)
        if (file, text, marks, rows) == before:
            raise bad(SAME)
        self._count(ask, message)
        message.file, message.kind = file, file.kind
        message.text, message.entities, message.keyboard = text, marks, rows
        return self._changed(message)

    def _mine(self, ask: Ask) -> Message:
        if inline := ask.text("inline_message_id"):
            found = self._world.inline.get(inline)
            if found is None:
                raise bad("MESSAGE_ID_INVALID")
            return found
        chat = self._world.place(ask)
        found = self._world.message(chat, ask.number("message_id"))
        if found is None:
            raise bad("message to edit not found")
        if found.author is not self._world.bot:
            raise bad("message can't be edited", breach=True)
        return found

    def _count(self, ask: Ask, message: Message) -> None:
        self._world.sending.count(message.chat, 1, ask.method)

    def _changed(self, message: Message) -> Any:
        message.edits += 1
        message.edited = self._world.now()
        return True if message.inline_id else payloads.message(message)

    async def delete(self, ask: Ask) -> bool:
        chat = self._world.place(ask)
        found = self._world.message(chat, ask.number("message_id"))
        if found is None:
            raise bad("message to delete not found")
        age = self._world.now() - found.at
        others = found.author is not self._world.bot and chat.is_group and not chat.bot_is_admin
        if others or age > timedelta(seconds=self._world.limits.delete_life):
            raise bad("message can't be deleted")
        found.deleted = True
        return True

    async def delete_lent(self, ask: Ask) -> bool:
        connection = self._world.connections.get(ask.text("business_connection_id"))
        if connection is None or "can_delete_sent_messages" not in connection.rights:
            raise bad("not enough rights to delete the message")
        numbers = ask.json("message_ids") or []
        for chat in connection.chats.values():
            for message in chat.messages:
                message.deleted |= message.id in numbers
        return True

    async def react(self, ask: Ask) -> bool:
        chat = self._world.place(ask)
        found = self._world.message(chat, ask.number("message_id"))
        if found is None:
            raise bad("message to react not found")
        given = [one.get("emoji", "") for one in ask.json("reaction") or []]
        must(len(given) <= 1, "REACTIONS_TOO_MANY")
        must(all(one.replace(STYLE, "") in ALLOWED for one in given), "REACTION_INVALID")
        if given and not chat.allows_reactions:
            raise bad("REACTION_INVALID")
        found.reactions = given
        return True
