"""What people do: messages, edits, presses."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram import entities, keyboards, payloads
from tests.fakes.telegram.model import Chat, File, Message, Query, User
from tests.fakes.telegram.shown import Shown, show


class People:
    """Puts what people do into the queue of updates."""

    def __init__(self, world) -> None:
        self._world = world

    # Messages

    def say(
        self, chat: Chat, user: User, text: str, *, reply_to=None, thread=None, naming=None
    ) -> Shown:
        """Write a text; naming: people whom words of it stand for who have no name of their own."""
        message = self._begin(chat, user, reply_to, thread)
        message.text, message.entities = text, entities.find(text)
        for words, who in (naming or {}).items():
            message.entities.append(entities.naming(text, words, payloads.user(who)))
        return self._send(message)

    def voice(self, chat: Chat, user: User, file: File, **about: Any) -> Shown:
        """Send a voice note; about: duration, caption, thread, reply_to, album."""
        return self._file("voice", chat, user, file, **about)

    def audio(self, chat: Chat, user: User, file: File, **about: Any) -> Shown:
        """Send music; about: title and performer too."""
        return self._file("audio", chat, user, file, **about)

    def video(self, chat: Chat, user: User, file: File, **about: Any) -> Shown:
        return self._file("video", chat, user, file, **about)

    def video_note(self, chat: Chat, user: User, file: File, **about: Any) -> Shown:
        return self._file("video_note", chat, user, file, **about)

    def document(self, chat: Chat, user: User, file: File, **about: Any) -> Shown:
        """Send anything as a file."""
        return self._file("document", chat, user, file, **about)

    def photo(self, chat: Chat, user: User, file: File, **about: Any) -> Shown:
        return self._file("photo", chat, user, file, **about)

    def _file(
        self, kind, chat, user, file, *, caption=None, thread=None, reply_to=None, album=None, **of
    ) -> Shown:
        """Of: duration, title and performer of the file."""
        message = self._begin(chat, user, reply_to, thread)
        message.file = self._world.files.as_kind(file, kind, **of)
        message.kind, message.album = kind, album
        message.text, message.entities = caption or "", entities.find(caption or "")
        return self._send(message)

    def _begin(self, chat: Chat, user: User, reply_to, thread: int | None) -> Message:
        world = self._world
        assert chat.migrated_to is None, "this group is a supergroup now"
        assert chat.user in (None, user), "nobody else writes in this chat"
        assert chat.connection is None or user in chat.members, "a chat of two others"
        assert thread is None or thread in chat.topics, f"there is no topic {thread}"
        message = Message(0, chat, user, world.now(), thread=thread)
        if reply_to is not None:
            message.reply_to = world.message(chat, reply_to.id)
            assert message.reply_to, "what this answers is gone"
            if thread is None:
                message.thread = message.reply_to.thread
        return message

    def _send(self, message: Message) -> Shown:
        self._world.keep(message)
        if self._reaches(message):
            lent = message.chat.connection is not None
            self._tell("business_message" if lent else "message", message)
        return show(message, self._world.bot_id)

    def heard_back(self, message: Message) -> None:
        """What the bot said in somebody's name."""
        self._tell("business_message", message)

    def _tell(self, kind: str, message: Message) -> None:
        body = payloads.message(message)
        message.update_id = self._world.updates.put(kind, body, message.chat.id)

    def _reaches(self, message: Message) -> bool:
        world, chat = self._world, message.chat
        if chat.connection is not None:
            return chat.connection.enabled
        if chat.user is not None:
            return not chat.user.blocked
        if not chat.bot_is_here:
            return False
        return chat.bot_is_admin or not world.privacy or self._is_for_bot(message)

    def _is_for_bot(self, message: Message) -> bool:
        world, name = self._world, f"@{self._world.username}".lower()
        if message.reply_to is not None and message.reply_to.author is world.bot:
            return True
        for one in message.entities:
            said = _part(message.text, one).lower()
            if one["type"] == "mention" and said == name:
                return True
            if one["type"] == "bot_command" and (said.endswith(name) or _is_bare(said, message)):
                return True
        return False

    def edit(self, message, *, text: str | None = None, caption: str | None = None) -> Shown:
        """Change a message of a person."""
        found = self._find(message)
        said = text if text is not None else caption
        assert said is not None
        found.text, found.entities = said, entities.find(said)
        found.edited, found.edits = self._world.now(), found.edits + 1
        if self._reaches(found):
            self._tell("edited_message", found)
        return show(found, self._world.bot_id)

    def delete(self, message) -> None:
        """Take a message away; bots hear nothing of it."""
        self._find(message).deleted = True

    def service(self, chat: Chat, user: User, **said: Any) -> None:
        """A message that Telegram writes, as that somebody joined."""
        message = Message(0, chat, user, self._world.now(), kind="service", service=said)
        self._world.keep(message)
        self._tell("message", message)

    # Presses

    def press(self, message, name: str, user: User) -> Query:
        """Press a button by its label or its data, as the message is now."""
        found = self._find(message)
        button = keyboards.find(found.keyboard, name)
        assert button, f"There is no {name!r} in {show(found, self._world.bot_id)}"
        assert "callback_data" in button, f"{name!r} does not call back"
        return self._press(found, button["callback_data"], user)

    def forge(self, user: User, chat: Chat, data: str, message=None) -> Query:
        """Send any data as if a button had it, on a message or the bot's last one."""
        found = self._find(message) if message is not None else None
        mine = [one for one in chat.messages if one.author is self._world.bot and not one.deleted]
        found = found or (mine[-1] if mine else None)
        gone = Message(1, chat, self._world.bot, self._world.now(), deleted=True)
        return self._press(found or gone, data, user)

    def _press(self, message: Message, data: str, user: User) -> Query:
        world = self._world
        query = Query(str(world.number()), user, data, world.now(), message)
        world.queries.presses[query.id] = query
        body = payloads.callback(query)
        query.update_id = world.updates.put("callback_query", body, message.chat.id)
        return query

    # Guests

    def guest(self, chat: Chat, user: User, text: str, *, reply_to=None) -> Shown:
        """Mention the bot where it is no member, so that it is asked as a guest."""
        world = self._world
        message = self._begin(chat, user, reply_to, None)
        message.text, message.entities = text, entities.find(text)
        world.keep(message)
        number = str(world.number())
        world.queries.guests[number] = message
        message.service = {"guest_query_id": number}
        self._tell("guest_message", message)
        return show(message, world.bot_id)

    def _find(self, message) -> Message:
        chat = self._world.chats[message.chat]
        found = next((one for one in chat.messages if one.id == message.id), None)
        assert found, f"There is no message {message.id} in {chat.id}"
        return found


def _part(text: str, entity: dict[str, Any]) -> str:
    wide = text.encode("utf-16-le")
    start = entity["offset"] * 2
    return wide[start : start + entity["length"] * 2].decode("utf-16-le")


def _is_bare(command: str, message: Message) -> bool:
    # Without a name it goes to the bot that wrote last.
    return "@" not in command and not message.chat.other_bot_spoke
