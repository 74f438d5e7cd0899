"""What those who look after a space should know, kept with it until it was posted.

Noted in the transaction of what it is about, so that it is said as often as it happened.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services import quotas, spaces
from services.model import Address
from services.problems import Problem
from services.quotas import LEVELS, Allowance, Pot
from services.transactions import Tx

PENDING = "notices"
WARNED = "warned"
WARNING, DIGEST = "warning", "digest"  # kinds
SPENT = LEVELS[0]


def warn(
    tx: Tx, address: Address, allowance: Allowance, refused: Problem | None, now: datetime
) -> int:
    """Note that the space's minutes run out, once for each level and period.

    Returns the level where nobody but the person who asked can be told: no place for reports is
    set; 0 otherwise.
    """
    pot = Pot("space", quotas.space_scope(tx, address), allowance.space, allowance.zone)
    reached = quotas.levels(tx, pot, now)
    if refused is not None:
        period = str(refused.args["period"])
        if refused.args["whose"] != pot.whose or not reached.get(period):
            return 0
        # What is left is too little for what people send: that is the end of it, for them.
        reached[period] = SPENT
    kept = tx.space(address.platform, address.space)
    told = kept.get(WARNED, {})
    new = [mark for name, mark in reached.items() if mark > int(told.get(name, 0))]
    if not new:
        return 0
    marks = {name: max(mark, int(told.get(name, 0))) for name, mark in reached.items()}
    spaces.change(tx, address.platform, address.space, WARNED, marks)
    if spaces.REPORTS not in kept:
        return max(new)
    add(tx, address.platform, address.space, {"kind": WARNING, "level": max(new)}, now)
    return 0


def add(tx: Tx, platform: str, space: str, notice: Mapping[str, Any], now: datetime) -> None:
    """One more to be posted."""
    made = {"id": secrets.token_hex(8), "at": now.isoformat(), **notice}
    spaces.lock(tx, platform, space)
    pending = tx.space(platform, space).get(PENDING, [])
    spaces.change(tx, platform, space, PENDING, [*pending, made])
