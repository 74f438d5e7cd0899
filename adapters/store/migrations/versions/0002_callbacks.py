"""Callbacks of providers are kept as they came."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VERDICTS = (
    "'accepted', 'poked', 'repeated', 'late', 'unknown', 'contradicting', 'malformed', "
    "'too_large', 'encoded', 'slow'"
)


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "callbacks",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("is_addressed", sa.Boolean(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_callbacks"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_callbacks_job_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint(f"verdict IN ({VERDICTS})", name=op.f("ck_callbacks_verdict")),
    )
    op.create_index("ix_callbacks_job_id_id", "callbacks", ["job_id", "id"])
