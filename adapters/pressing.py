"""What a button carries, on platforms that hand it back: a command and its options.

Everything that a press needs stands in the button, so buttons outlive the process that sent them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode


@dataclass(frozen=True, slots=True)
class Press:
    """A command and its options."""

    command: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pressing:
    """How one platform's buttons carry it.

    mark: what ours begin with. room: characters, all of them ASCII.
    """

    mark: str
    room: int

    def write(self, press: Press) -> str | None:
        """What the button carries; None where it has no room for it."""
        options = urlencode(press.options)
        written = f"{self.mark}:{press.command}:{options}"
        return written if len(written) <= self.room else None

    def read(self, carried: str) -> Press | None:
        """What `write` wrote; None for what is not ours."""
        mark, _, rest = carried.partition(":")
        command, _, options = rest.partition(":")
        if mark != self.mark or not command:
            return None
        return Press(command, dict(parse_qsl(options, keep_blank_values=True)))
