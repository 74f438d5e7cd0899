"""Making and changing messages."""

import mimetypes
from typing import Any

from tests.fakes.discord import components as parts
from tests.fakes.discord import payloads, rules
from tests.fakes.discord.model import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    VOICE_MESSAGE,
    Ask,
    Channel,
    Message,
    Upload,
    User,
)
from tests.fakes.discord.refusal import Refused, must

KEPT_FLAGS = 1 << 2 | EPHEMERAL | 1 << 12 | COMPONENTS_V2


class Messages:
    """Every message there is, by id."""

    def __init__(self, world) -> None:
        self._world = world
        self._by_id: dict[int, Message] = {}

    def get(self, number: int) -> Message | None:
        found = self._by_id.get(number)
        return None if found is None or found.deleted else found

    def blank(self, channel: Channel, author: User, *, flags=0, interaction=None) -> Message:
        """A message without anything in it, not yet to be seen by anybody."""
        number, now = self._world.snowflake(), self._world.now()
        return Message(number, channel, author, now, flags=flags, interaction=interaction)

    def keep(self, message: Message) -> Message:
        self._by_id[message.id] = message
        message.channel.messages.append(message)
        return message

    def create(
        self, channel: Channel, data: dict[str, Any], ask: Ask, way: rules.Way, interaction=None
    ) -> Message:
        """A new message of the bot, by the rules of its way in."""
        message = self.blank(channel, self._world.bot, interaction=interaction)
        self.fill(message, data, ask, way)
        self.keep(message)
        self._world.announce("MESSAGE_CREATE", message)
        return message

    def edit(self, message: Message, data: dict[str, Any], ask: Ask, way: rules.Way) -> None:
        if message.flags & VOICE_MESSAGE:
            raise Refused(400, 50162, "Voice messages cannot be edited", breach=True)
        first = message.loading
        self.fill(message, data, ask, way)
        message.flags &= ~LOADING
        if not first:
            message.edits += 1
            message.edited = self._world.now()
        self._world.announce("MESSAGE_CREATE" if first else "MESSAGE_UPDATE", message)

    def fill(self, message: Message, data: dict[str, Any], ask: Ask, way: rules.Way) -> None:
        """Put what was sent into a message, or refuse all of it."""
        limits = self._world.limits
        rules.check_sizes(ask.files, ask.size, way, limits)
        flags = self._flags(message, data, way)
        v2 = bool(flags & COMPONENTS_V2)
        rules.check_form(data, limits, v2=v2)
        if flags & VOICE_MESSAGE:
            rules.check_voice(data, ask.files)
        uploads = self._uploads(message, data, ask)
        must(len(uploads) <= limits.files, "attachments", "10 at most")
        content = (data["content"] or "").strip() if "content" in data else message.content
        embeds = data["embeds"] or [] if "embeds" in data else message.embeds
        components = data["components"] or [] if "components" in data else message.components
        must(not v2 or not (content or embeds), "flags", "not with Components V2")
        if not (content or embeds or components or uploads or data.get("poll")):
            raise Refused(400, 50006, "Cannot send an empty message", breach=True)
        self._check_media(components, uploads, v2)
        is_new = message.id not in self._by_id or message.loading
        self._ping(message, data, content, components, is_new)
        message.flags = flags | message.flags & LOADING
        message.content, message.embeds = content, embeds
        message.components, message.uploads = components, uploads

    def _flags(self, message: Message, data: dict[str, Any], way: rules.Way) -> int:
        asked = data.get("flags") or 0
        if way.name == "channel":
            asked &= ~EPHEMERAL
        if asked & VOICE_MESSAGE and way.name == "webhook":
            self._world.breach("the voice flag is not for webhook routes")
        if message.id in self._by_id:
            asked &= ~EPHEMERAL
        kept = KEPT_FLAGS | (VOICE_MESSAGE if way.name != "webhook" else 0)
        return message.flags & (EPHEMERAL | COMPONENTS_V2) | asked & kept

    def _uploads(self, message: Message, data: dict[str, Any], ask: Ask) -> list[Upload]:
        entries = data.get("attachments")
        if entries is None:
            kept = list(message.uploads)
            entries = [{"id": number} for number in ask.files]
        else:
            here = {str(one.id): one for one in message.uploads}
            kept = [here[str(one["id"])] for one in entries if str(one["id"]) in here]
            entries = [one for one in entries if str(one["id"]) not in here]
        named = {int(one["id"]): one for one in entries}
        strange = set(named) - set(ask.files)
        must(not strange, "attachments", f"neither here nor sent: {strange}")
        every = [(number, named.get(number, {}), part) for number, part in ask.files.items()]
        return kept + [self._upload(entry, part) for _, entry, part in sorted(every, key=_first)]

    def _upload(self, entry: dict[str, Any], part) -> Upload:
        name = entry.get("filename") or part.name
        kind = part.content_type
        if kind == "application/octet-stream":
            kind = mimetypes.guess_type(name)[0]
        made = Upload(self._world.snowflake(), name, part.data, kind, len(part.data))
        made.description = entry.get("description")
        made.duration, made.waveform = entry.get("duration_secs"), entry.get("waveform")
        return self._world.files.add(made)

    def _check_media(self, components, uploads: list[Upload], v2: bool) -> None:
        if not v2:
            return
        unseen = {one.name for one in uploads} - payloads.media_names(components)
        if unseen:
            self._world.breach(f"nobody sees these files: {unseen}")

    def _ping(self, message: Message, data, content: str, components, is_new: bool) -> None:
        texts = [one.get("content", "") for one in parts.walk(components)]
        replied_to = None
        if message.reference and (origin := self.get(message.reference)):
            replied_to = origin.author.id
        found = rules.pings(data, "\n".join([content, *texts]), replied_to)
        if found.careless:
            self._world.breach(found.careless)
        if is_new:
            message.pinged, message.pings_everyone = found.users, found.everyone

    def delete(self, message: Message) -> None:
        message.deleted = True
        if message in message.channel.messages:
            message.channel.messages.remove(message)
        self._world.announce("MESSAGE_DELETE", message)


def _first(row):
    return row[0]
