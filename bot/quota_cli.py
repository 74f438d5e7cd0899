"""`undertone quota …`: the operator's view of minutes, limits and tiers."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

POTS = ("place", "each", "guests")
NUMBERS = {
    "month": "Minutes a month",
    "week": "Minutes a week",
    "day": "Minutes a day",
    "file-mb": "Largest file, in MB",
    "length": "Longest recording, in minutes",
    "jobs": "Jobs in progress for each person",
    "cooldown": "Seconds between two recordings of one person",
    "rollover": "Minutes that may be left over for the next period",
}

F = TypeVar("F", bound=Callable[..., Any])

as_json = click.option("--json", "as_json", is_flag=True, help="For programs")
of_space = click.argument("space")


def limits(command: F) -> F:
    """The options of `quota set` and of its dry run."""
    for name, about in reversed(NUMBERS.items()):
        told = f"{about}; or `unlimited`"
        command = click.option(f"--{name}", name.replace("-", "_"), metavar="N", help=told)(command)
    return click.option(
        "--for", "for", type=click.Choice(POTS), help="Whose minutes: of all, of each, of guests"
    )(command)


def _given(options: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in options.items() if value is not None}


def say(found: Any, is_json: bool, line: Callable[[Any], str]) -> None:
    """One row or several, each as JSON or as `line` writes it."""
    for row in found if isinstance(found, list) else [found]:
        click.echo(json.dumps(row) if is_json else line(row))


@click.group()
def quota() -> None:
    """Minutes, limits and tiers of spaces; a SPACE is written as platform:id."""


@quota.command("list")
@as_json
def quota_list(as_json: bool) -> None:
    """Every space with its use in this period, the busiest first."""
    from bot import quota_pages, quotas
    from bot.cli import finish, settings_or_exit

    say(finish(quotas.list_spaces(settings_or_exit())), as_json, quota_pages.space_line)


@quota.command("show")
@of_space
@as_json
def quota_show(space: str, as_json: bool) -> None:
    """What one space uses and may use."""
    from bot import quota_pages, quotas
    from bot.cli import finish, settings_or_exit

    say(finish(quotas.show(settings_or_exit(), space)), as_json, quota_pages.page)


@quota.command("set")
@of_space
@limits
@as_json
def quota_set(space: str, as_json: bool, **options: str | None) -> None:
    """Set limits of a space, as its admins would."""
    from bot import quota_pages, quotas
    from bot.cli import finish, settings_or_exit

    found = finish(quotas.put(settings_or_exit(), space, _given(options)))
    say(found, as_json, quota_pages.page)


@quota.command("gift")
@of_space
@click.argument("minutes")
@click.option("--days", metavar="N", help="How long they hold; default: for ever")
@click.option("--user", metavar="ID", help="One person there, by the platform's id")
@as_json
def quota_gift(space: str, as_json: bool, **options: str | None) -> None:
    """Give minutes beyond the usual, to a space or to one person there."""
    from bot import quota_pages, quotas
    from bot.cli import finish, settings_or_exit

    found = finish(quotas.gift(settings_or_exit(), space, _given(options)))
    say(found, as_json, quota_pages.gift_line)


@quota.command("reset")
@of_space
@as_json
def quota_reset(space: str, as_json: bool) -> None:
    """Take away every limit that was set there."""
    from bot import quota_pages, quotas
    from bot.cli import finish, settings_or_exit

    say(finish(quotas.reset(settings_or_exit(), space)), as_json, quota_pages.page)


@quota.command("tier")
@of_space
@click.argument("name")
@as_json
def quota_tier(space: str, name: str, as_json: bool) -> None:
    """Give a space the tier NAME; `none` takes it away."""
    from bot import quota_pages, quotas
    from bot.cli import finish, settings_or_exit

    say(finish(quotas.tier(settings_or_exit(), space, name)), as_json, quota_pages.page)


@quota.command("dry-run")
@of_space
@limits
@as_json
def quota_dry_run(space: str, as_json: bool, **options: str | None) -> None:
    """What these limits would have refused in the last 30 days."""
    from bot import quota_pages, quotas
    from bot.cli import finish, settings_or_exit

    found = finish(quotas.rehearse(settings_or_exit(), space, _given(options)))
    say(found, as_json, quota_pages.rehearsal_line)


@quota.command("audit")
@of_space
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@as_json
def quota_audit(space: str, limit: int, as_json: bool) -> None:
    """Who changed what there, newest first."""
    from bot import quota_pages, quotas
    from bot.cli import finish, settings_or_exit

    found = finish(quotas.audit(settings_or_exit(), space, limit))
    say(found, as_json, quota_pages.change_line)


@quota.command("ledger")
@of_space
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@as_json
def quota_ledger(space: str, limit: int, as_json: bool) -> None:
    """What was set aside, used and given back there, newest first."""
    from bot import quota_pages, quotas
    from bot.cli import finish, settings_or_exit

    found = finish(quotas.ledger(settings_or_exit(), space, limit))
    say(found, as_json, quota_pages.ledger_line)
