"""Names under which ledger and audit log speak of people and spaces.

An alias is random, so only its row says whose it is. Of somebody who was forgotten a keyed hash
stays until the periods are over in which their minutes count: whoever comes back meanwhile goes on
with what was used. The key of that hash is not in the database.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from adapters.store import chats
from adapters.store.codec import micros
from adapters.store.tables import aliases, audit, grants, ledger
from adapters.store.upsert import insert_into
from services.plans import ENTITLED, PLAN
from services.records import Named
from services.spaces import QUOTA

FORGOTTEN = "forgotten"
OPERATORS = (PLAN, ENTITLED, QUOTA)  # parts of a private chat that are not its person's
COUNTED_FOR = timedelta(days=31)  # the longest period


def alias(connection: Connection, platform: str, kind: Named, name: str, pepper: bytes) -> str:
    """The alias of this person or space, made where there is none."""
    found = find(connection, platform, kind, name)
    if found:
        return found
    again = _come_back(connection, platform, kind, name, pepper)
    if again:
        _put_back(connection, platform, name, again)
    row = {"platform": platform, "kind": kind, "name": name, "alias": again or _fresh()}
    statement = insert_into(connection, aliases).values(row).on_conflict_do_nothing()
    connection.execute(statement)
    # Another transaction may have been quicker.
    return find(connection, platform, kind, name) or row["alias"]


def find(connection: Connection, platform: str, kind: Named, name: str) -> str:
    """The alias; empty where nobody needed one yet."""
    statement = select(aliases.c.alias).where(_is(platform, kind, name))
    return connection.execute(statement).scalar_one_or_none() or ""


def peek(connection: Connection, platform: str, kind: Named, name: str, pepper: bytes) -> str:
    """The alias, also of somebody who was forgotten and would go on with it; writes nothing."""
    found = find(connection, platform, kind, name)
    if found or not pepper:
        return found
    known = _is(platform, FORGOTTEN, _hash(platform, kind, name, pepper))
    return connection.execute(select(aliases.c.alias).where(known)).scalar_one_or_none() or ""


def named(connection: Connection, wanted: str) -> tuple[str, Named, str] | None:
    """Whose alias this is; None for one that leads to nobody."""
    known = and_(aliases.c.alias == wanted, aliases.c.kind != FORGOTTEN)
    row = connection.execute(select(aliases).where(known)).first()
    return None if row is None else (row.platform, row.kind, row.name)


def rename(connection: Connection, platform: str, kind: Named, old: str, new: str) -> None:
    """The same space under another id; what the new one used meanwhile goes to the old alias."""
    found = find(connection, platform, kind, old)
    if found:
        connection.execute(delete(aliases).where(_is(platform, kind, old)))
        since = find(connection, platform, kind, new)
        if since:
            _merge(connection, since, found)
            connection.execute(delete(aliases).where(_is(platform, kind, new)))
        row = {"platform": platform, "kind": kind, "name": new, "alias": found}
        connection.execute(insert(aliases), row)


def _merge(connection: Connection, since: str, known: str) -> None:
    """What was counted, given and noted under one alias is another's."""
    for table in (ledger, grants):
        theirs = table.c.scope.contains(since, autoescape=True)
        renamed = func.replace(table.c.scope, since, known)
        connection.execute(update(table).where(theirs).values(scope=renamed))
    connection.execute(update(audit).where(audit.c.space == since).values(space=known))


def forget(
    connection: Connection, platform: str, kind: Named, name: str, now: datetime, pepper: bytes
) -> None:
    """Nobody can tell any more whose this alias was."""
    found = find(connection, platform, kind, name)
    if not found:
        return
    connection.execute(delete(aliases).where(_is(platform, kind, name)))
    if pepper:
        hashed = _hash(platform, kind, name, pepper)
        until = micros(now + COUNTED_FOR)
        row = {"platform": platform, "kind": FORGOTTEN, "name": hashed, "alias": found}
        connection.execute(insert(aliases), {**row, "until": until})


def sweep(connection: Connection, now: datetime) -> None:
    """Hashes whose time is over go."""
    over = and_(aliases.c.kind == FORGOTTEN, aliases.c.until <= micros(now))
    gone = select(aliases.c.platform, aliases.c.alias).where(over)
    for platform, alias in connection.execute(gone).all():
        chats.put_space(connection, platform, aside(alias), {})
    connection.execute(delete(aliases).where(over))


def _come_back(
    connection: Connection, platform: str, kind: Named, name: str, pepper: bytes
) -> str | None:
    if not pepper:
        return None
    known = _is(platform, FORGOTTEN, _hash(platform, kind, name, pepper))
    statement = delete(aliases).where(known).returning(aliases.c.alias)
    return connection.execute(statement).scalar_one_or_none()


def aside(alias: str) -> str:
    """Where the operator's word about a forgotten space waits, as the name of a space."""
    return f"aside-{alias}"


def _put_back(connection: Connection, platform: str, space: str, alias: str) -> None:
    waiting = chats.get_space(connection, platform, aside(alias))
    if waiting:
        since = chats.get_space(connection, platform, space)
        chats.put_space(connection, platform, space, {**since, **waiting})
        chats.put_space(connection, platform, aside(alias), {})


def _is(platform: str, kind: str, name: str) -> ColumnElement[bool]:
    return and_(aliases.c.platform == platform, aliases.c.kind == kind, aliases.c.name == name)


def _fresh() -> str:
    return secrets.token_hex(8)


def _hash(platform: str, kind: Named, name: str, pepper: bytes) -> str:
    whose = f"{platform}:{kind}:{name}".encode()
    return blake2b(whose, key=pepper, digest_size=16).hexdigest()
