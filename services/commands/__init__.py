"""The one command table: every platform, the help and the web chat show it."""

from services.commands import about, clean, forget, jobs, packing, quota, settings
from services.commands.command import Command
from services.commands.means import Means

__all__ = ["Means", "table"]


def table(means: Means) -> tuple[Command, ...]:
    """Every command, in the order in which people read them."""
    commands: list[Command] = []
    commands += clean.commands(means)
    commands += jobs.commands(means)
    commands += packing.commands(means)
    commands += settings.commands(means)
    commands += quota.commands(means)
    commands += forget.commands(means)
    commands += about.commands(means, lambda: commands)
    return tuple(commands)
