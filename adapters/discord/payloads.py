"""The command table as Discord wants it published: types, choices, translations. Pure."""

from collections.abc import Sequence
from typing import Any

from adapters.discord.asking import FILE, MENUS, MESSAGE_COMMAND, SUBCOMMAND, menu_name
from adapters.discord.limits import CHOICE, CHOICES
from services import texts
from services.commands.command import Command, Option, Takes
from services.showing import Text

CHAT_INPUT = 1
STRING, USER, CHANNEL, ROLE, ATTACHMENT = 3, 6, 7, 8, 11
KINDS = {
    "text": STRING,
    "number": STRING,  # `unlimited` is one as well
    "link": STRING,
    "preset": STRING,
    "user": USER,
    "role": ROLE,
    "channel": CHANNEL,
    "file": ATTACHMENT,
}
# Where people write: text, voice, news, threads of all kinds, stages, forums, media.
WRITTEN_IN = [0, 2, 5, 10, 11, 12, 13, 15, 16]
EVERYWHERE = {"integration_types": [0, 1], "contexts": [0, 1, 2]}
# Only where the bot is a member, and hidden from those who may not manage the guild; that is
# checked again with every ask.
FOR_ADMINS: dict[str, Any] = {
    "integration_types": [0],
    "contexts": [0],
    "default_member_permissions": str(1 << 5),
}
# Discord's names of the languages that our catalogues have. English twice: without it the text of
# the one may show for the other.
LOCALES = {"en": ("en-US", "en-GB"), "de": ("de",)}
DESCRIPTION = 100


def payload(commands: Sequence[Command]) -> list[dict[str, Any]]:
    """Everything that is offered: slash commands in their order, then the message menu."""
    shown = [one for one in commands if one.is_offered and not one.hidden]
    offered = {one.name for one in shown}
    menus = [key for key, name in MENUS.items() if name in offered]
    return [*(_command(one) for one in shown), *(_menu(key) for key in menus)]


def _command(command: Command) -> dict[str, Any]:
    groups = [_group(command, name) for name in command.groups]
    options = groups or [_option(option) for option in command.options]
    if command.takes is Takes.SOUND:
        options.insert(0, {"type": ATTACHMENT, **_named(FILE)})
    made = {"type": CHAT_INPUT, "name": command.name, **_about(command.text), "options": options}
    return made | (FOR_ADMINS if command.for_admins else EVERYWHERE)


def _group(command: Command, name: str) -> dict[str, Any]:
    text = Text(f"group-{command.name}-{name}")
    options = [_option(option) for option in command.groups[name]]
    # What a group is named after must be said: without the person, there is nobody to limit.
    for option in options:
        option["required"] = option["name"] == name or option["type"] == ATTACHMENT
    options.sort(key=lambda option: not option["required"])
    return {"type": SUBCOMMAND, "name": name, **_about(text), "options": options}


def _menu(key: str) -> dict[str, Any]:
    localized = _translations(Text(key))
    return {
        "type": MESSAGE_COMMAND,
        "name": menu_name(key),
        "name_localizations": localized,
        **EVERYWHERE,
    }


def _option(option: Option) -> dict[str, Any]:
    made = {"type": KINDS[option.kind], **_named(option.name)}
    if option.kind == "channel":
        return made | {"channel_types": WRITTEN_IN}
    is_open = option.many or option.kind == "preset" or option.name == "job"
    if is_open or len(option.choices) > CHOICES:
        return made | {"autocomplete": True}
    choices = [
        {
            "name": texts.render(Text(f"choice-{choice}"), texts.FALLBACK)[:CHOICE],
            "name_localizations": _translations(Text(f"choice-{choice}")),
            "value": str(choice),
        }
        for choice in option.choices
    ]
    return made | ({"choices": choices} if choices else {})


def _named(option: str) -> dict[str, Any]:
    """An option's name, which we are always sent, as people read it, and what it is for."""
    names = {"name": option, "name_localizations": _translations(Text(f"name-{option}"))}
    return {**names, **_about(Text(f"option-{option}"))}


def _about(text: Text) -> dict[str, Any]:
    return {
        "description": texts.render(text, texts.FALLBACK)[:DESCRIPTION],
        "description_localizations": _translations(text),
    }


def _translations(text: Text) -> dict[str, str]:
    return {
        discord: texts.render(text, ours)[:DESCRIPTION]
        for ours, theirs in LOCALES.items()
        for discord in theirs
    }
