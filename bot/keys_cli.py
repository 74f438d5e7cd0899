"""`undertone keys …`: who may use the API, and with which plan."""

import click

from bot.quota_cli import as_json, say

named = click.argument("name")


@click.group()
def keys() -> None:
    """API keys, their plans and their webhooks; a NAME may be a key's id as well."""


@keys.command("add")
@named
@click.option(
    "--plan",
    default="pro",
    show_default=True,
    help="dev, pro, business, unlimited, or a tier of your file",
)
@click.option("--webhook", metavar="URL", default="", help="Who is told where a request names none")
@as_json
def keys_add(name: str, plan: str, webhook: str, as_json: bool) -> None:
    """Make a key and show it, this once."""
    from bot import key_pages, keys
    from bot.cli import finish, settings_or_exit

    settings = settings_or_exit()
    is_first = settings.is_sqlite and not settings.data_dir.exists()
    say(finish(keys.add(settings, name, plan, webhook)), as_json, key_pages.new)
    if is_first:
        folder = settings.data_dir.absolute()
        click.echo(f"Nothing was in {folder} before: `undertone run` has to use it too.", err=True)


@keys.command("list")
@as_json
def keys_list(as_json: bool) -> None:
    """Every key with its plan and its use, the oldest first."""
    from bot import key_pages, keys
    from bot.cli import finish, settings_or_exit

    say(finish(keys.list_keys(settings_or_exit())), as_json, key_pages.line)


@keys.command("revoke")
@named
@as_json
def keys_revoke(name: str, as_json: bool) -> None:
    """Let a key open nothing any more, from now on."""
    from bot import key_pages, keys
    from bot.cli import finish, settings_or_exit

    say(finish(keys.revoke(settings_or_exit(), name)), as_json, key_pages.revoked)


@keys.command("webhook")
@named
@click.argument("url", required=False)
@click.option("--off", is_flag=True, help="Tell nobody, unless a request names an address")
@as_json
def keys_webhook(name: str, url: str | None, off: bool, as_json: bool) -> None:
    """Show where the webhooks of a key go and what signs them; with URL, set where."""
    from bot import key_pages, keys
    from bot.cli import finish, settings_or_exit

    if off and url is not None:
        raise click.UsageError("Write a URL or --off, not both.")
    found = finish(keys.webhook(settings_or_exit(), name, "" if off else url))
    say(found, as_json, key_pages.webhook)
