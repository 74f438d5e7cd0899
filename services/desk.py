"""The one door: every platform's asks come in here."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services import spaces
from services.announcer import Announcer
from services.commands.command import Command, Takes
from services.events import Announced, Copied, GaveUp, Moved, Nudged
from services.journal import Journal
from services.model import Address, Ask, JobId, Person, Receipt, State
from services.problems import Code, Problem, fault
from services.quotas import Allowance
from services.showing import Card
from services.spelling import nearest

HERE = "here"


@dataclass(frozen=True, slots=True)
class Prefers:
    """How somebody wants to be answered.

    language: empty where their platform knows best. reply: here, in a thread, or in private.
    """

    language: str = ""
    reply: str = HERE


class Desk:
    """Finds the command and runs it."""

    def __init__(self, commands: Sequence[Command], journal: Journal, announcer: Announcer) -> None:
        self.commands = tuple(commands)
        self._by_name = {command.name: command for command in commands}
        self._journal = journal
        self._announcer = announcer

    def check(self, ask: Ask) -> Command:
        """The command of the ask, looked at without waiting for anything.

        Raises `Fault` with what the person should read.
        """
        command = self._by_name.get(ask.command)
        if command is None:
            shown = [one.name for one in self.commands if one.is_offered and not one.hidden]
            raise fault(Code.UNKNOWN_COMMAND, name=ask.command, nearest=nearest(ask.command, shown))
        if not command.is_offered:
            raise fault(Code.NOT_OFFERED, operation=command.name)
        if command.for_admins and not ask.person.is_admin:
            raise fault(Code.NOT_ADMIN)
        # Nobody should look for a file to learn that a word was wrong.
        command.check(ask)
        if command.takes is Takes.SOUND and not ask.brings_sound:
            raise fault(Code.NO_FILE, command=command.name)
        return command

    async def prefers(self, address: Address, person: Person) -> Prefers:
        """How somebody wants to be answered there, as they and the place have set it."""
        kept = await self._journal.habits(address, person)
        return Prefers(kept.get("language", ""), kept.get("reply", HERE))

    async def allowance(self, address: Address, person: Person) -> Allowance:
        """What this person may use there."""
        return await self._journal.allowance(address, person)

    async def removed(self, platform: str, space: str) -> None:
        """The bot is no member of this space any more: it is forgotten after its time."""
        await self._journal.mark(platform, space, spaces.LEFT, is_now=True)

    async def joined(self, platform: str, space: str) -> None:
        """The bot is a member, perhaps again: nothing is forgotten."""
        await self._journal.mark(platform, space, spaces.LEFT, is_now=False)

    async def entitled(
        self, platform: str, space: str, sold: str, until: datetime | None = None
    ) -> None:
        """Somebody bought this for the space at its platform; until: when that ends by itself."""
        await self._journal.entitle(platform, space, sold, until, is_bought=True)

    async def disentitled(self, platform: str, space: str, sold: str) -> None:
        """What was bought is over, or was paid back."""
        await self._journal.entitle(platform, space, sold, None, is_bought=False)

    async def handle(self, ask: Ask) -> tuple[Card, ...]:
        """What to show. Raises `Fault` with what the person should read."""
        return await self.check(ask).run(ask)

    async def shown(self, job_id: JobId, receipt: Receipt) -> None:
        """The platform showed this job's living message."""
        await self._journal.record(job_id, Announced(receipt))

    async def introduce(self, job_id: JobId, show: Callable[[], Awaitable[Receipt]]) -> None:
        """Show this job's first card, unless somebody did meanwhile."""
        await self._announcer.introduce(job_id, show)

    async def copied(self, job_id: JobId, receipt: Receipt) -> None:
        """The platform showed this job's result once more; it goes when the person wants it so."""
        await self._journal.record(job_id, Copied(receipt))

    async def reachable(self, job_id: JobId) -> bool:
        """Who waits for the end of this job can be told, before the next try; whether they do."""
        job = await self._journal.record(job_id, Nudged())
        return job is not None and job.state is State.DELIVERING

    async def left(self, platform: str, chat: str, space: str = "") -> None:
        """Nobody can be told anything there any more: what has not begun to cost need not.

        space: that the chat is a part of, where it is not one by itself.
        """
        # Somebody's own chat with another person may have the same number.
        theirs = (space,) if space else (chat, spaces.own_of(chat))
        # The last ones first: who ends lets in others that wait.
        for job in reversed(await self._journal.unfinished(platform, chat)):
            if job.address.space not in theirs:
                continue
            await self._journal.record(job.id, GaveUp(Problem(Code.CHAT_GONE)))

    async def moved(self, job_id: JobId, receipt: Receipt, address: Address) -> bool:
        """The person opened a new living message for this job; False: it has an outcome by now."""
        job = await self._journal.record(job_id, Moved(receipt, address.route))
        return job is not None and job.card == receipt
