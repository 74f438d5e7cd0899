"""Brings a database to the schema of this program, all or nothing."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select

from adapters.store.errors import SchemaTooNew

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 7_308_332_045_110_542  # any fixed number: who migrates holds it


def migrate(engine: Engine) -> bool:
    """Apply what is missing, in one transaction; False when nothing was.

    Raises `SchemaTooNew` when the database knows a step that this program does not.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        return _upgrade(connection)


def _upgrade(connection: Connection) -> bool:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    present = MigrationContext.configure(connection).get_current_heads()
    if set(present) == set(script.get_heads()):
        return False
    known = {revision.revision for revision in script.walk_revisions()}
    if unknown := set(present) - known:
        raise SchemaTooNew(
            f"The database is at {', '.join(sorted(unknown))}, which this version does not know. "
            "Start the newer version, or restore a backup from before it."
        )
    command.upgrade(config, "head")
    return True
