"""Objects as Discord writes them."""

import copy
from typing import Any

from tests.fakes.discord import components as parts
from tests.fakes.discord.model import ALL, KINDS, Channel, Guild, Message, Upload, User

JOINED = "2024-01-01T00:00:00+00:00"
MEMBER = 1 << 10 | 1 << 11 | 1 << 15 | 1 << 16 | 1 << 31 | 1 << 38


def user(one: User) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "username": one.name.lower(),
        "global_name": one.name,
        "discriminator": "0",
        "avatar": None,
        "bot": one.bot,
        "public_flags": 0,
    }


def member(one: User, permissions: int | None = None) -> dict[str, Any]:
    said: dict[str, Any] = {
        "user": user(one),
        "nick": None,
        "avatar": None,
        "roles": [],
        "joined_at": JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }
    if permissions is not None:
        said["permissions"] = str(permissions)
    return said


def channel(one: Channel) -> dict[str, Any]:
    said: dict[str, Any] = {"id": str(one.id), "type": KINDS[one.kind], "flags": 0}
    said["last_message_id"] = str(one.messages[-1].id) if one.messages else None
    if one.guild is None:
        people = [one.recipient] if one.recipient else []
        said |= {"recipients": [user(person) for person in people]}
        if one.kind == "group":
            said |= {"name": one.name, "icon": None, "owner_id": "1"}
        return said
    said |= {
        "guild_id": str(one.guild.id),
        "name": one.name,
        "position": 0,
        "nsfw": False,
        "topic": None,
        "rate_limit_per_user": 0,
        "parent_id": str(one.parent.id) if one.parent else None,
        "permissions": str(one.permissions),
        "permission_overwrites": [_overwrite(one)],
    }
    if one.kind == "voice":
        said |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    if one.kind == "forum":
        said |= {"available_tags": [], "default_reaction_emoji": None}
    if one.kind == "thread":
        said |= _thread(one)
    return said


def _thread(one: Channel) -> dict[str, Any]:
    return {
        "owner_id": "1",
        "message_count": len(one.messages),
        "member_count": 1,
        "total_message_sent": len(one.messages),
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": JOINED,
            "locked": one.locked,
        },
    }


def _overwrite(one: Channel) -> dict[str, Any]:
    assert one.guild
    deny = ALL & ~one.permissions
    return {"id": str(one.guild.id), "type": 0, "allow": str(one.permissions), "deny": str(deny)}


def guild(one: Guild, channels: list[Channel], bot: User) -> dict[str, Any]:
    everyone = {
        "id": str(one.id),
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": str(ALL),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "owner_id": "1",
        "unavailable": False,
        "large": False,
        "joined_at": JOINED,
        "member_count": 2,
        "preferred_locale": one.locale,
        "premium_tier": one.boost_tier,
        "premium_subscription_count": 0,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "system_channel_flags": 0,
        "features": [],
        "roles": [everyone],
        "members": [member(bot)],
        "channels": [channel(c) for c in channels if c.kind != "thread"],
        "threads": [channel(c) for c in channels if c.kind == "thread"],
    } | {
        key: []
        for key in (
            "emojis",
            "stickers",
            "voice_states",
            "presences",
            "stage_instances",
            "guild_scheduled_events",
            "soundboard_sounds",
        )
    }


def entitlement(world, sku: int, owner: Guild | User, ends_at: str | None) -> dict[str, Any]:
    whose = "guild_id" if isinstance(owner, Guild) else "user_id"
    return {
        "id": str(world.snowflake()),
        "sku_id": str(sku),
        "application_id": str(world.application_id),
        "type": 8,
        "deleted": False,
        "consumed": False,
        "starts_at": JOINED,
        "ends_at": ends_at,
        whose: str(owner.id),
    }


def upload(world, one: Upload) -> dict[str, Any]:
    url = world.files.url(one)
    said: dict[str, Any] = {
        "id": str(one.id),
        "filename": one.name,
        "size": one.size,
        "url": url,
        "proxy_url": url,
    }
    optional = {
        "content_type": one.content_type,
        "description": one.description,
        "duration_secs": one.duration,
        "waveform": one.waveform,
        "ephemeral": one.ephemeral or None,
    }
    return said | {key: value for key, value in optional.items() if value is not None}


def message(world, one: Message) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "type": 20 if one.interaction else 19 if one.reference else 0,
        "author": user(one.author),
        "content": one.content,
        "timestamp": one.at.isoformat(),
        "edited_timestamp": one.edited.isoformat() if one.edited else None,
        "tts": False,
        "mention_everyone": one.pings_everyone,
        "mentions": [user(world.users[i]) for i in one.pinged if i in world.users],
        "mention_roles": [],
        "attachments": [upload(world, file) for file in one.uploads],
        "embeds": one.embeds,
        "components": _components(world, one),
        "pinned": False,
        "flags": one.flags,
    }
    if one.nonce is not None:
        said["nonce"] = one.nonce
    if one.reference is not None:
        reference = {"message_id": str(one.reference), "channel_id": str(one.channel.id)}
        said["message_reference"] = {"type": 0} | reference
    if one.interaction is not None:
        said["application_id"] = str(world.application_id)
        said["webhook_id"] = str(world.application_id)
        said["interaction_metadata"] = _metadata(one.interaction)
    return said


def _metadata(interaction) -> dict[str, Any]:
    return {
        "id": str(interaction.id),
        "type": 2,
        "user": user(interaction.user),
        "authorizing_integration_owners": interaction.owners,
    }


def _components(world, one: Message) -> list[dict[str, Any]]:
    said = copy.deepcopy(one.components)
    names = {file.name: file for file in one.uploads}
    for number, part in enumerate(parts.walk(said), 1):
        part.setdefault("id", number)
        for media in _media_of(part):
            scheme, _, name = media["url"].partition("://")
            if scheme == "attachment" and name in names:
                media |= {"url": world.files.url(names[name]), "content_type": None}
                media["attachment_id"] = str(names[name].id)
            media |= {"proxy_url": media["url"], "loading_state": 2, "placeholder": ""}
    return said


def _media_of(part: dict[str, Any]):
    for key in ("file", "media"):
        if key in part:
            yield part[key]
    for item in part.get("items", ()):
        yield item["media"]


def media_names(components) -> set[str]:
    """The attachments that these components show."""
    found = set()
    for part in parts.walk(components):
        for media in _media_of(part):
            found.add(media["url"].removeprefix("attachment://"))
    return found


def command(one: dict[str, Any], number: int, application: int) -> dict[str, Any]:
    fixed = {"id": str(number), "application_id": str(application), "version": str(number)}
    return {"type": 1, "description": "", "options": []} | one | fixed
