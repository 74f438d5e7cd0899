"""The one command table: every platform, the help and the web chat show it."""

from dataclasses import dataclass
from datetime import timedelta

from services.commands import about, clean, jobs
from services.commands.command import Command
from services.intake import Intake
from services.journal import Journal
from services.ports import Files, Now, Store
from services.routing import Routes


@dataclass(frozen=True, slots=True)
class Means:
    """What the commands work with."""

    store: Store
    files: Files
    journal: Journal
    intake: Intake
    routes: Routes
    now: Now
    retention: timedelta


def table(means: Means) -> tuple[Command, ...]:
    """Every command, in the order in which people read them."""
    commands: list[Command] = []
    commands += clean.commands(means.intake, means.routes)
    commands += jobs.commands(means.store, means.journal, means.intake, means.routes, means.files)
    commands += about.commands(
        means.store, means.journal, means.now, means.retention, lambda: commands
    )
    return tuple(commands)
