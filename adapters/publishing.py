"""What of the commands was published where: a platform is asked only when something changed."""

import hashlib
import json

from services.ports import Store

KEPT = "published-commands"  # where the store remembers it, beside the spaces


class Published:
    """Remembers what this installation published last, and for which bot.

    payload: what would be published now, in plain values.
    """

    def __init__(self, store: Store, platform: str, payload: object) -> None:
        self._store = store
        self._platform = platform
        self._fingerprint = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()

    async def is_current(self, bot: str) -> bool:
        """Whether the very same was published, as far as this installation remembers."""
        kept = await self._store.read(lambda tx: tx.space(self._platform, KEPT))
        return kept == {bot: self._fingerprint}

    async def remember(self, bot: str) -> None:
        """It was published just now."""
        mark = {bot: self._fingerprint}
        await self._store.write(lambda tx: tx.put_space(self._platform, KEPT, mark))
