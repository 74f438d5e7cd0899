"""The routes of the bot itself: who it is, its commands, channels and messages."""

from datetime import timedelta
from typing import Any

from tests.fakes.discord import commands, payloads, rules
from tests.fakes.discord.model import (
    ATTACH,
    CREATE_THREADS,
    READ_HISTORY,
    SEND,
    SEND_IN_THREADS,
    SEND_VOICE,
    VIEW,
    VOICE_MESSAGE,
    Ask,
    Channel,
    Message,
)
from tests.fakes.discord.refusal import Refused, invalid, must, unknown_channel, unknown_message


class Rest:
    """Handlers; each takes an `Ask` and gives the JSON of the answer, or None."""

    def __init__(self, world) -> None:
        self._world = world

    def routes(self):
        messages = "/channels/{channel}/messages"
        message = messages + "/{message}"
        published = "/applications/{app}/commands"
        return [
            ("GET", "/gateway", self.gateway),
            ("GET", "/gateway/bot", self.gateway),
            ("GET", "/users/@me", self.me),
            ("GET", "/users/{user}", self.user),
            ("GET", "/guilds/{guild}", self.guild),
            ("GET", "/oauth2/applications/@me", self.application),
            ("GET", "/applications/@me", self.application),
            ("GET", published, self.commands),
            ("PUT", published, self.publish),
            ("POST", "/users/@me/channels", self.open_dm),
            ("GET", "/channels/{channel}", self.channel),
            ("POST", "/channels/{channel}/typing", self.typing),
            ("POST", "/channels/{channel}/threads", self.thread),
            ("POST", message + "/threads", self.thread_from),
            ("GET", messages, self.history),
            ("POST", messages, self.post),
            ("GET", message, self.read),
            ("PATCH", message, self.edit),
            ("DELETE", message, self.delete),
        ]

    async def gateway(self, ask: Ask) -> Any:
        starts = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        world = self._world
        return {"url": world.gateway_url, "shards": world.shards, "session_start_limit": starts}

    async def me(self, ask: Ask) -> Any:
        return payloads.user(self._world.bot)

    async def user(self, ask: Ask) -> Any:
        found = self._world.users.get(int(ask.at["user"]))
        if found is None:
            raise Refused(404, 10013, "Unknown User")
        return payloads.user(found)

    async def guild(self, ask: Ask) -> Any:
        found = self._world.guilds.get(int(ask.at["guild"]))
        if found is None or not found.present:
            raise Refused(404, 10004, "Unknown Guild")
        return payloads.guild(found, self._world.channels_of(found), self._world.bot)

    async def application(self, ask: Ask) -> Any:
        return {
            "id": str(self._world.application_id),
            "name": "Undertone",
            "description": "",
            "summary": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": payloads.user(self._world.bot),
            "verify_key": "0" * 64,
            "flags": 0,
        }

    # Commands

    async def commands(self, ask: Ask) -> Any:
        return self._published()

    async def publish(self, ask: Ask) -> Any:
        commands.check(ask.json)
        world = self._world
        world.commands = ask.json
        world.syncs += 1
        for one in ask.json:
            name = (one.get("type", 1), one["name"])
            world.command_ids[name] = world.command_ids.get(name) or world.snowflake()
        return self._published()

    def _published(self):
        world = self._world
        ids = [world.command_ids[one.get("type", 1), one["name"]] for one in world.commands]
        pairs = zip(world.commands, ids, strict=True)
        return [payloads.command(one, number, world.application_id) for one, number in pairs]

    # Channels

    async def open_dm(self, ask: Ask) -> Any:
        user = self._world.users.get(int(ask.json["recipient_id"]))
        if user is None or user.bot:
            raise Refused(400, 50033, "Invalid Recipient(s)", breach=True)
        return payloads.channel(self._world.dm(user))

    async def channel(self, ask: Ask) -> Any:
        return payloads.channel(self._seen(ask))

    async def typing(self, ask: Ask) -> None:
        self._may_send(self._seen(ask))

    def _seen(self, ask: Ask, needed: int = 0) -> Channel:
        channel = self._world.channels.get(int(ask.at["channel"]))
        if channel is None or channel.deleted:
            raise unknown_channel()
        if channel.kind == "group" or (channel.guild and not channel.guild.present):
            raise Refused(403, 50001, "Missing Access")
        if not channel.permissions & VIEW:
            raise Refused(403, 50001, "Missing Access")
        self._need(channel, needed)
        return channel

    def _need(self, channel: Channel, permission: int) -> None:
        if channel.guild and permission & ~channel.permissions:
            raise Refused(403, 50013, "Missing Permissions")

    def _may_send(self, channel: Channel) -> None:
        if channel.kind == "forum":
            raise Refused(400, 50008, "Cannot send messages in a non-text channel", breach=True)
        if channel.kind == "thread":
            self._need(channel, SEND_IN_THREADS)
            if channel.locked:
                raise Refused(400, 50083, "Thread is archived")
        else:
            self._need(channel, SEND)
        if channel.recipient and not channel.recipient.mutual:
            text = "Cannot send messages to this user due to having no mutual guilds"
            raise Refused(403, 50278, text)
        if channel.recipient and not channel.recipient.dms_open:
            raise Refused(403, 50007, "Cannot send messages to this user")

    def _way(self, channel: Channel) -> rules.Way:
        limits = self._world.limits
        guild = channel.guild
        limit = limits.file_by_tier[guild.boost_tier] if guild else limits.file_in_dm
        return rules.Way("channel", limit, max(limits.request, limit))

    async def thread(self, ask: Ask) -> Any:
        parent = self._seen(ask, SEND)
        must(1 <= len(ask.json.get("name", "")) <= 100, "name", "1 to 100")
        post = ask.json.get("message")
        if parent.kind == "forum" and not post:
            raise invalid("message", "missing")
        thread = self._open_thread(parent, ask.json["name"])
        said = payloads.channel(thread)
        if post:
            if ask.files:
                self._need(parent, ATTACH)
            message = self._world.texts.create(thread, post, ask, self._way(thread))
            said["message"] = payloads.message(self._world, message)
        return said

    async def thread_from(self, ask: Ask) -> Any:
        parent = self._seen(ask, CREATE_THREADS)
        if parent.kind not in ("text", "news"):
            raise Refused(400, 50024, "Cannot execute action on this channel type", breach=True)
        anchor = self._message(parent, ask)
        if anchor.loading:
            raise Refused(400, 50068, "Invalid message type", breach=True)
        if anchor.id in self._world.channels:
            text = "A thread has already been created for this message"
            raise Refused(400, 160004, text)
        must(1 <= len(ask.json.get("name", "")) <= 100, "name", "1 to 100")
        return payloads.channel(self._open_thread(parent, ask.json["name"], anchor.id))

    def _open_thread(self, parent: Channel, name: str, number: int | None = None) -> Channel:
        permissions = parent.permissions
        return self._world.add_channel(
            parent.guild,
            kind="thread",
            parent=parent,
            permissions=permissions,
            name=name,
            number=number,
        )

    # Messages

    async def history(self, ask: Ask) -> Any:
        channel = self._seen(ask, READ_HISTORY)
        seen = [one for one in channel.messages if not one.ephemeral and not one.loading]
        newest = seen[-int(ask.query.get("limit", 50)) :]
        return [payloads.message(self._world, one) for one in reversed(newest)]

    async def post(self, ask: Ask) -> Any:
        channel, data = self._seen(ask), ask.json or {}
        self._may_send(channel)
        if ask.files:
            self._need(channel, ATTACH)
        if (data.get("flags") or 0) & VOICE_MESSAGE and channel.guild:
            if not channel.permissions & SEND_VOICE:
                raise Refused(403, 50173, "You cannot send voice messages in this channel")
        nonce = data.get("nonce")
        if nonce is not None and data.get("enforce_nonce"):
            if first := self._said_before(channel, str(nonce)):
                return payloads.message(self._world, first)
        reference = self._reference(channel, data)
        message = self._world.texts.blank(channel, self._world.bot)
        message.reference = reference
        message.nonce = None if nonce is None else str(nonce)
        self._world.texts.fill(message, data, ask, self._way(channel))
        self._world.texts.keep(message)
        self._world.announce("MESSAGE_CREATE", message)
        return payloads.message(self._world, message)

    def _said_before(self, channel: Channel, nonce: str) -> Message | None:
        since = self._world.now() - timedelta(seconds=self._world.limits.nonce_life)
        for one in channel.messages:
            if one.nonce == nonce and one.author is self._world.bot and one.at > since:
                return one
        return None

    def _reference(self, channel: Channel, data: dict[str, Any]) -> int | None:
        named = data.get("message_reference")
        if not named:
            return None
        found = self._world.texts.get(int(named["message_id"]))
        if found is not None and found.channel is channel and not found.ephemeral:
            if channel.guild and not channel.permissions & READ_HISTORY:
                text = "Cannot reply without permission to read message history"
                raise Refused(400, 160002, text)
            return found.id
        if named.get("fail_if_not_exists", True):
            raise invalid("message_reference", "Unknown message")
        return None

    def _message(self, channel: Channel, ask: Ask) -> Message:
        found = self._world.texts.get(int(ask.at["message"]))
        if found is None or found.channel is not channel or found.ephemeral:
            raise unknown_message()
        return found

    async def read(self, ask: Ask) -> Any:
        return payloads.message(self._world, self._message(self._seen(ask, READ_HISTORY), ask))

    def _own(self, ask: Ask) -> Message:
        message = self._message(self._seen(ask), ask)
        if message.author is not self._world.bot:
            text = "Cannot edit a message authored by another user"
            raise Refused(403, 50005, text, breach=True)
        return message

    async def edit(self, ask: Ask) -> Any:
        message = self._own(ask)
        if ask.files:
            self._need(message.channel, ATTACH)
        self._world.texts.edit(message, ask.json or {}, ask, self._way(message.channel))
        return payloads.message(self._world, message)

    async def delete(self, ask: Ask) -> None:
        self._world.texts.delete(self._own(ask))
