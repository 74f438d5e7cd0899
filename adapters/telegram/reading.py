"""From a message to what it asks for. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from telegram import Message
from telegram.constants import ChatType, MessageEntityType

from adapters.telegram import whom
from adapters.telegram.fetching import paper_of, source_of
from services.commands.command import Command, Takes
from services.commands.typed import Typed
from services.model import Ask, Source

START = "start"
TARGET = re.compile(r"/(\w+)@(\w+)(.*)", re.DOTALL)
# What a link may carry: a command, or a job to show (64 characters of A-Z, a-z, 0-9, _ and -).
SHOW = "show-"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that is meant for us.

    words: without our name. sources: the sounds in it, or in what it answers.
    reply_to: the message that the sound came with. is_answer: that is one of our own.
    is_named: we are named, so nobody else can be meant. strange: files that are no sound.
    papers: those files, for a command that takes one. who: numbers of people by their names.
    replied: the number of whoever is answered.
    """

    words: str
    sources: tuple[Source, ...]
    reply_to: int
    is_answer: bool = False
    is_named: bool = False
    strange: tuple[str, ...] = ()
    papers: tuple[Source, ...] = ()
    who: Mapping[str, str] = field(default_factory=dict)
    replied: str = ""


def heard(message: Message, name: str, me: int) -> Heard | None:
    """What the message says to us; None for what is not ours to answer.

    name: the bot's, without @. me: its number.
    """
    words = whom.words_of(message).strip()
    command = TARGET.match(words)
    if command and command[2].casefold() != name.casefold():
        return None
    is_private = message.chat.type == ChatType.PRIVATE
    is_private = is_private and message.business_connection_id is None
    if not (is_private or _is_addressed(message, name, me)):
        return None
    if command:
        words = f"/{command[1]}{command[3]}"
    own = source_of(message)
    replied = message.reply_to_message
    answered = source_of(replied) if own is None and replied is not None else None
    # What is answered may lie in another chat, to which no answer can point.
    elsewhere = message.external_reply
    far = source_of(elsewhere) if own is None and elsewhere is not None else None
    found = own or answered or far
    about = replied if replied is not None and answered is not None else message
    own_words = _without(words, name)
    return Heard(
        own_words,
        sources=(found,) if found else (),
        reply_to=about.message_id,
        is_answer=answered is not None and _is_by(replied, me),
        is_named=bool(command) or own_words != words,
        strange=strange([message]),
        papers=_papers(message, replied),
        who=whom.known(message),
        replied=whom.answered(message),
    )


def _papers(*messages: Message | None) -> tuple[Source, ...]:
    """The file that is no sound of the first of these that has one."""
    found = [paper for one in messages if one is not None and (paper := paper_of(one)) is not None]
    return tuple(found[:1])


def is_said(message: Message) -> bool:
    """Whether somebody said or sent something; Telegram itself reports much else."""
    return bool(message.text or message.effective_attachment)


def speaker(messages: Sequence[Message]) -> Message:
    """The part of an album whose words count: a command's, else the first that has any."""
    said = [one for one in messages if one.text or one.caption]
    commands = [one for one in said if (one.text or one.caption or "").startswith(("/", "@"))]
    return (commands or said or list(messages))[0]


def strange(messages: Sequence[Message]) -> tuple[str, ...]:
    """The files that are no sound, by their names."""
    return tuple(
        one.document.file_name or "?"
        for one in messages
        if one.document is not None and paper_of(one) is not None
    )


def sounds(messages: Sequence[Message]) -> tuple[Source, ...]:
    """The sounds of an album, in their order."""
    return tuple(source for one in messages if (source := source_of(one)) is not None)


def _is_addressed(message: Message, name: str, me: int) -> bool:
    """Whether somebody in a group means us: a command, our name, or a reply to us."""
    entities = {**message.parse_entities(), **message.parse_caption_entities()}
    for entity, said in entities.items():
        if entity.type == MessageEntityType.BOT_COMMAND and entity.offset == 0:
            return True
        if entity.type == MessageEntityType.MENTION and _is_name(said, name):
            return True
    is_reply = _is_by(message.reply_to_message, me)
    # Whoever answers our words with words talks to the others about them.
    return is_reply and source_of(message) is not None


def _is_by(message: Message | None, person: int) -> bool:
    return message is not None and message.from_user is not None and message.from_user.id == person


def _is_name(said: str, name: str) -> bool:
    return said.casefold() == f"@{name}".casefold()


def _without(words: str, name: str) -> str:
    """Words without our own name, wherever it stands."""
    return re.sub(rf"@{re.escape(name)}\b", "", words, flags=re.IGNORECASE).strip()


def command_of(heard: Heard, commands: Sequence[Command]) -> Typed | None:
    """What is asked for; None for words that are no command.

    Raises `Fault` where a word is not understood.
    """
    has_files = bool(heard.sources)
    found = whom.read(heard.words, commands, heard.who, heard.replied, has_files=has_files)
    # Whoever says thank you for a result does not want it cleaned again.
    return None if found is not None and found.guessed and heard.is_answer else found


def started(words: str) -> str | None:
    """What a link said with which somebody began; None where nobody did."""
    first, *payload = words.split(maxsplit=1) or [""]
    return "".join(payload) if first.casefold() == f"/{START}" else None


def wants_sound(command: Command, ask: Ask) -> bool:
    """Whether only the recording is missing."""
    return command.takes is Takes.SOUND and not ask.brings_sound
