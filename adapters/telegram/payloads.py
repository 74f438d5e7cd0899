"""The command table as Telegram wants it published: for each kind of chat and language. Pure."""

from collections.abc import Sequence

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)

from adapters.telegram.limits import COMMANDS, DESCRIPTION
from services import texts
from services.commands.command import Command

# Without a language for those who read none of the others.
LANGUAGES = {"": texts.FALLBACK, **{tag: tag for tag in texts.LOCALES if tag != texts.FALLBACK}}

Published = Sequence[tuple[BotCommandScope, str, list[BotCommand]]]


def payload(commands: Sequence[Command]) -> Published:
    """Every list that is published: its chats, its language, its commands."""
    shown = [one for one in commands if one.is_offered and not one.hidden]
    everybody = [one for one in shown if not one.for_admins]
    scopes: list[tuple[BotCommandScope, list[Command]]] = [
        (BotCommandScopeDefault(), everybody),
        (BotCommandScopeAllPrivateChats(), everybody),
        (BotCommandScopeAllGroupChats(), everybody),
        (BotCommandScopeAllChatAdministrators(), shown),
    ]
    return [
        (scope, language, [_command(one, ours) for one in listed[:COMMANDS]])
        for scope, listed in scopes
        for language, ours in LANGUAGES.items()
    ]


def _command(command: Command, locale: str) -> BotCommand:
    return BotCommand(command.name, texts.render(command.text, locale)[:DESCRIPTION])


def plain(published: Published) -> list[list[object]]:
    """The same in plain values."""
    return [
        [scope.type, language, [one.to_dict() for one in listed]]
        for scope, language, listed in published
    ]
