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
API = "adapters/api/"  # below TESTS: where our own API is tested, and nothing of our clients

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


class Half(StrEnum):
    """Who has to prove a row."""

    CLIENT = "clients"
    SERVER = "API"


OWED = {
    Side.CLIENT: (Half.CLIENT,),
    Side.SERVER: (Half.SERVER,),
    Side.BOTH: (Half.CLIENT, Half.SERVER),
    Side.INFO: (),
}


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
                found.setdefault(one, []).append(place.as_posix())
    return found


def missing(table: Iterable[Row], names: Named, half: Half) -> list[str]:
    """Rows that concern this half and that none of its tests names."""
    told = {one for one, places in names.items() if half in map(half_of, places)}
    return [row.id for row in table if half in OWED[row.side] and row.id not in told]


def half_of(place: str) -> Half:
    """Whom the tests of a file are about."""
    return Half.SERVER if place.startswith(API) else Half.CLIENT


def strangers(table: Iterable[Row], names: Named) -> list[str]:
    """What tests name and the page does not have, each with the files."""
    known = {row.id for row in table}
    return [f"{one} ({', '.join(names[one])})" for one in sorted(set(names) - known)]


def report(table: Sequence[Row], names: Named) -> str:
    """The three lists, and what is wrong with the tests' own words."""
    info = [row for row in table if row.side is Side.INFO]
    parts = [
        f"The providers' contract (docs/providers-contract.md): {len(table)} rows.",
        *(_open(table, names, half) for half in Half),
        f"Only information: {len(info)}",
        *(f"  {row.id:9} {row.reason}" for row in info),
    ]
    if unknown := strangers(table, names):
        parts.append(_listed("Named by a test, but not on the page", unknown))
    return "\n".join(parts)


def _open(table: Sequence[Row], names: Named, half: Half) -> str:
    untested = missing(table, names, half)
    owed = sum(half in OWED[row.side] for row in table)
    title = f"Without a test, of the {owed} that concern our {half}: {len(untested)}"
    return _listed(title, untested)


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
    is_open = any(missing(table, names, half) for half in Half)
    return 1 if is_open or strangers(table, names) else 0


if __name__ == "__main__":
    sys.exit(main())
