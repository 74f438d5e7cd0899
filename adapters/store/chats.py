"""Chats that we keep ourselves, and what spaces have set."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from adapters.store.codec import micros, moment, to_json
from adapters.store.tables import chats, messages, spaces
from adapters.store.upsert import insert_into
from services.transactions import Message


def put_message(
    connection: Connection, chat: str, key: str, body: Mapping[str, Any], at: datetime
) -> int:
    """Show or replace a message; it keeps the time when it was first shown."""
    seq = _next_seq(connection, chat)
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


def _next_seq(connection: Connection, chat: str) -> int:
    # The row also makes two writers of one chat wait for each other, so no number is seen late.
    statement = insert_into(connection, chats).values(chat=chat, seq=1)
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


def forget_messages(connection: Connection, before: datetime) -> None:
    """Remove the messages that were first shown before."""
    connection.execute(delete(messages).where(messages.c.at < micros(before)))


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
    """Replace what this space has set."""
    statement = insert_into(connection, spaces).values(
        platform=platform, space=space, settings=to_json(dict(settings))
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[spaces.c.platform, spaces.c.space],
            set_={"settings": statement.excluded.settings},
        )
    )
