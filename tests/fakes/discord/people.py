"""What people do: commands, presses, choices, forms and messages."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord import commands as published
from tests.fakes.discord import components as parts
from tests.fakes.discord import payloads
from tests.fakes.discord.forms import filled
from tests.fakes.discord.interaction import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL,
    Interaction,
)
from tests.fakes.discord.model import (
    DIRECT_MESSAGES,
    EPHEMERAL,
    GUILD_MESSAGES,
    MESSAGE_CONTENT,
    Channel,
    Message,
    Upload,
    User,
)
from tests.fakes.discord.shown import Shown, show

CHAT, MESSAGE_MENU = 1, 3
STRING, INTEGER, BOOLEAN, USER, CHANNEL, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 10, 11
KINDS = {Upload: ATTACHMENT, User: USER, Channel: CHANNEL}


class People:
    """Sends what people do to the bot; every doing gives the handle of its interaction."""

    def __init__(self, world) -> None:
        self._world = world

    # Commands

    def slash(
        self, name: str, options: dict[str, Any] | None = None, *, user=None, channel=None, **about
    ) -> Interaction:
        """Use a command; "quota show" is the subcommand show of quota.

        about: locale, permissions (of the person), user_install, attachment_size_limit.
        """
        data = self._command(name, options or {})
        return self._send(COMMAND, data, user, channel, **about)

    def autocomplete(
        self, name: str, options: dict[str, Any], *, focused: str, user=None, channel=None, **about
    ) -> Interaction:
        """Type in an option of a command."""
        data = self._command(name, options, focused)
        return self._send(AUTOCOMPLETE, data, user, channel, **about)

    def menu(self, name: str, message, *, user=None, channel=None, **about) -> Interaction:
        """Choose a command from the menu of a message."""
        target = self._message(message)
        said = payloads.message(self._world, target)
        data = {
            "id": self._command_id(MESSAGE_MENU, name),
            "name": name,
            "type": MESSAGE_MENU,
            "target_id": str(target.id),
            "resolved": {"messages": {str(target.id): said}},
        }
        return self._send(COMMAND, data, user, channel or target.channel, **about)

    def _command(self, name: str, options: dict[str, Any], focused: str | None = None):
        words = name.split()
        known = published.leaf(self._world.commands, words)
        expected = {one["name"]: one for one in (known or {}).get("options", [])}
        strange = set(options) - set(expected) if known else set()
        assert not strange, f"/{name} has no options {sorted(strange)}"
        given, files = [], {}
        for key, value in options.items():
            entry = self._option(key, value, expected.get(key, {}).get("type"))
            if isinstance(value, Upload):
                value.ephemeral = True
                files[str(value.id)] = payloads.upload(self._world, value)
            if key == focused:
                entry["focused"] = True
            given.append(entry)
        for depth, word in enumerate(reversed(words[1:])):
            given = [{"name": word, "type": 2 if depth else 1, "options": given}]
        data = {"id": self._command_id(CHAT, words[0]), "name": words[0], "type": CHAT}
        return data | {"options": given, "resolved": {"attachments": files} if files else {}}

    def _command_id(self, kind: int, name: str) -> str:
        return str(self._world.command_ids.get((kind, name)) or self._world.snowflake())

    def _option(self, name: str, value: Any, kind: int | None) -> dict[str, Any]:
        match value:
            case Upload() | User() | Channel():
                guessed = KINDS[type(value)]
                value = str(value.id)
            case bool():
                guessed = BOOLEAN
            case int():
                guessed = INTEGER
            case float():
                guessed = NUMBER
            case _:
                guessed, value = STRING, str(value)
        return {"name": name, "type": kind or guessed, "value": value}

    # Components

    def press(self, message, name: str, *, user=None, **about) -> Interaction:
        """Press a button by its custom_id or its label, as the message is now."""
        target = self._message(message)
        button = self._part(target, name)
        assert button["type"] == parts.BUTTON and "custom_id" in button, f"{name} is no button"
        data = {"component_type": parts.BUTTON, "custom_id": button["custom_id"], "id": 1}
        return self._touch(target, data, user, about)

    def forge(self, message, custom_id: str, *, user, **about) -> Interaction:
        """Press what no message of the bot has: a client that was tampered with sends anything."""
        data = {"component_type": parts.BUTTON, "custom_id": custom_id, "id": 1}
        return self._touch(self._message(message), data, user, about)

    def choose(self, message, name: str, values: list[str], *, user=None, **about) -> Interaction:
        """Choose in a select menu by its custom_id."""
        target = self._message(message)
        select = self._part(target, name)
        assert select["type"] == parts.SELECT, f"{name} is no select menu"
        offered = {one["value"] for one in select["options"]}
        assert set(values) <= offered, f"{name} offers {sorted(offered)}, not {values}"
        low, high = select.get("min_values", 1), select.get("max_values", 1)
        assert low <= len(values) <= high, f"{name} takes {low} to {high} values"
        data = {"component_type": parts.SELECT, "custom_id": select["custom_id"], "id": 1}
        return self._touch(target, data | {"values": values}, user, about)

    def _part(self, target: Message, name: str) -> dict[str, Any]:
        found = parts.find(target.components, name)
        assert found, f"There is no {name!r} in {show(self._world, target)}"
        assert not found.get("disabled"), f"{name!r} is disabled in {show(self._world, target)}"
        return found

    def _touch(self, target: Message, data: dict[str, Any], user, about) -> Interaction:
        before = target.interaction
        user = user or (before.user if before else None)
        if target.ephemeral:
            assert before and user is before.user, "nobody else sees this message"
        if before is not None and before.by_user_only:
            about.setdefault("user_install", True)
        return self._send(COMPONENT, data, user, target.channel, message=target, **about)

    def submit(self, opened: Interaction, values: dict[str, Any], **about) -> Interaction:
        """Send the form that `opened` was answered with; fields by custom_id or label."""
        assert opened.modal, f"there is no form: answered with {opened.ack_type}"
        components, files = filled(opened.modal, values)
        said = {str(one.id): payloads.upload(self._world, one) for one in files}
        data = {"custom_id": opened.modal["custom_id"], "components": components}
        if said:
            data["resolved"] = {"attachments": said}
        if opened.by_user_only:
            about.setdefault("user_install", True)
        return self._send(MODAL, data, opened.user, opened.channel, message=opened.message, **about)

    # What all of them have in common.

    def _send(
        self,
        kind: int,
        data: dict[str, Any],
        user: User | None,
        channel: Channel | None,
        *,
        message: Message | None = None,
        locale: str = "en-US",
        permissions: int | None = None,
        user_install: bool = False,
        attachment_size_limit: int | None = None,
    ) -> Interaction:
        world = self._world
        user = user or (channel and channel.recipient) or world.somebody()
        channel = channel or world.dm(user)
        limit = attachment_size_limit or self._file_limit(channel)
        owners = _owners(user, channel, user_install)
        sent = Interaction(
            world,
            kind,
            user=user,
            channel=channel,
            owners=owners,
            file_limit=limit,
            message=message,
        )
        world.interactions[sent.token] = sent
        said = self._payload(sent, data, locale, permissions)
        world.gateway.dispatch("INTERACTION_CREATE", said, channel.guild, interaction=sent)
        return sent

    def _file_limit(self, channel: Channel) -> int:
        limits, guild = self._world.limits, channel.guild
        return limits.file_by_tier[guild.boost_tier] if guild else limits.file_in_dm

    def _payload(self, sent: Interaction, data, locale: str, permissions: int | None):
        channel, guild = sent.channel, sent.channel.guild
        said: dict[str, Any] = {
            "id": str(sent.id),
            "application_id": str(self._world.application_id),
            "type": sent.kind,
            "data": data,
            "token": sent.token,
            "version": 1,
            "channel": payloads.channel(channel),
            "channel_id": str(channel.id),
            "app_permissions": str(channel.permissions),
            "locale": locale,
            "entitlements": [],
            "authorizing_integration_owners": sent.owners,
            "context": 0 if guild else 1 if channel.kind == "dm" else 2,
            "attachment_size_limit": sent.file_limit,
        }
        if sent.message is not None:
            said["message"] = payloads.message(self._world, sent.message)
        if guild is None:
            return said | {"user": payloads.user(sent.user)}
        rights = payloads.MEMBER if permissions is None else permissions
        return said | {
            "member": payloads.member(sent.user, rights),
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
        }

    # Messages

    def say(
        self, channel: Channel, user: User, *, attachments=(), content: str = "", flags: int = 0
    ) -> Shown:
        """Write a message; flags 8192 with one attachment makes it a voice message."""
        message = self._world.texts.blank(channel, user, flags=flags)
        message.content, message.uploads = content, list(attachments)
        self._world.texts.keep(message)
        self.announce("MESSAGE_CREATE", message)
        return show(self._world, message)

    def announce(self, name: str, message: Message) -> None:
        """Tell clients that asked for it about a message."""
        if message.flags & EPHEMERAL or message.loading:
            return
        guild = message.channel.guild
        if guild is not None and not guild.present:
            return
        needs = GUILD_MESSAGES if guild else DIRECT_MESSAGES

        def said(session) -> dict[str, Any]:
            whole: dict[str, Any]
            if name == "MESSAGE_DELETE":
                whole = {"id": str(message.id), "channel_id": str(message.channel.id)}
            else:
                whole = payloads.message(self._world, message)
                if not self._may_read(session, message):
                    whole |= {"content": "", "attachments": [], "embeds": [], "components": []}
            return whole | ({"guild_id": str(guild.id)} if guild else {})

        self._world.gateway.dispatch(name, said, guild, needs=needs)

    def _may_read(self, session, message: Message) -> bool:
        bot = self._world.bot
        if message.channel.is_private or message.author is bot:
            return True
        return bool(session.intents & MESSAGE_CONTENT) or f"<@{bot.id}>" in message.content

    def _message(self, message) -> Message:
        found = self._world.texts.get(message.id)
        assert found, f"The message {message.id} is not there any more"
        return found


def _owners(user: User, channel: Channel, user_install: bool) -> dict[str, str]:
    if user_install:
        assert channel.guild is None or not channel.guild.present, (
            "the bot is in this guild: add_guild(bot=False) is one where only users have the app"
        )
        return {"1": str(user.id)}
    if channel.guild is not None:
        assert channel.guild.present, "the bot is not in this guild: user_install=True"
        return {"0": str(channel.guild.id)}
    return {"1": str(user.id)} if channel.kind == "group" else {"0": "0"}
