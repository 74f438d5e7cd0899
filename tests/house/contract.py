"""The rows of docs/providers-contract.md, and which of them tests name; for `make check`."""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from textwrap import fill

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "providers-contract.md"
TESTS = ROOT / "tests"
# Made-up IDs, stale copies, and what only pretends: none of them proves anything.
APART = ("house", "__pycache__", "fakes")

ID = r"(?:MG|NR)-[A-Z]+-\d+[a-z]?|AMB-\d+"
IDS = re.compile(rf"(?<![\w-])(?:{ID})\b")
RANGE = re.compile(rf"(?<![\w-])(?:{ID})[ \t]*(?:to|until|through|–|—|-|…|\.\.+)[ \t]*(?:{ID})\b")
A_ROW = re.compile(r"\| (?:MG|NR|AMB)-")


class Side(StrEnum):
    """Whom a row concerns; the page explains it."""

    CLIENT = "client"
    SERVER = "server"
    BOTH = "both"
    INFO = "info"


OURS = (Side.CLIENT, Side.BOTH)


@dataclass(frozen=True, slots=True)
class Row:
    """One fact; reason: why it is only information."""

    id: str
    says: str
    side: Side
    reason: str = ""


Named = Mapping[str, Sequence[str]]
"""Each ID with the files that name it."""


def rows(text: str) -> tuple[Row, ...]:
    """The rows of the page. Raises `ValueError` for one that is not well made or stands twice."""
    found: dict[str, Row] = {}
    for line in text.splitlines():
        if A_ROW.match(line):
            row = _row(line)
            if row.id in found:
                raise ValueError(f"{row.id} stands twice")
            found[row.id] = row
    return tuple(found.values())


def _row(line: str) -> Row:
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    if len(cells) != 3 or not IDS.fullmatch(cells[0]) or not cells[1]:
        raise ValueError(f"not an ID, words and a side: {line}")
    side, _, reason = (part.strip() for part in cells[2].partition(":"))
    if bool(reason) != (side == Side.INFO):
        raise ValueError(f"a reason belongs to information, and only there: {line}")
    return Row(cells[0], cells[1], Side(side), reason)


def named(folder: Path) -> Named:
    """Every ID spelled out in the files below; a range or the beginning of an ID names nothing."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.is_file() and not set(APART) & set(place.parts[:-1]):
            text = RANGE.sub("", path.read_text(encoding="utf-8", errors="ignore"))
            for one in sorted(set(IDS.findall(text))):
                found.setdefault(one, []).append(str(place))
    return found


def missing(table: Iterable[Row], names: Named) -> list[str]:
    """Rows of our clients that no test names."""
    return [row.id for row in table if row.side in OURS and row.id not in names]


def strangers(table: Iterable[Row], names: Named) -> list[str]:
    """What tests name and the page does not have, each with the files."""
    known = {row.id for row in table}
    return [f"{one} ({', '.join(names[one])})" for one in sorted(set(names) - known)]


def report(table: Sequence[Row], names: Named) -> str:
    """The three lists, and what is wrong with the tests' own words."""
    by_side = {side: [row for row in table if row.side is side] for side in Side}
    server, both, info = by_side[Side.SERVER], by_side[Side.BOTH], by_side[Side.INFO]
    ours, untested = len(by_side[Side.CLIENT]) + len(both), missing(table, names)
    parts = [
        f"The providers' contract (docs/providers-contract.md): {len(table)} rows.",
        _listed(
            f"Without a test, of the {ours} that concern our clients: {len(untested)}", untested
        ),
        _listed(
            "A later issue, for an API of our own alone (it shares "
            f"{len(both)} with the clients): {len(server)}",
            [row.id for row in server],
        ),
        f"Only information: {len(info)}",
        *(f"  {row.id:9} {row.reason}" for row in info),
    ]
    if unknown := strangers(table, names):
        parts.append(_listed("Named by a test, but not on the page", unknown))
    return "\n".join(parts)


def _listed(title: str, items: Sequence[str]) -> str:
    if not items:
        return title
    return f"{title}\n" + fill(
        " ".join(items), 100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )


def main() -> int:
    """Print the report; 1 when a row has no test, or a test names what is not there."""
    table, names = rows(PAGE.read_text(encoding="utf-8")), named(TESTS)
    print(report(table, names))
    return 1 if missing(table, names) or strangers(table, names) else 0


if __name__ == "__main__":
    sys.exit(main())
