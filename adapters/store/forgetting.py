"""What is left of a person or a space that is forgotten: sums, under an alias of nobody."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from adapters.store import aliases, chats
from adapters.store.codec import micros, to_json
from adapters.store.tables import audit, jobs, messages, spaces
from services.model import JobId
from services.plans import ENTITLED, PLAN
from services.spaces import FORGET, names_of, own_of, person_of

MARK = to_json({FORGET: ""}).strip("{}").removesuffix('"')


def wish_forgotten(
    connection: Connection, platform: str, person: str, at: datetime, pepper: bytes
) -> None:
    """Their settings go at once; since when, stays until the rest is gone too."""
    for space in (person, own_of(person)):
        _set_aside(connection, platform, space, aliases.OPERATORS, pepper)
    for space in names_of(platform, person):
        chats.put_space(connection, platform, space, {})
    chats.put_space(connection, platform, own_of(person), {FORGET: at.isoformat()})


def _set_aside(
    connection: Connection, platform: str, space: str, parts: Sequence[str], pepper: bytes
) -> None:
    """What the operator decided, and what was bought, is there again for whoever comes back."""
    kept = chats.get_space(connection, platform, space)
    theirs = {part: kept[part] for part in parts if part in kept}
    if theirs and pepper:
        alias = aliases.alias(connection, platform, "space", space, pepper)
        chats.put_space(connection, platform, aliases.aside(alias), theirs)


def leaving(connection: Connection, limit: int) -> list[tuple[str, str, datetime]]:
    """Platform and id of those who asked to be forgotten, and when."""
    marked = spaces.c.settings.contains(MARK, autoescape=True)
    statement = select(spaces).where(marked).limit(limit)
    found = [
        (row.platform, person_of(row.space), json.loads(row.settings)[FORGET])
        for row in connection.execute(statement)
    ]
    return [(on, person, datetime.fromisoformat(at)) for on, person, at in found if person]


def forget_job(connection: Connection, job_id: JobId) -> None:
    """Remove a job whose files are gone."""
    connection.execute(delete(jobs).where(jobs.c.id == job_id, jobs.c.purged))


def forget_person(
    connection: Connection, platform: str, person: str, wish: datetime, pepper: bytes
) -> None:
    """Remove jobs and kept messages until then; what was used stays, under an alias of nobody."""
    own = own_of(person)
    theirs = (jobs.c.platform == platform, jobs.c.person == person, jobs.c.purged)
    connection.execute(delete(jobs).where(*theirs, jobs.c.created_at <= micros(wish)))
    said = (messages.c.chat == person, messages.c.at <= micros(wish))
    connection.execute(delete(messages).where(*said))
    chats.forget_empty(connection)
    for space in names_of(platform, person):
        _forget_changes(connection, platform, space)
        aliases.forget(connection, platform, "space", space, wish, pepper)
    aliases.forget(connection, platform, "person", person, wish, pepper)
    since = {**chats.get_space(connection, platform, own)}
    # A later wish is another one, and goes on.
    if since.get(FORGET) == wish.isoformat():
        del since[FORGET]
    chats.put_space(connection, platform, own, since)


def forget_space(
    connection: Connection, platform: str, space: str, now: datetime, pepper: bytes
) -> None:
    """Remove what a space has set and its jobs without files; what was used stays, unnamed."""
    its = (jobs.c.platform == platform, jobs.c.space == space, jobs.c.purged)
    connection.execute(delete(jobs).where(*its))
    _forget_changes(connection, platform, space)
    _set_aside(connection, platform, space, (PLAN, ENTITLED), pepper)
    chats.put_space(connection, platform, space, {})
    aliases.forget(connection, platform, "space", space, now, pepper)


def _forget_changes(connection: Connection, platform: str, space: str) -> None:
    known = aliases.find(connection, platform, "space", space)
    connection.execute(delete(audit).where(audit.c.space == known))
