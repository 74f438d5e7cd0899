"""People and spaces are named by aliases; minutes can be given; changes are logged."""

import json
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AMOUNTS = ("file_mb", "length", "jobs")


def upgrade() -> None:
    """Make the tables, then give everybody in the ledger and in quotas an alias."""
    op.add_column("jobs", sa.Column("keep", sa.BigInteger()))
    _aliases()
    _grants()
    _audit()
    known: dict[tuple[str, str, str], str] = {}
    _rename_scopes(known)
    _change_quotas(known)
    rows = [
        {"platform": platform, "kind": kind, "name": name, "alias": alias}
        for (platform, kind, name), alias in known.items()
    ]
    if rows:
        op.bulk_insert(sa.table("aliases", *(sa.column(name) for name in rows[0])), rows)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _aliases() -> None:
    op.create_table(
        "aliases",
        _text("platform"),
        _text("kind"),
        _text("name"),
        _text("alias"),
        sa.Column("until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("platform", "kind", "name", name="pk_aliases"),
        sa.UniqueConstraint("alias", name="uq_aliases_alias"),
        sa.CheckConstraint(
            "kind IN ('person', 'space', 'forgotten')", name=op.f("ck_aliases_kind")
        ),
    )


def _grants() -> None:
    op.create_table(
        "grants",
        _text("scope"),
        _text("id"),
        _text("kind"),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("scope", "id", name="pk_grants"),
        sa.CheckConstraint("milliseconds >= 0", name=op.f("ck_grants_milliseconds")),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        _text("space"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _text("who"),
        _text("what"),
        _text("before"),
        _text("after"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_space_id", "audit", ["space", "id"])


def _alias(known: dict[tuple[str, str, str], str], platform: str, kind: str, name: str) -> str:
    return known.setdefault((platform, kind, name), secrets.token_hex(8))


def _rename_scopes(known: dict[tuple[str, str, str], str]) -> None:
    """`space:web:1` becomes `space:alias`, `person:web:2` `person:space's alias:alias`."""
    ledger = sa.table("ledger", sa.column("job_id"), sa.column("scope"), sa.column("kind"))
    connection = op.get_bind()
    of_people = ledger.c.scope.like("person:%")
    of_spaces = ledger.c.scope.like("space:%")
    statement = sa.select(ledger.c.job_id, ledger.c.scope).where(of_spaces).distinct()
    homes = {row.job_id: row.scope for row in connection.execute(statement)}
    for job, scope in connection.execute(
        sa.select(ledger.c.job_id, ledger.c.scope).where(of_people).distinct()
    ).all():
        _, platform, person = scope.split(":", 2)
        home = homes.get(job, f"space:{platform}:person-{person}").split(":", 2)[2]
        names = _alias(known, platform, "space", home), _alias(known, platform, "person", person)
        _rename(connection, ledger, job, scope, f"person:{names[0]}:{names[1]}")
    for job, scope in homes.items():
        _, platform, space = scope.split(":", 2)
        _rename(connection, ledger, job, scope, f"space:{_alias(known, platform, 'space', space)}")


def _rename(
    connection: sa.Connection, ledger: sa.TableClause, job: str, old: str, new: str
) -> None:
    changed = sa.update(ledger).where(ledger.c.job_id == job, ledger.c.scope == old)
    connection.execute(changed.values(scope=new))


def _change_quotas(known: dict[tuple[str, str, str], str]) -> None:
    spaces = sa.table("spaces", sa.column("platform"), sa.column("space"), sa.column("settings"))
    connection = op.get_bind()
    for platform, space, settings in connection.execute(sa.select(spaces)).all():
        kept = json.loads(settings)
        if "quota" not in kept:
            continue
        kept["quota"] = _by_period(known, platform, kept["quota"])
        changed = sa.update(spaces).where(spaces.c.platform == platform, spaces.c.space == space)
        connection.execute(changed.values(settings=json.dumps(kept, separators=(",", ":"))))


def _by_period(
    known: dict[tuple[str, str, str], str], platform: str, quota: dict[str, Any]
) -> dict[str, Any]:
    """Minutes were of a month for the space, of a day for each person."""
    made: dict[str, Any] = {name: quota[name] for name in AMOUNTS if name in quota}
    if "month" in quota:
        made["space"] = {"month": quota["month"]}
    if "day" in quota:
        made["each"] = {"day": quota["day"]}
    people = {
        _alias(known, platform, "person", person): {"day": minutes}
        for person, minutes in quota.get("people", {}).items()
    }
    roles = {role: {"day": minutes} for role, minutes in quota.get("roles", {}).items()}
    return made | ({"people": people} if people else {}) | ({"roles": roles} if roles else {})
