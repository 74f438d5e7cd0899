"""Five hundred random jobs under kill -9: what ledger, balances and deliveries add up to."""

import random
import tempfile
from pathlib import Path

from tests.bench import report
from tests.journeys import crashes, ledger_kills

JOBS, KILLS = 500, 30
QUICK = (60, 4)
PATIENCE = 600.0  # seconds of the last life


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    jobs, kills = QUICK if quick else (JOBS, KILLS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger_kills.prepare(folder)
        hits = _lives(folder, jobs, kills)
        found = ledger_kills.sums(folder)
    rows = [
        ("jobs asked / known", f"{jobs} / {found.jobs}"),
        ("kill -9 that hit a program at work", hits),
        *((f"jobs that ended as {end}", count) for end, count in found.ends.most_common()),
        ("scopes", len(found.settled)),
        ("seconds delivered, all scopes", _seconds(found.delivered)),
        ("seconds settled in the ledger", _seconds(found.settled)),
        ("seconds that the balances have", _seconds(found.balance)),
        ("scopes where the three differ", _differing(found)),
        ("reserves without an end", found.unended),
    ]
    return report.table(("what", "figure"), rows)


def _lives(folder: Path, jobs: int, kills: int) -> int:
    chance = random.Random(31)
    hits = 0
    for _ in range(kills):
        after = chance.uniform(0.2, 3.0)
        run = crashes.to_the_end(folder, str(jobs), kill_after=after, main=ledger_kills.main)
        hits += run.code == crashes.KILLED
    last = crashes.to_the_end(folder, str(jobs), main=ledger_kills.main, patience=PATIENCE)
    assert last.code == 0, "the last life must come to its end"
    return hits


def _seconds(scopes: dict[str, int]) -> float:
    return sum(scopes.values()) / 1000


def _differing(found: ledger_kills.Sums) -> int:
    scopes = {*found.delivered, *found.settled, *found.balance}
    return sum(
        len({found.delivered.get(one), found.settled.get(one), found.balance.get(one)}) > 1
        for one in scopes
    )
