"""The one door: every platform's asks come in here."""

from collections.abc import Sequence

from services.commands.command import Command, Takes
from services.journal import Journal
from services.machine import Announced
from services.model import Ask, Card, JobId, Receipt
from services.problems import Code, fault
from services.spelling import nearest


class Desk:
    """Finds the command and runs it."""

    def __init__(self, commands: Sequence[Command], journal: Journal) -> None:
        self.commands = tuple(commands)
        self._by_name = {command.name: command for command in commands}
        self._journal = journal

    async def handle(self, ask: Ask) -> tuple[Card, ...]:
        """What to show. Raises `Fault` with what the person should read."""
        command = self._by_name.get(ask.command)
        if command is None:
            shown = [one.name for one in self.commands if one.is_offered and not one.hidden]
            raise fault(Code.UNKNOWN_COMMAND, name=ask.command, nearest=nearest(ask.command, shown))
        if not command.is_offered:
            raise fault(Code.NOT_OFFERED, operation=command.name)
        if command.takes is Takes.SOUND and not ask.sources:
            raise fault(Code.NO_FILE, command=command.name)
        return await command.run(ask)

    async def shown(self, job_id: JobId, receipt: Receipt) -> None:
        """The platform showed this job's living message."""
        await self._journal.record(job_id, Announced(receipt))
