"""Port Messenger for `undertone process`: an answer is files in a folder."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from services.limits import Limits
from services.model import Address, Receipt, Source, Track
from services.ports import Files
from services.problems import Code, fault
from services.showing import Card, Tone

CHUNK = 1 << 20
Written = Callable[[Card, dict[str, Path]], None]


class TerminalMessenger:
    """Copies finished tracks out; tells `on_change` of every card."""

    def __init__(self, files: Files, on_change: Written, *, pictures: bool) -> None:
        self._limits = Limits(seconds_between_edits=0.2, pictures=pictures, asks=False)
        self._files = files
        self._on_change = on_change

    def limits(self, address: Address) -> Limits:
        """A folder takes everything."""
        return self._limits

    def edits_until(self, address: Address, receipt: Receipt) -> datetime | None:
        """Files can always be written again."""
        return None

    async def post(self, address: Address, card: Card, key: str) -> Receipt:
        """Write the tracks of a finished card into the folder of the address."""
        await self.edit(address, Receipt(key), card)
        return Receipt(key)

    async def edit(self, address: Address, receipt: Receipt, card: Card) -> Receipt:
        """The same; repeating it writes the same files again."""
        written: dict[str, Path] = {}
        if card.tone is Tone.DONE:
            folder = Path(address.chat)
            written = {
                track.id: await self._copy(track.key, folder / _name(address, track))
                for track in card.tracks
            }
            if card.picture is not None:
                target = folder / f"{address.route['stem']}.png"
                written["picture"] = await self._copy(card.picture.key, target)
        self._on_change(card, written)
        return receipt

    async def delete(self, address: Address, receipt: Receipt) -> None:
        """What was written belongs to the person; nothing is taken away."""

    def standing(self, address: Address) -> Address:
        """Nothing of it is anybody's own."""
        return address

    def split(self, receipt: Receipt, count: int) -> tuple[Receipt, ...]:
        """One for all: nothing is taken away."""
        return (receipt,) * count

    async def open(self, source: Source) -> AsyncIterator[bytes]:
        """The bytes of a local file."""
        try:
            handle = await asyncio.to_thread(open, source.ref, "rb")
        except OSError as error:
            raise fault(Code.FILE_GONE, str(error.strerror), name=source.name) from error
        with handle:
            while chunk := await asyncio.to_thread(handle.read, CHUNK):
                yield chunk

    async def _copy(self, key: str, target: Path) -> Path:
        partial = target.with_name(f".{target.name}.part")
        try:
            await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
            with await asyncio.to_thread(partial.open, "wb") as out:
                async for chunk in self._files.get(key):
                    await asyncio.to_thread(out.write, chunk)
            await asyncio.to_thread(os.replace, partial, target)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise fault(Code.CANNOT_WRITE, reason=reason) from error
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
        return target


def _name(address: Address, track: Track) -> str:
    return f"{address.route['stem']}.{track.part}.{track.format}"
