"""Posts what those who look after a space should know, and writes their weekly digest."""

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services import digests, notices, spaces
from services.model import Address
from services.notices import PENDING
from services.periods import USUAL
from services.ports import Messenger, Now, Store
from services.problems import ELSEWHERE, Fault
from services.showing import Card, Text
from services.transactions import Tx

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=20)
AT_ONCE = 100
MOST = 20_000  # jobs of one space in a week
CLAIM = timedelta(minutes=5)  # for which another process leaves it alone
STALE = timedelta(days=2)  # then nobody needs to read it any more


class Noticing:
    """Goes through the spaces that have something to be told."""

    def __init__(self, store: Store, messengers: Mapping[str, Messenger], now: Now) -> None:
        self._store = store
        self._messengers = messengers
        self._now = now

    async def run(self) -> None:
        """Pass after pass until cancelled."""
        while True:
            await self.write_digests()
            await self.post()
            await asyncio.sleep(EVERY.total_seconds())

    async def write_digests(self) -> None:
        """Note the digest of each space whose week is over; what is noted is posted next."""
        for platform, space, _ in await self._store.read(_reporting):
            await self._trying(self._store.write(partial(self._digest, platform, space)))

    def _digest(self, platform: str, space: str, tx: Tx) -> None:
        kept, now = tx.space(platform, space), self._now()
        zone = kept.get(spaces.ZONE, USUAL)
        week = digests.due(kept, zone, now)
        if week is None:
            return
        spaces.change(tx, platform, space, digests.MARK, week)
        if digests.MARK not in kept:
            return  # the first week of reports is told when it is over
        since, until = digests.week_before(now, zone)
        jobs = [job for job in tx.jobs_in(platform, space, since, MOST) if job.created_at < until]
        if jobs:
            notice = {"kind": notices.DIGEST, "counted": digests.count(jobs)}
            notices.add(tx, platform, space, notice, now)

    async def post(self) -> None:
        """Post what is pending; what a platform does not take now is tried again."""
        pending = await self._store.read(lambda tx: tx.spaces_with(PENDING, AT_ONCE))
        for platform, space, kept in pending:
            for notice in kept[PENDING]:
                await self._trying(self._post(platform, space, notice["id"]))

    async def _trying(self, doing: Awaitable[object]) -> None:
        """Whatever is wrong with one space, the others are told."""
        try:
            await doing
        except Exception:
            log.exception("space not told")

    async def _post(self, platform: str, space: str, name: str) -> None:
        messenger = self._messengers.get(platform)
        if messenger is None:
            return  # another process may have it open
        claimed = await self._store.write(lambda tx: self._claim(tx, platform, space, name))
        if claimed is None:
            return
        notice, address = claimed
        is_stale = self._now() - datetime.fromisoformat(notice["at"]) > STALE
        if address is not None and not is_stale:
            try:
                await messenger.post(address, card(notice), name)
            except Fault as error:
                log.info("notice not posted", extra={"problem": str(error.problem.code)})
                if error.problem.code not in ELSEWHERE:
                    return
        await self._store.write(lambda tx: _drop(tx, platform, space, name))

    def _claim(
        self, tx: Tx, platform: str, space: str, name: str
    ) -> tuple[Mapping[str, Any], Address | None] | None:
        """The notice and where it goes; None where somebody else is at it."""
        spaces.lock(tx, platform, space)
        kept, now = tx.space(platform, space), self._now()
        found = next((one for one in kept.get(PENDING, ()) if one["id"] == name), None)
        if found is None or now.isoformat() < found.get("claimed", ""):
            return None
        claimed = {**found, "claimed": (now + CLAIM).isoformat()}
        changed = [claimed if one["id"] == name else one for one in kept[PENDING]]
        spaces.change(tx, platform, space, PENDING, changed)
        reports = kept.get(spaces.REPORTS)
        return found, spaces.address_of(reports) if reports else None


def _reporting(tx: Tx) -> list[tuple[str, str, Mapping[str, Any]]]:
    return tx.spaces_with(spaces.REPORTS, MOST)


def _drop(tx: Tx, platform: str, space: str, name: str) -> None:
    spaces.lock(tx, platform, space)
    pending = tx.space(platform, space).get(PENDING, ())
    spaces.change(tx, platform, space, PENDING, [one for one in pending if one["id"] != name])


def card(notice: Mapping[str, Any]) -> Card:
    """A notice in words."""
    if notice["kind"] == notices.DIGEST:
        return Card(tuple(digests.lines(notice["counted"])))
    return Card((Text("card-warning", {"percent": notice["level"]}),))
