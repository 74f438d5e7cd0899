"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state != 'done'")
ENDS = sa.text("kind IN ('settle', 'release')")
STATES = "'receiving', 'queued', 'submitting', 'running', 'collecting', 'delivering', 'done'"


def upgrade() -> None:
    """Make every table."""
    _jobs()
    _job_indexes()
    _about_jobs()
    _ledger()
    _durations()
    _chats()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _jobs() -> None:
    op.create_table(
        "jobs",
        _text("id"),
        _text("dedupe"),
        _text("platform"),
        _text("space"),
        _text("person"),
        _text("source_key"),
        _text("state"),
        _text("kind"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text()),
        _number("created_at"),
        _number("updated_at"),
        _number("due_at"),
        _number("deadline_at"),
        _number("done_at", nullable=True),
        sa.Column("purged", sa.Boolean(), nullable=False),
        _text("body"),
        sa.Column("priority", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("lease", sa.Integer(), nullable=False, server_default="0"),
        _number("held_until", nullable=True),
        _number("woken_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("dedupe", name="uq_jobs_dedupe"),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_jobs_state")),
        sa.CheckConstraint("kind IN ('sound', 'wire')", name=op.f("ck_jobs_kind")),
        sa.CheckConstraint(
            "(outcome IS NOT NULL) = (state IN ('delivering', 'done'))",
            name=op.f("ck_jobs_outcome"),
        ),
        sa.CheckConstraint(
            "(done_at IS NOT NULL) = (state = 'done')", name=op.f("ck_jobs_done_at")
        ),
        sa.CheckConstraint("state = 'done' OR NOT purged", name=op.f("ck_jobs_purged")),
        sa.CheckConstraint("attempt >= 0 AND lease >= 0", name=op.f("ck_jobs_counts")),
    )


def _job_indexes() -> None:
    op.create_index("ix_jobs_created_at", "jobs", ["created_at"])
    op.create_index("ix_jobs_source_key", "jobs", ["source_key"])
    op.create_index("ix_jobs_waiting", "jobs", ["state", "kind", "priority"])
    op.create_index(
        "ix_jobs_platform_person_created_at", "jobs", ["platform", "person", "created_at"]
    )
    op.create_index(
        "ix_jobs_open_due", "jobs", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_jobs_space_open",
        "jobs",
        ["platform", "space", "outcome"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    # Each database uses the index only for the words that its own queries are written with.
    op.create_index(
        "ix_jobs_kept",
        "jobs",
        ["done_at"],
        sqlite_where=sa.text("purged = 0"),
        postgresql_where=sa.text("NOT purged"),
    )


def _about_jobs() -> None:
    op.create_table(
        "history",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        _text("job_id"),
        _number("at"),
        _text("event"),
        _text("state"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        _text("detail"),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_history_job_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_history_job_id_id", "history", ["job_id", "id"])
    op.create_table(
        "progress",
        _text("job_id"),
        sa.Column("fraction", sa.Double()),
        sa.Column("seconds_left", sa.Double()),
        sa.Column("place", sa.Integer()),
        _number("at"),
        sa.PrimaryKeyConstraint("job_id", name="pk_progress"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_progress_job_id", ondelete="CASCADE"
        ),
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        _text("job_id"),
        _text("scope"),
        _text("kind"),
        _number("milliseconds"),
        _number("at"),
        _text("reason"),
        sa.PrimaryKeyConstraint("job_id", "scope", "kind", name="pk_ledger"),
        sa.CheckConstraint("kind IN ('reserve', 'settle', 'release')", name=op.f("ck_ledger_kind")),
        sa.CheckConstraint("milliseconds >= 0", name=op.f("ck_ledger_milliseconds")),
    )
    op.create_index("ix_ledger_scope_at", "ledger", ["scope", "at"])
    op.create_index(
        "uq_ledger_one_end",
        "ledger",
        ["job_id", "scope"],
        unique=True,
        sqlite_where=ENDS,
        postgresql_where=ENDS,
    )


def _durations() -> None:
    op.create_table(
        "durations",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        _text("provider"),
        _text("operation"),
        sa.Column("ratio", sa.Double(), nullable=False),
        _number("at"),
        sa.PrimaryKeyConstraint("id", name="pk_durations"),
    )
    op.create_index(
        "ix_durations_provider_operation_id", "durations", ["provider", "operation", "id"]
    )


def _chats() -> None:
    op.create_table(
        "spaces",
        _text("platform"),
        _text("space"),
        _text("settings"),
        sa.PrimaryKeyConstraint("platform", "space", name="pk_spaces"),
    )
    op.create_table(
        "chats",
        _text("chat"),
        _number("seq"),
        sa.PrimaryKeyConstraint("chat", name="pk_chats"),
    )
    op.create_table(
        "messages",
        _text("chat"),
        _text("key"),
        _number("seq"),
        _text("body"),
        _number("at"),
        sa.PrimaryKeyConstraint("chat", "key", name="pk_messages"),
        sa.ForeignKeyConstraint(["chat"], ["chats.chat"], name="fk_messages_chat"),
        sa.UniqueConstraint("chat", "seq", name="uq_messages_chat_seq"),
    )
