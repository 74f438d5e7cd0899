"""What an interaction asks for: from Discord's own shapes to a command with options. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.discord import buttons
from adapters.discord.fetching import is_sound, source_of
from adapters.discord.limits import VOICE_FLAG
from adapters.pressing import Press
from services import texts
from services.commands.command import Command, Takes
from services.model import Source
from services.problems import Code, fault
from services.showing import Text

MESSAGE_COMMAND = 3
SUBCOMMAND = 1
FILE = "file"
# The entries of the message menu, by the keys of their words, and what they do.
MENUS = {"menu-clean": "denoise", "menu-stems": "stems"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A command with its options and sounds, in our words.

    reply_to: the message that the sounds hang on.
    left_out: names of files that cannot be sound by their own word.
    """

    command: str
    options: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    reply_to: str = ""
    left_out: tuple[str, ...] = ()


def of_command(
    data: Mapping[str, Any], channel: str, wordy: Collection[tuple[str, str]] = ()
) -> Asked:
    """A slash command or an entry of the message menu.

    wordy: commands, with their groups, whose file is one of words.
    Raises `Fault` for what is no sound, and for a message without any.
    """
    if data.get("type") == MESSAGE_COMMAND:
        return _of_menu(data, channel)
    options = dict(_options(data.get("options", ())))
    attachments = data.get("resolved", {}).get("attachments", {})
    file = options.pop(FILE, "")
    files = [attachments[file]] if file in attachments else []
    is_wordy = (str(data["name"]), options.get("do", "")) in wordy
    sources = tuple(map(source_of, files)) if is_wordy else _handed_in(files)
    return Asked(str(data["name"]), options, sources)


def wordy(commands: Sequence[Command]) -> frozenset[tuple[str, str]]:
    """Commands, with their groups, that take a file of words."""
    return frozenset(
        (command.name, group)
        for command in commands
        for group, options in {"": command.options, **command.groups}.items()
        if command.takes is Takes.FILE and any(one.kind == "file" for one in options)
    )


def _options(given: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Names and values; a subcommand is the option `do` of its group."""
    for one in given:
        if one["type"] == SUBCOMMAND:
            yield "do", str(one["name"])
            yield from _options(one.get("options", ()))
        else:
            yield str(one["name"]), str(one["value"])


def _of_menu(data: Mapping[str, Any], channel: str) -> Asked:
    name = str(data["name"])
    key = next((key for key in MENUS if menu_name(key) == name), "")
    if not key:
        raise fault(Code.UNKNOWN_COMMAND, name=name)
    message = data["resolved"]["messages"][str(data["target_id"])]
    sources = tuple(sounds_of(message, channel))
    if not sources:
        raise fault(Code.NO_SOUND_THERE)
    return Asked(MENUS[key], {}, sources, str(message["id"]))


def menu_name(key: str) -> str:
    """How Discord knows an entry of the message menu, whatever language shows it."""
    return texts.render(Text(key), texts.FALLBACK)


def sounds_of(message: Mapping[str, Any], channel: str) -> Iterator[Source]:
    """The sounds of a message, forwarded ones too."""
    snapshots = [each["message"] for each in message.get("message_snapshots", ())]
    for n, one in enumerate((message, *snapshots)):
        is_voice = bool(int(one.get("flags", 0)) & VOICE_FLAG)
        # A forwarded attachment has no message here that could be asked for a fresh address.
        where = {} if n else {"channel": channel, "message": str(message["id"])}
        for attachment in one.get("attachments", ()):
            if is_sound(attachment):
                yield source_of(attachment, is_voice=is_voice, **where)


def of_component(data: Mapping[str, Any]) -> Asked:
    """A press of a button, or a choice from a menu. Raises `Fault` for what is not ours."""
    chosen = data.get("values") or [data["custom_id"]]
    press = buttons.read(str(chosen[0]))
    if press is None or press.command == buttons.MENU:
        raise fault(Code.NO_SUCH_JOB)
    return Asked(press.command, press.options)


def of_modal(data: Mapping[str, Any]) -> Asked:
    """The files that were handed in; the custom id says what for."""
    press = buttons.read(str(data["custom_id"]))
    if press is None or press.command != buttons.UPLOAD:
        raise fault(Code.NO_SUCH_JOB)
    options = dict(press.options)
    attachments = data.get("resolved", {}).get("attachments", {})
    ids = [str(each) for part in _parts(data["components"]) for each in part.get("values", ())]
    files = [attachments[each] for each in ids if each in attachments]
    left_out = tuple(str(file["filename"]) for file in files if not is_sound(file))
    return Asked(options.pop("do"), options, _handed_in(files), left_out=left_out)


def _handed_in(files: Sequence[Mapping[str, Any]]) -> tuple[Source, ...]:
    """The sounds among the files of a form. Raises `Fault` where there are others only."""
    sounds = tuple(source_of(file) for file in files if is_sound(file))
    if files and not sounds:
        raise fault(Code.UNSUPPORTED_FORMAT)
    return sounds


def _parts(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in components:
        yield one
        yield from _parts(one.get("components", ()))
        if "component" in one:
            yield from _parts([one["component"]])


def upload(asked: Asked) -> str | None:
    """The custom id of a modal that collects the files for `asked`; None: it has no room."""
    return buttons.write(Press(buttons.UPLOAD, {"do": asked.command, **asked.options}))
