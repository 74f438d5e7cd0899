"""The schema. Its keys and checks hold what must be true whatever the program does.

Times are whole microseconds since 1970, UTC: exact, and ordered alike in both databases.
"""

from collections.abc import Iterable
from typing import get_args

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from services.model import Kind, State
from services.records import LineKind, Named, Verdict

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up only a column that is declared INTEGER.
Counter = BigInteger().with_variant(Integer(), "sqlite")


def one_of(column: str, values: Iterable[str]) -> str:
    """The check that `column` holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("dedupe", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("space", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("source_key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("outcome", Text),  # "tracks" or the problem's code; for guards and counting only
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("deadline_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Column("purged", Boolean, nullable=False),
    Column("operation", Text),  # NULL: from before it was kept
    Column("keep", BigInteger),  # microseconds after its end; NULL: as long as is usual
    Column("body", Text, nullable=False),  # JSON: what is neither asked for nor guarded
    Column("priority", Integer, nullable=False, server_default="0"),  # lower is sooner
    Column("lease", Integer, nullable=False, server_default="0"),
    Column("held_until", BigInteger),
    Column("woken_at", BigInteger),
    UniqueConstraint("dedupe"),
    CheckConstraint(one_of("state", State), name="state"),
    CheckConstraint(one_of("kind", Kind), name="kind"),
    CheckConstraint("(outcome IS NOT NULL) = (state IN ('delivering', 'done'))", name="outcome"),
    CheckConstraint("(done_at IS NOT NULL) = (state = 'done')", name="done_at"),
    CheckConstraint("state = 'done' OR NOT purged", name="purged"),
    CheckConstraint("attempt >= 0 AND lease >= 0", name="counts"),
)
is_open = jobs.c.state != literal_column("'done'")  # spelled out: partial indexes match text
Index("ix_jobs_open_due", jobs.c.due_at, sqlite_where=is_open, postgresql_where=is_open)
Index("ix_jobs_waiting", jobs.c.state, jobs.c.kind, jobs.c.priority)
Index(None, jobs.c.platform, jobs.c.person, jobs.c.created_at)
Index("ix_jobs_space_open", jobs.c.platform, jobs.c.space, jobs.c.outcome,
      sqlite_where=is_open, postgresql_where=is_open)  # fmt: skip
Index(None, jobs.c.platform, jobs.c.space, jobs.c.created_at)
Index(None, jobs.c.created_at)
Index("ix_jobs_kept", jobs.c.done_at,
      sqlite_where=~jobs.c.purged, postgresql_where=~jobs.c.purged)  # fmt: skip
Index(None, jobs.c.source_key)

history = Table(
    "history",
    metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("job_id", Text, ForeignKey(jobs.c.id, ondelete="CASCADE"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "job_id", "id"),
)

progress = Table(
    "progress",
    metadata,
    Column("job_id", Text, ForeignKey(jobs.c.id, ondelete="CASCADE"), primary_key=True),
    Column("fraction", Double),
    Column("seconds_left", Double),
    Column("place", Integer),
    Column("at", BigInteger, nullable=False),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("provider", Text, nullable=False),
    Column("job_id", Text, ForeignKey(jobs.c.id, ondelete="CASCADE"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("is_addressed", Boolean, nullable=False),
    Column("headers", Text, nullable=False),  # JSON
    Column("body", LargeBinary),  # the very bytes, for a signature is over them
    CheckConstraint(one_of("verdict", Verdict), name="verdict"),
    Index(None, "job_id", "id"),
)

# No foreign key: what was used stays counted when the job is forgotten.
ledger = Table(
    "ledger",
    metadata,
    Column("job_id", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("milliseconds", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint(one_of("kind", get_args(LineKind)), name="kind"),
    CheckConstraint("milliseconds >= 0", name="milliseconds"),
    Index(None, "scope", "at"),
)
ends = ledger.c.kind.in_([literal_column("'settle'"), literal_column("'release'")])
Index("uq_ledger_one_end", ledger.c.job_id, ledger.c.scope, unique=True,
      sqlite_where=ends, postgresql_where=ends)  # fmt: skip

# Only this table knows who an alias is; the hash of somebody forgotten, while it is needed.
aliases = Table(
    "aliases",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("alias", Text, nullable=False),
    Column("until", BigInteger),
    UniqueConstraint("alias"),
    CheckConstraint(one_of("kind", (*get_args(Named), "forgotten")), name="kind"),
)

grants = Table(
    "grants",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("until", BigInteger),
    CheckConstraint("milliseconds >= 0", name="milliseconds"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("space", Text, nullable=False),  # its alias
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Index(None, "space", "id"),
)

durations = Table(
    "durations",
    metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("provider", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("ratio", Double, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "provider", "operation", "id"),
)

spaces = Table(
    "spaces",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("space", Text, primary_key=True),
    Column("settings", Text, nullable=False),
)

# A number that was shown is never given again: a counter begins with the time.
chats = Table(
    "chats",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("chat", Text, ForeignKey(chats.c.chat), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("chat", "seq"),
)
