"""A space that got another name, as a group does that becomes a supergroup."""

from dataclasses import replace

from sqlalchemy import Connection, delete, select, update

from adapters.store import chats
from adapters.store.codec import from_row, to_row
from adapters.store.tables import jobs, ledger, spaces
from services.model import Address


def move_space(connection: Connection, platform: str, old: str, new: str) -> None:
    """Settings, minutes and jobs go along; repeating it changes nothing."""
    theirs = (jobs.c.platform == platform, jobs.c.space == old)
    for row in connection.execute(select(jobs).where(*theirs).with_for_update()).mappings():
        job = from_row(row)
        moved = replace(job, address=_moved(job.address, old, new))
        connection.execute(update(jobs).where(jobs.c.id == job.id), to_row(moved))
    line = f"space:{platform}:{old}"
    renamed = update(ledger).where(ledger.c.scope == line)
    connection.execute(renamed.values(scope=f"space:{platform}:{new}"))
    kept = chats.get_space(connection, platform, old)
    if kept:
        since = chats.get_space(connection, platform, new)
        chats.put_space(connection, platform, new, {**kept, **since})
        gone = (spaces.c.platform == platform, spaces.c.space == old)
        connection.execute(delete(spaces).where(*gone))


def _moved(address: Address, old: str, new: str) -> Address:
    return replace(address, space=new, chat=new if address.chat == old else address.chat)
