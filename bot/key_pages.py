"""What `undertone keys` shows to somebody who reads."""

from collections.abc import Iterator

from bot.quota_pages import Row, number, use

ONCE = "This is the only time that it is shown: keep it where your program finds it."
NOT_SERVED = "Nothing serves it yet: set UNDERTONE_API__ENABLED=true."


def new(row: Row) -> str:
    """A key that was just made."""
    return "\n".join(_new(row))


def _new(row: Row) -> Iterator[str]:
    yield row["key"]
    yield ONCE
    yield ""
    minutes = ", ".join(f"{number(most)} min a {period}" for period, most in row["minutes"].items())
    yield f"name     {row['name']}"
    yield f"id       {row['id']}"
    yield f"plan     {row['plan']}: {minutes}, {number(row['requests'])} requests a minute"
    yield from _webhook(row)
    if not row["served"]:
        yield NOT_SERVED


def line(row: Row) -> str:
    """One key on one line."""
    revoked = f"  revoked {row['revoked_at']}" if row["revoked_at"] else ""
    return (
        f"{row['id']}  {row['name']:<20}  {row['plan'] or '-':<12}  …{row['ends']}  "
        f"made {row['made_at']}  {use(row)}{revoked}"
    )


def revoked(row: Row) -> str:
    """A key that opens nothing any more."""
    return (
        f"{row['name']} ({row['id']}) opens nothing since {row['revoked_at']}.\n"
        f"Like a space that the bot has left, it is forgotten with its jobs and files "
        f"{row['kept_hours']:g} h after that."
    )


def webhook(row: Row) -> str:
    """Where its webhooks go."""
    return "\n".join([f"{row['name']}  {row['id']}", *_webhook(row)])


def _webhook(row: Row) -> Iterator[str]:
    yield f"webhook  {row['webhook_url'] or 'nowhere, unless a request names an address'}"
    yield f"secret   {row['webhook_secret']}"
    if not row["webhooks"]:
        yield f"The plan {row['plan']} has no webhooks: nobody is called."
