"""A space that got another name, as a group does that becomes a supergroup."""

from dataclasses import replace

from sqlalchemy import Connection, select, update

from adapters.store import aliases, chats
from adapters.store.codec import from_row, to_row
from adapters.store.tables import jobs
from services.model import Address
from services.spaces import LEFT


def move_space(connection: Connection, platform: str, old: str, new: str) -> None:
    """Settings, minutes and jobs go along; repeating it changes nothing."""
    theirs = (jobs.c.platform == platform, jobs.c.space == old)
    for row in connection.execute(select(jobs).where(*theirs).with_for_update()).mappings():
        job = from_row(row)
        moved = replace(job, address=_moved(job.address, old, new))
        connection.execute(update(jobs).where(jobs.c.id == job.id), to_row(moved))
    aliases.rename(connection, platform, "space", old, new)
    kept = chats.get_space(connection, platform, old)
    if kept:
        since = chats.get_space(connection, platform, new)
        # That the bot left the old one may be heard before that it has another name.
        going = {name: one for name, one in kept.items() if name != LEFT}
        chats.put_space(connection, platform, new, {**going, **since})
        chats.put_space(connection, platform, old, {})


def _moved(address: Address, old: str, new: str) -> Address:
    return replace(address, space=new, chat=new if address.chat == old else address.chat)
