"""What `undertone quota` shows to somebody who reads."""

from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]


def space_line(row: Row) -> str:
    """One space on one line."""
    return f"{row['space']:<32}  {row['tier'] or '-':<12}  {use(row)}"


def use(row: Row) -> str:
    """What was used of how much."""
    limit, percent = row["limit"], row["percent"]
    of = "" if percent is None else f" of {limit:g}"
    share = "" if percent is None else f"  {percent:g} %"
    return f"{row['used']:.1f}{of} min this {row['period']}{share}"


def page(found: Row) -> str:
    """One space with everything that holds there."""
    return "\n".join(_lines(found))


def _lines(found: Row) -> Iterator[str]:
    yield f"{found['space']}  tier {found['tier'] or '-'}  clock {found['zone']}"
    for one in found["use"]:
        yield f"used     {use(one)}, begins again {one['returns']}"
    for whose, pot in found["minutes"].items():
        for period, amount in pot.items():
            yield f"{whose:<7}  {number(amount)} min a {period}"
    names = ("file_mb", "length", "jobs", "cooldown", "rollover", "priority")
    yield "  ".join(f"{name} {number(found[name])}" for name in names)
    if found["features"] is not None:
        yield f"features {', '.join(found['features']) or 'none'}"
    for grant in found["grants"]:
        until = f", until {grant['until']}" if grant["until"] else ""
        yield f"{grant['kind']:<8} {grant['left']:g} min left{until}"


def number(amount: float | str) -> str:
    """A number, or the word that stands for infinity."""
    return amount if isinstance(amount, str) else f"{amount:g}"


def gift_line(row: Row) -> str:
    """What was given."""
    whom = f"Person {row['user']} in {row['space']}" if row["user"] else row["space"]
    until = f", until {row['until']}" if row["until"] else ""
    return f"{whom} has {row['minutes']:g} min more{until}."


def rehearsal_line(row: Row) -> str:
    """What a rule would have done."""
    of = f", of {row['people']} people" if row["people"] > 1 else ""
    return (
        f"With this rule, {row['refused']} of {row['jobs']} jobs of the last 30 days would have "
        f"been refused{of}. Nothing was changed."
    )


def change_line(row: Row) -> str:
    """One line of the audit log."""
    before, after = row["before"] or "-", row["after"] or "-"
    return f"{row['at']}  {row['who']:<16}  {row['what']}: {before} -> {after}"


def ledger_line(row: Row) -> str:
    """One line of the ledger."""
    pot = f"{row['pot']} {row['alias']}" + (f" ({row['grant']})" if row["grant"] else "")
    return (
        f"{row['at']}  {row['job']}  {row['kind']:<8} {row['seconds']:>10.3f} s  {pot}"
        f"  {row['reason']}"
    ).rstrip()
