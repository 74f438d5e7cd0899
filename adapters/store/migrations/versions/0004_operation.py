"""The operation of a job is a column, so that the jobs of a space can be listed by it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Older jobs have none: they were made before anybody listed them so."""
    op.add_column("jobs", sa.Column("operation", sa.Text()))
    columns = ["platform", "space", "created_at"]
    op.create_index("ix_jobs_platform_space_created_at", "jobs", columns)
