"""What Telegram says about things, as JSON."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.model import ANONYMOUS, Chat, Connection, File, Message, Query, User

JSON = dict[str, Any]
RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
    "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info",
    "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def user(one: User) -> JSON:
    said: JSON = {"id": one.id, "is_bot": one.bot, "first_name": one.name}
    if one.username:
        said["username"] = one.username
    if one.language and not one.bot:
        said["language_code"] = one.language
    return said


def me(one: User, privacy: bool, guests: bool, business: bool) -> JSON:
    return user(one) | {
        "can_join_groups": True,
        "can_read_all_group_messages": not privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": business,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "supports_guest_queries": guests,
    }


def connection(one: Connection) -> JSON:
    return {
        "id": one.id,
        "user": user(one.owner),
        "user_chat_id": one.owner.id,
        "date": int(one.at.timestamp()),
        "rights": dict.fromkeys(one.rights, True),
        "is_enabled": one.enabled,
    }


def chat(one: Chat) -> JSON:
    said: JSON = {"id": one.id, "type": one.kind}
    if one.connection is not None:
        return said | {"first_name": one.members[-1].name}
    if one.user is not None:
        said["first_name"] = one.user.name
        return said | ({"username": one.user.username} if one.user.username else {})
    return said | {"title": one.title} | ({"is_forum": True} if one.forum else {})


def full_chat(one: Chat) -> JSON:
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    said = chat(one) | {
        "accent_color_id": 1,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
    }
    if one.user is not None and one.user.forbids_voice:
        said["has_restricted_voice_and_video_messages"] = True
    if not one.allows_reactions:
        said["available_reactions"] = []
    return said


def member(place: Chat, one: User, bot: User) -> JSON:
    said = {"user": user(one)}
    if one is place.admins[0] if place.admins else False:
        return said | {"status": "creator", "is_anonymous": False}
    if one in place.admins or (one is bot and place.bot_is_admin):
        return said | {"status": "administrator"} | dict.fromkeys(RIGHTS, False)
    here = place.bot_is_here if one is bot else one in place.members
    return said | {"status": "member" if here else "left"}


def sized(one: File) -> JSON:
    said: JSON = {"file_id": one.id, "file_unique_id": one.id[-12:]}
    return said if one.size is None else said | {"file_size": one.size}


def media(one: File) -> JSON:
    """The file's object in a message, by the name of its kind."""
    said = sized(one)
    thumb = {"file_id": f"t{one.id}", "file_unique_id": f"t{one.id[-12:]}"}
    if one.kind == "photo":
        return {"photo": [said | {"width": 320, "height": 320}]}
    if one.kind != "video_note" and one.mime:
        said["mime_type"] = one.mime
    if one.kind not in ("voice", "video_note") and one.name:
        said["file_name"] = one.name
    if one.kind != "document":
        said["duration"] = one.duration
    if one.kind == "audio":
        said |= {key: value for key in ("title", "performer") if (value := getattr(one, key))}
    if one.kind == "video":
        said |= {"width": 320, "height": 240}
    if one.kind == "video_note":
        said["length"] = 240
    if one.thumbnail:
        said["thumbnail"] = thumb | {"width": 90, "height": 90}
    return {one.kind: said}


def message(one: Message, *, nested: bool = False) -> JSON:
    said: JSON = {
        "message_id": one.id,
        "date": int(one.at.timestamp()),
        "chat": chat(one.chat),
        "from": user(one.author),
    } | one.service
    if one.author.id == ANONYMOUS and one.author.speaks_as:
        said["sender_chat"] = chat(one.author.speaks_as)
    if one.chat.connection is not None:
        said["business_connection_id"] = one.chat.connection.id
        if one.author.bot:
            # What the bot says there, it says in its owner's name.
            said["sender_business_bot"] = user(one.author)
            said["from"] = user(one.chat.connection.owner)
    if one.edited:
        said["edit_date"] = int(one.edited.timestamp())
    if one.album:
        said["media_group_id"] = one.album
    _add_content(one, said)
    _add_place(one, said)
    if one.keyboard:
        said["reply_markup"] = {"inline_keyboard": one.keyboard}
    # Only one level of replies is told.
    if one.reply_to is not None and not nested and not one.reply_to.deleted:
        said["reply_to_message"] = message(one.reply_to, nested=True)
    elif one.thread in one.chat.topics and not nested and not one.reply_to:
        said["reply_to_message"] = _topic_start(one)
    return said


def _topic_start(one: Message) -> JSON:
    # What answers nothing in a topic answers the message that began the topic.
    assert one.thread is not None
    return {
        "message_id": one.thread,
        "date": int(one.at.timestamp()),
        "chat": chat(one.chat),
        "from": user(one.author),
        "message_thread_id": one.thread,
        "is_topic_message": True,
        "forum_topic_created": {"name": one.chat.topics[one.thread], "icon_color": 7322096},
    }


def _add_content(one: Message, said: JSON) -> None:
    words, marks = ("caption", "caption_entities") if one.file else ("text", "entities")
    if one.file is not None:
        said |= media(one.file)
    if one.text:
        said[words] = one.text
    if one.entities:
        said[marks] = one.entities


def _add_place(one: Message, said: JSON) -> None:
    if one.thread is not None:
        said["message_thread_id"] = one.thread
        if one.chat.forum:
            said["is_topic_message"] = True
    elif one.reply_to is not None and one.chat.kind == "supergroup" and not one.chat.forum:
        # In a plain supergroup this is a chain of replies, and no place to send to.
        said["message_thread_id"] = one.reply_to.id


def callback(one: Query) -> JSON:
    said: JSON = {"id": one.id, "from": user(one.user), "data": one.data, "chat_instance": "1"}
    shown = one.message
    if shown is None:
        return said
    if shown.inline_id:
        return said | {"inline_message_id": shown.inline_id}
    if shown.deleted:
        gone = {"chat": chat(shown.chat), "message_id": shown.id, "date": 0}
        return said | {"message": gone}
    return said | {"message": message(shown)}
