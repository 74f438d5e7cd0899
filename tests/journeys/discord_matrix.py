"""Who may do what on Discord: every command and group, by the people who might try it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.discord import buttons
from adapters.pressing import Press
from services.commands.command import Takes
from services.commands.settings_parts import VERSION

WHO = ("owner", "admin", "member", "stranger", "guest", "private")
EVERYBODY = frozenset(WHO)
# A stranger looks after a guild of their own, where they may do the same to it.
ADMINS = frozenset({"admin", "stranger"})
# In one's own chat, and as a guest, everybody looks after what is kept of themselves.
LOOKING_AFTER = ADMINS | {"guest", "private"}
OWNER, MANAGING = frozenset({"owner"}), frozenset({"owner", "admin"})
HERE = frozenset({"owner", "admin", "member"})  # those who ask in the guild itself
NOBODY: frozenset[str] = frozenset()
FILE = {"version": VERSION, "platform": "discord", "settings": {"retention": 3}}


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing to try.

    may: who gets it done, wherever they are. changes: who changes something of the guild by it.
    job: whether it is about a job of the owner, and about which: `done` or `open`.
    """

    command: str
    options: Mapping[str, str] = field(default_factory=dict)
    may: frozenset[str] = EVERYBODY
    changes: frozenset[str] = NOBODY
    job: str = ""
    file: bytes = b""
    by_press: bool = False

    @property
    def name(self) -> str:
        said = " ".join(f"{name}={value}" for name, value in self.options.items())
        return " ".join(filter(None, (self.command, said, self.job, "press" * self.by_press)))

    @property
    def takes_away(self) -> bool:
        """Whether there must be something first."""
        is_removal = self.options.get("rule") in ("remove", "clear")
        return is_removal or self.options.get("do") == "reset"

    def pressed(self, options) -> str:
        """The custom id of a button that asks for it."""
        written = buttons.write(Press(self.command, {**self.options, **options}))
        assert written is not None, "it has room"
        return written


def cells(commands, somebody, role, channel, data) -> list[Cell]:
    """Every command that is offered, every group, and the hidden ones as forged buttons."""
    words = {"SOMEBODY": somebody, "ROLE": role, "CHANNEL": channel}
    found = []
    for one in commands:
        if one.takes is Takes.SOUND and one.is_offered:
            found.append(Cell(one.name, changes=HERE, file=data))
    for name, options, may, changes in GROUPS:
        given = {key: words.get(value, value) for key, value in options.items()}
        file = json.dumps(FILE).encode() if options.get("do") == "import" else b""
        found.append(Cell(name, given, may, changes & may, file=file))
        if not file:
            found.append(Cell(name, given, may, changes & may, by_press=True))
    found += [Cell(name, may=may, changes=changes & may) for name, may, changes in PLAIN]
    for name, may, changes, job in JOBS:
        found.append(Cell(name, may=may, changes=changes, job=job, by_press=True))
    found.append(Cell("cancel", may=MANAGING, changes=MANAGING, job="open"))
    answer = {"answer": "yes"}
    found.append(Cell("consent", answer, LOOKING_AFTER, frozenset({"admin"}), by_press=True))
    return found


PLAIN = [
    ("jobs", EVERYBODY, NOBODY),
    ("cancel", EVERYBODY, HERE),  # all of one's own
    ("usage", EVERYBODY, NOBODY),
    ("privacy", EVERYBODY, NOBODY),
    ("forget", EVERYBODY, NOBODY),  # asks once more
    ("help", EVERYBODY, NOBODY),
]
JOBS = [
    ("cancel", MANAGING, MANAGING, "open"),
    ("confirm", OWNER, OWNER, "asked"),
    ("again", OWNER, OWNER, "done"),
    ("show", OWNER, NOBODY, "done"),
    ("zip", OWNER, NOBODY, "done"),
    ("delete", MANAGING, MANAGING, "done"),
    ("withdraw", OWNER, OWNER, "done"),
]
ADMIN = frozenset({"admin"})
GROUPS = [
    ("quota", {"do": "show"}, ADMINS, NOBODY),
    ("quota", {"do": "set", "month": "50"}, ADMINS, ADMIN),
    ("quota", {"do": "user", "user": "SOMEBODY", "day": "7"}, ADMINS, ADMIN),
    ("quota", {"do": "role", "role": "ROLE", "day": "7"}, ADMINS, ADMIN),
    ("quota", {"do": "gift", "minutes": "9"}, ADMINS, ADMIN),
    ("quota", {"do": "gift", "minutes": "9", "user": "SOMEBODY"}, ADMINS, ADMIN),
    ("quota", {"do": "reset"}, ADMINS, ADMIN),
    ("quota", {"do": "dry-run", "month": "1"}, ADMINS, NOBODY),
    ("settings", {"do": "show"}, EVERYBODY, NOBODY),
    ("settings", {"do": "set", "preset": "music"}, EVERYBODY, NOBODY),
    ("settings", {"do": "set", "preset": "call", "who": "here"}, LOOKING_AFTER, ADMIN),
    ("settings", {"do": "set", "retention": "5"}, LOOKING_AFTER, ADMIN),
    ("settings", {"do": "presets", "save": "mine", "preset": "music"}, EVERYBODY, NOBODY),
    (
        "settings",
        {"do": "presets", "save": "ours", "preset": "music", "who": "here"},
        LOOKING_AFTER,
        ADMIN,
    ),
    ("settings", {"do": "channels", "rule": "allow", "channel": "CHANNEL"}, LOOKING_AFTER, ADMIN),
    ("settings", {"do": "channels", "rule": "clear", "channel": "CHANNEL"}, LOOKING_AFTER, ADMIN),
    ("settings", {"do": "roles", "rule": "allow", "role": "ROLE"}, ADMINS, ADMIN),
    ("settings", {"do": "roles", "rule": "remove", "role": "ROLE"}, ADMINS, ADMIN),
    ("settings", {"do": "people", "rule": "allow", "user": "SOMEBODY"}, ADMINS, ADMIN),
    ("settings", {"do": "people", "rule": "remove", "user": "SOMEBODY"}, ADMINS, ADMIN),
    ("settings", {"do": "bans", "rule": "add", "user": "SOMEBODY"}, ADMINS, ADMIN),
    ("settings", {"do": "bans", "rule": "remove", "user": "SOMEBODY"}, ADMINS, ADMIN),
    ("settings", {"do": "audit"}, LOOKING_AFTER, NOBODY),
    ("settings", {"do": "export"}, LOOKING_AFTER, NOBODY),
    ("settings", {"do": "import"}, LOOKING_AFTER, ADMIN),
]
