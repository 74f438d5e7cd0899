"""Chats that we keep ourselves, and what spaces have set."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, or_, select, union

from adapters.store.codec import micros, moment, to_json
from adapters.store.tables import aliases, chats, messages, spaces
from adapters.store.upsert import insert_into
from services.records import FLEETING, Message


def put_message(
    connection: Connection, chat: str, key: str, body: Mapping[str, Any], at: datetime
) -> int:
    """Show or replace a message; it keeps the time when it was first shown."""
    seq = _next_seq(connection, chat, at)
    changed = {"seq": seq, "body": to_json(body)}
    statement = insert_into(connection, messages).values(
        chat=chat, key=key, at=micros(at), **changed
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[messages.c.chat, messages.c.key], set_=changed
        )
    )
    return seq


def _next_seq(connection: Connection, chat: str, at: datetime) -> int:
    # The row also makes two writers of one chat wait for each other, so no number is seen late.
    # It begins with the time: a number that a page saw before the chat was forgotten is smaller.
    statement = insert_into(connection, chats).values(chat=chat, seq=micros(at))
    counted = statement.on_conflict_do_update(
        index_elements=[chats.c.chat], set_={"seq": chats.c.seq + 1}
    )
    return int(connection.execute(counted.returning(chats.c.seq)).scalar_one())


def get_messages(connection: Connection, chat: str, after: int, limit: int) -> list[Message]:
    """Messages that changed after `after`, in the order of their `seq`."""
    statement = (
        select(messages)
        .where(messages.c.chat == chat, messages.c.seq > after)
        .order_by(messages.c.seq)
        .limit(limit)
    )
    return [
        Message(row.seq, row.key, json.loads(row.body), moment(row.at))
        for row in connection.execute(statement)
    ]


def forget_messages(connection: Connection, before: datetime, fleeting: datetime) -> bool:
    """Remove the messages that were first shown before, and chats that are empty then."""
    is_fleeting = messages.c.key.startswith(FLEETING, autoescape=True)
    over = or_(messages.c.at < micros(before), and_(is_fleeting, messages.c.at < micros(fleeting)))
    count = connection.execute(delete(messages).where(over)).rowcount
    forget_empty(connection)
    return count > 0


def forget_empty(connection: Connection) -> None:
    """Chats without messages: their names are those of their visitors."""
    said = select(messages.c.chat).where(messages.c.chat == chats.c.chat).exists()
    connection.execute(delete(chats).where(~said))


def get_space(connection: Connection, platform: str, space: str) -> Mapping[str, Any]:
    """What this space has set; empty where nobody set anything."""
    statement = select(spaces.c.settings).where(
        spaces.c.platform == platform, spaces.c.space == space
    )
    settings = connection.execute(statement).scalar_one_or_none()
    found: dict[str, Any] = {} if settings is None else json.loads(settings)
    return found


def put_space(
    connection: Connection, platform: str, space: str, settings: Mapping[str, Any]
) -> None:
    """Replace what this space has set; nothing at all removes it."""
    if not settings:
        here = (spaces.c.platform == platform, spaces.c.space == space)
        connection.execute(delete(spaces).where(*here))
        return
    statement = insert_into(connection, spaces).values(
        platform=platform, space=space, settings=to_json(dict(settings))
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[spaces.c.platform, spaces.c.space],
            set_={"settings": statement.excluded.settings},
        )
    )


def spaces_with(
    connection: Connection, part: str, limit: int
) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Platform, id and settings of the spaces that have set this part."""
    likely = spaces.c.settings.contains(to_json(part), autoescape=True)
    rows = connection.execute(select(spaces).where(likely))
    found = ((row.platform, row.space, json.loads(row.settings)) for row in rows)
    return [one for one in found if part in one[2]][:limit]


def known_spaces(connection: Connection) -> list[tuple[str, str]]:
    """Platform and id of every space that has used, been given or set something."""
    counted = select(aliases.c.platform, aliases.c.name).where(aliases.c.kind == "space")
    both = union(counted, select(spaces.c.platform, spaces.c.space)).subquery()
    rows = connection.execute(select(both).order_by(*both.c))
    return [(platform, space) for platform, space in rows]


def spaces_naming(
    connection: Connection, platform: str, alias: str
) -> list[tuple[str, Mapping[str, Any]]]:
    """Spaces whose settings speak of this alias, by id."""
    if not alias:
        return []
    named = spaces.c.settings.contains(alias, autoescape=True)
    rows = connection.execute(select(spaces).where(spaces.c.platform == platform, named))
    return [(row.space, json.loads(row.settings)) for row in rows]
