"""Whom a command is about: named in its words, or by whose message it answers. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from telegram import Message
from telegram.constants import MessageEntityType

from services.commands import typed
from services.commands.command import Command, Option
from services.commands.typed import Typed
from services.problems import Code, fault

NAME = re.compile(r"(?<!\S)@\w+")
NUMBER = re.compile(r"@?(-?\d{1,20})")
USER = "user"  # the kind of an option


def words_of(message: Message) -> str:
    """Its text; whoever is mentioned there without a name of their own stands as `@` and number."""
    said = (message.text or message.caption or "").encode("utf-16-le")
    for entity in reversed(message.entities or message.caption_entities):
        if entity.type == MessageEntityType.TEXT_MENTION and entity.user is not None:
            # Telegram counts in units of UTF-16.
            start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
            said = said[:start] + f"@{entity.user.id}".encode("utf-16-le") + said[end:]
    return said.decode("utf-16-le", "ignore")


def answered(message: Message) -> str:
    """The number of whoever wrote what the message answers; empty where it answers nobody.

    Whoever hides behind a chat is that chat.
    """
    replied = message.reply_to_message
    # In a topic, what answers nothing answers the message that began it.
    if replied is None or replied.forum_topic_created is not None:
        return ""
    if replied.sender_chat is not None:
        return str(replied.sender_chat.id)
    user = replied.from_user
    return "" if user is None or user.is_bot else str(user.id)


def known(message: Message) -> dict[str, str]:
    """The numbers of those whose names Telegram tells with the message, by name."""
    replied = message.reply_to_message
    chat = replied.sender_chat if replied is not None else None
    there = (message.from_user, replied.from_user if replied is not None else None, chat)
    return {f"@{one.username}".casefold(): str(one.id) for one in there if one and one.username}


def read(
    words: str, commands: Sequence[Command], who: Mapping[str, str], reply: str, *, has_files: bool
) -> Typed | None:
    """What these words ask for, with whom it is about where the command is about somebody.

    who: numbers by name. reply: the number of whoever is answered. Raises `Fault` where a word is
    not understood, or somebody is not known.
    """
    command = _about_people(words, commands)
    name = NAME.search(words) if command is not None else None
    rest = words if name is None else f"{words[: name.start()]}{words[name.end() :]}"
    found = typed.read(rest, commands, has_files=has_files)
    if found is None or command is None:
        return found
    option = _option(command, found)
    said = name[0] if name is not None else ""
    if option is None and said:
        raise fault(Code.BAD_OPTION, word=said)
    given = found.options.get(option.name, said) if option is not None else ""
    if option is None or not (given or reply):
        return found
    number = _number(given, who) if given else reply
    return replace(found, options={**found.options, option.name: number})


def _about_people(words: str, commands: Sequence[Command]) -> Command | None:
    name = words.split(maxsplit=1)[0].lstrip("/").casefold() if words else ""
    found = next((one for one in commands if one.name == name and not one.hidden), None)
    return found if found and any(one.kind == USER for one in found.options) else None


def _option(command: Command, found: Typed) -> Option | None:
    """The option for somebody that goes with what the command shall do."""
    group = command.groups.get(found.options.get("do", ""), ())
    options = group if command.groups else command.options
    return next((one for one in options if one.kind == USER), None)


def _number(given: str, who: Mapping[str, str]) -> str:
    number = NUMBER.fullmatch(given.strip())
    if number is not None:
        return number[1]
    name = given.strip().casefold()
    for one in (name, f"@{name}"):
        if one in who:
            return who[one]
    raise fault(Code.UNKNOWN_PERSON, name=given[:40])
