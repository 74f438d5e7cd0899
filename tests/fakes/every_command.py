"""The command table played through: what each command needs, and what the desk said to it."""

from collections.abc import Mapping

from services.commands.command import Takes
from services.problems import Fault
from tests.fakes.clock import Clock
from tests.fakes.desk import Bench

UNHEARD = "unheard"  # the adapter let nothing of it through
DONE = "done"
SOMEBODY = "4711"
# What to type after a command, or after what it shall do.
WORDS: Mapping[str, Mapping[str, str]] = {
    "settings set": {"who": "here", "strength": "strong"},
    "settings presets": {"who": "here", "save": "ours", "strength": "strong"},
    "settings channels": {"rule": "deny"},
    "settings roles": {"rule": "allow", "role": "7"},
    "settings people": {"rule": "allow", "user": SOMEBODY},
    "settings bans": {"rule": "add", "user": SOMEBODY},
    "quota set": {"month": "5"},
    "quota user": {"user": SOMEBODY, "day": "5"},
    "quota role": {"role": "7", "day": "5"},
    "quota gift": {"minutes": "5"},
    "quota dry-run": {"month": "5"},
    "consent": {"answer": "yes"},
}
OF_JOB = ("cancel", "confirm", "again", "show", "delete", "zip", "withdraw")
PAPER = {"version": 1, "platform": "telegram", "settings": {"confirm": 7.0}}


def table():
    """Every command, those with groups once for each of them."""
    for command in Bench(None, None, Clock()).desk.commands:
        if not command.groups:
            yield command.name
        for do in command.groups:
            yield f"{command.name} {do}"


def options_of(name):
    """The options with which it does something."""
    do = name.partition(" ")[2]
    return {**({"do": do} if do else {}), **WORDS.get(name, {})}


def hidden():
    """Those that only buttons reach."""
    return {one.name for one in Bench(None, None, Clock()).desk.commands if one.hidden}


def of_sound():
    """Those that work on a recording."""
    every = Bench(None, None, Clock()).desk.commands
    return tuple(one.name for one in every if one.takes is Takes.SOUND)


class Watched:
    """What the desk said to each ask."""

    def __init__(self, desk) -> None:
        self.said: dict[str, str] = {}  # by the event
        self._check, self._handle = desk.check, desk.handle
        desk.check, desk.handle = self.check, self.handle

    def check(self, ask):
        try:
            return self._check(ask)
        except Fault as error:
            self._note(ask, error.problem.code.value)
            raise

    async def handle(self, ask):
        try:
            shown = await self._handle(ask)
        except Fault as error:
            self._note(ask, error.problem.code.value)
            raise
        self._note(ask, DONE)
        return shown

    def _note(self, ask, outcome):
        self.said[ask.event] = outcome
