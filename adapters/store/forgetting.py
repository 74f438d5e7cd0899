"""What is left of a person who wants to be forgotten: sums, under a name that says nothing.

It is always the same name for the same person, so that what was used still counts.
"""

import secrets
from hashlib import blake2b

from sqlalchemy import Connection, delete, select, update

from adapters.store import chats
from adapters.store.codec import to_json
from adapters.store.tables import jobs, ledger, messages, spaces
from services.spaces import FORGET, own_of, person_of

SALT = ("store", "salt")  # where the spaces keep what goes into those names
MARK = to_json({FORGET: True}).strip("{}")


def leaving(connection: Connection, limit: int) -> list[tuple[str, str]]:
    """Platform and id of those who asked to be forgotten."""
    marked = spaces.c.settings.contains(MARK, autoescape=True)
    statement = select(spaces.c.platform, spaces.c.space).where(marked).limit(limit)
    found = [(row.platform, person_of(row.space)) for row in connection.execute(statement)]
    return [(platform, person) for platform, person in found if person]


def forget_person(connection: Connection, platform: str, person: str) -> None:
    """Remove their jobs, settings and kept messages; what was used stays, without their name."""
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
    connection.execute(delete(jobs).where(*theirs))
    connection.execute(delete(messages).where(messages.c.chat == person))
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
