"""The methods that send: texts, files and albums."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram import entities, keyboards, payloads
from tests.fakes.telegram.body import Ask
from tests.fakes.telegram.model import Chat, Message
from tests.fakes.telegram.refusal import Refused, bad, must

FIELDS = {
    "sendVoice": "voice",
    "sendAudio": "audio",
    "sendDocument": "document",
    "sendVideo": "video",
    "sendVideoNote": "video_note",
    "sendPhoto": "photo",
}
ALONE = ("audio", "document")
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note",
    "upload_video_note",
}  # fmt: skip


class Sending:
    """Handlers; each takes an `Ask` and gives the JSON of the result."""

    def __init__(self, world) -> None:
        self._world = world

    def routes(self):
        files = dict.fromkeys(FIELDS, self.file)
        others = {"sendMediaGroup": self.album, "sendChatAction": self.action}
        return {"sendMessage": self.text, **files, **others}

    async def text(self, ask: Ask) -> Any:
        message = self._begin(ask)
        message.text, message.entities = self.words(ask.params, "text")
        must(message.text.strip(), "message text is empty")
        return self._done(ask, [message])[0]

    async def file(self, ask: Ask) -> Any:
        field = FIELDS[ask.method]
        message = self._begin(ask)
        self._check_voice(message.chat, field)
        message.file = self._world.media.take(ask, field, ask.params, field)
        message.kind = message.file.kind
        message.text, message.entities = self.words(ask.params, "caption")
        return self._done(ask, [message])[0]

    def _check_voice(self, chat: Chat, field: str) -> None:
        forbids = chat.user is not None and chat.user.forbids_voice
        if forbids and field in ("voice", "video_note"):
            raise bad("VOICE_MESSAGES_FORBIDDEN")

    async def album(self, ask: Ask) -> Any:
        items = ask.json("media") or []
        must(2 <= len(items) <= 10, "2 to 10 items make an album")
        must(not ask.params.get("reply_markup"), "an album has no buttons")
        kinds = {one.get("type") for one in items}
        alone = kinds.isdisjoint(ALONE) or len(kinds) == 1
        must(alone and kinds <= {"photo", "video", *ALONE}, f"can't mix {kinds} in an album")
        album, messages = str(self._world.number()), []
        for one in items:
            message = self._begin(ask)
            # Documents of an album stay as they are.
            given = one | {"disable_content_type_detection": True}
            message.file = self._world.media.take(ask, one["type"], given, "media")
            message.kind, message.album = message.file.kind, album
            message.text, message.entities = self.words(one, "caption")
            messages.append(message)
        return self._done(ask, messages)

    def _begin(self, ask: Ask) -> Message:
        world = self._world
        chat = world.place(ask)
        thread = self._thread(ask, chat)
        message = Message(0, chat, world.bot, world.now(), thread=thread)
        message.reply_to = self._reply(ask, chat)
        if message.reply_to and chat.forum:
            message.thread = message.reply_to.thread
        message.keyboard = keyboards.read(ask, world.limits)
        return message

    def _thread(self, ask: Ask, chat: Chat) -> int | None:
        thread = ask.number("message_thread_id")
        if thread is not None and thread not in chat.topics:
            raise bad("message thread not found", breach=True)
        return thread

    def _reply(self, ask: Ask, chat: Chat) -> Message | None:
        given = ask.json("reply_parameters") or {}
        number = given.get("message_id") or ask.number("reply_to_message_id")
        if number is None:
            return None
        found = self._world.message(chat, int(number))
        optional = given.get("allow_sending_without_reply")
        if found is None and not (optional or ask.flag("allow_sending_without_reply")):
            raise bad("message to be replied not found")
        return found

    def words(self, given: dict[str, Any], field: str) -> tuple[str, list[dict[str, Any]]]:
        """A text or caption, without its marks, and its marks."""
        text = str(given.get(field) or "")
        limits = self._world.limits
        plain, marks = entities.parse(text, given.get("parse_mode") or "")
        if field == "text":
            must(entities.length(plain) <= limits.text, "message is too long")
        else:
            must(entities.length(plain) <= limits.caption, "message caption is too long")
        return plain, marks

    def _done(self, ask: Ask, messages: list[Message]) -> list[dict[str, Any]]:
        chat = messages[0].chat
        self.count(chat, len(messages), ask.method)
        for message in messages:
            self._world.keep(message)
        chat.other_bot_spoke = False
        for message in messages if chat.connection is not None else ():
            # Its own words come back to the bot, as those of whoever it speaks for.
            self._world.people.heard_back(message)
        return [payloads.message(one) for one in messages]

    def count(self, chat: Chat, count: int, method: str) -> None:
        """Hold a bot to the flood limits; a group's are known, so breaking them is careless."""
        try:
            self._world.rates.take(chat, count, method)
        except Refused:
            if chat.is_group:
                self._world.breach(f"{method}: group flood in {chat.id}")
            raise

    async def action(self, ask: Ask) -> bool:
        chat = self._world.place(ask)
        self._thread(ask, chat)
        action = ask.text("action")
        must(action in ACTIONS, "wrong parameter action in request")
        chat.actions.append(action)
        return True
