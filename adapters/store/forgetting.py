"""What is left of a person who wants to be forgotten: sums, under a name that says nothing.

It is always the same name for the same person, so that what was used still counts.
"""

import json
import secrets
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection, delete, select, update

from adapters.store import chats
from adapters.store.codec import micros, to_json
from adapters.store.tables import jobs, ledger, messages, spaces
from services.model import JobId
from services.spaces import FORGET, own_of, person_of

SALT = ("store", "salt")  # where the spaces keep what goes into those names
MARK = to_json({FORGET: ""}).strip("{}").removesuffix('"')


def wish_forgotten(connection: Connection, platform: str, person: str, at: datetime) -> None:
    """Their settings go at once; since when, stays until the rest is gone too."""
    # In the web chat, a person's space has their own name.
    mine = (spaces.c.platform == platform, spaces.c.space == person)
    connection.execute(delete(spaces).where(*mine))
    chats.put_space(connection, platform, own_of(person), {FORGET: at.isoformat()})


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


def forget_person(connection: Connection, platform: str, person: str, wish: datetime) -> None:
    """Remove jobs and kept messages until then; what was used stays, without their name."""
    own = own_of(person)
    if not chats.get_space(connection, *SALT):
        chats.put_space(connection, *SALT, {"salt": secrets.token_hex(32)})
    for known in (
        f"person:{platform}:{person}",
        f"space:{platform}:{person}",
        f"space:{platform}:{own}",
    ):
        renamed = update(ledger).where(ledger.c.scope == known)
        connection.execute(renamed.values(scope=disguised(connection, known)))
    theirs = (jobs.c.platform == platform, jobs.c.person == person, jobs.c.purged)
    connection.execute(delete(jobs).where(*theirs, jobs.c.created_at <= micros(wish)))
    said = (messages.c.chat == person, messages.c.at <= micros(wish))
    connection.execute(delete(messages).where(*said))
    since = {**chats.get_space(connection, platform, own)}
    # A later wish is another one, and goes on.
    if since.get(FORGET) == wish.isoformat():
        del since[FORGET]
    if since:
        chats.put_space(connection, platform, own, since)
        return
    mine = (spaces.c.platform == platform, spaces.c.space == own)
    connection.execute(delete(spaces).where(*mine))


def disguised(connection: Connection, scope: str) -> str:
    """The name under which a forgotten scope goes on; its own where nobody was forgotten yet."""
    salt = str(chats.get_space(connection, *SALT).get("salt", ""))
    if not salt:
        return scope
    kind, platform, _ = scope.split(":", 2) if scope.count(":") > 1 else (scope, "", "")
    name = blake2b(scope.encode(), key=bytes.fromhex(salt), digest_size=8).hexdigest()
    return f"{kind}:{platform}:forgotten-{name}"
