"""Tables for the terminal and for docs/benchmarks.md, and the facts about the machine."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
PEERS = ("av", "pyrnnoise", "noisereduce", "pesq", "pystoi", "espeakng-loader", "numpy", "scipy")


class LeftOut(Exception):
    """A part that cannot be measured here; its text says why."""


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; numbers get two or three digits after the point."""
    cells = [list(heads), ["---"] * len(heads)]
    cells += [[_cell(value) for value in row] for row in rows]
    widths = [max(len(row[k]) for row in cells) for k in range(len(heads))]
    lines = [" | ".join(cell.ljust(w) for cell, w in zip(r, widths, strict=True)) for r in cells]
    return "\n".join(f"| {line} |" for line in lines)


def write(section: str, text: str, page: Path = PAGE) -> None:
    """Put the text between the markers of its section; other sections stay as they are."""
    before = page.read_text() if page.exists() else "# Benchmarks\n"
    block = f"<!-- {section} -->\n{text.strip()}\n<!-- /{section} -->"
    place = re.compile(f"<!-- {section} -->.*?<!-- /{section} -->", re.DOTALL)
    after = place.sub(lambda _: block, before)
    if not place.search(before):
        after = f"{before.rstrip()}\n\n{block}\n"
    page.write_text(after)


def circumstances(command: str) -> str:
    """When, on what, with which versions, and by which command."""
    versions = ", ".join(f"{name} {_version(name)}" for name in PEERS)
    machine = f"{_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB"
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    load = os.getloadavg()[0]
    return "\n".join(
        (
            f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC with `{command}`; load {load:.1f}.",
            f"Machine: {machine}; {system}.",
            f"Versions: {versions}.",
        )
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}" if 0 < abs(value) < 0.1 else f"{value:.2f}"
    return str(value)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _processor() -> str:
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.processor()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
