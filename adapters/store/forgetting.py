"""What is left of a person who wants to be forgotten: sums, under a name that says nothing."""

import secrets

from sqlalchemy import Connection, delete, select, update

from adapters.store.codec import to_json
from adapters.store.tables import jobs, ledger, messages, spaces
from services.spaces import FORGET, own_of, person_of

MARK = to_json({FORGET: True}).strip("{}")


def leaving(connection: Connection, limit: int) -> list[tuple[str, str]]:
    """Platform and id of those who asked to be forgotten."""
    marked = spaces.c.settings.contains(MARK, autoescape=True)
    statement = select(spaces.c.platform, spaces.c.space).where(marked).limit(limit)
    found = [(row.platform, person_of(row.space)) for row in connection.execute(statement)]
    return [(platform, person) for platform, person in found if person]


def forget_person(connection: Connection, platform: str, person: str) -> None:
    """Remove their jobs, settings and kept messages; what was used stays, without their name."""
    nobody = f"forgotten-{secrets.token_hex(8)}"
    kinds = {f"person:{platform}:": person, f"space:{platform}:": person}
    named = [(kind + who, kind + nobody) for kind, who in kinds.items()]
    own = own_of(person)
    named.append((f"space:{platform}:{own}", f"space:{platform}:{nobody}"))
    for known, unknown in named:
        connection.execute(update(ledger).where(ledger.c.scope == known).values(scope=unknown))
    theirs = (jobs.c.platform == platform, jobs.c.person == person, jobs.c.purged)
    connection.execute(delete(jobs).where(*theirs))
    connection.execute(delete(messages).where(messages.c.chat == person))
    mine = (spaces.c.platform == platform, spaces.c.space == own)
    connection.execute(delete(spaces).where(*mine))
