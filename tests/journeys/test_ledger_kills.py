"""Jobs of every kind, killed at random moments: what was delivered is what was charged."""

import random

import pytest

from tests.journeys import crashes, ledger_kills


def lives(folder, jobs, kills, seed):
    """Kill that often at random moments, then let it end; how many kills hit it at work."""
    chance = random.Random(seed)
    hits = 0
    for _ in range(kills):
        after = chance.uniform(0.1, 1.2)
        run = crashes.to_the_end(folder, str(jobs), kill_after=after, main=ledger_kills.main)
        hits += run.code == crashes.KILLED
    assert crashes.to_the_end(folder, str(jobs), main=ledger_kills.main).code == 0
    return hits


@pytest.mark.timeout(600)  # the program starts again and again
def test_ledger_balance_and_what_was_delivered_agree_after_kills(tmp_path):
    ledger_kills.prepare(tmp_path)
    hits = lives(tmp_path, jobs=40, kills=3, seed=3)
    found = ledger_kills.sums(tmp_path)
    assert hits >= 2, "most kills must hit a program at work"
    assert found.jobs == 40
    assert found.unended == 0, "whatever was set aside was used or given back"
    assert found.delivered == found.settled == found.balance
    assert {"delivered", "provider_failed", "cancelled", "quota_spent"} <= set(found.ends)
    space = next(amount for scope, amount in found.settled.items() if scope.startswith("space:"))
    assert space <= ledger_kills.SPACE_MINUTES * 0.4 * 60_000
