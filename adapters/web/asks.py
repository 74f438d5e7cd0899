"""What a page asks: read, kept as the person's own message, answered with cards."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.web import plain
from adapters.web.messenger import WebMessenger
from adapters.web.uploads import Uploads
from services.cards import QUIET, problem_card
from services.commands import typed
from services.commands.command import Command
from services.desk import Desk
from services.model import Address, Ask, Person, Source
from services.problems import Code, Fault, Problem
from services.showing import Card, Text

log = logging.getLogger(__name__)

PLATFORM = "web"


class Press(BaseModel):
    """A button of a card."""

    model_config = ConfigDict(extra="forbid")

    command: str = Field(max_length=40)
    options: dict[str, str] = Field(default_factory=dict, max_length=40)


class Body(BaseModel):
    """What the page posts.

    event: made by the page, so that the same ask sent twice asks once.
    label: what the pressed button said; kept as the person's words when there are any.
    """

    model_config = ConfigDict(extra="forbid")

    event: str = Field(pattern=r"^[0-9a-fA-F-]{8,40}$")
    text: str = Field(default="", max_length=4000)
    files: list[str] = Field(default_factory=list, max_length=50)
    action: Press | None = None
    label: str = Field(default="", max_length=200)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, in which language; an admin sits at the machine itself."""

    id: str
    locale: str
    is_admin: bool

    @property
    def person(self) -> Person:
        """As the desk knows them."""
        return Person(self.id, self.locale, self.is_admin)

    @property
    def address(self) -> Address:
        """Each visitor has one chat, which is a space of its own."""
        return Address(PLATFORM, self.id, self.id)


def read_body(raw: bytes) -> Body | None:
    """The page's ask, or None when it is none."""
    try:
        return Body.model_validate_json(raw)
    except ValidationError:
        return None


@dataclass(frozen=True, slots=True)
class Asking:
    """From an ask to its answer in the chat."""

    desk: Desk
    messenger: WebMessenger
    uploads: Uploads

    async def take(self, body: Body, visitor: Visitor) -> bool:
        """Keep what the person said, then show what the desk answers; whether work was begun.

        Raises `Fault` with `FILE_GONE` for a file that is not this visitor's.
        """
        sources = tuple(self.uploads.source(token, visitor.id) for token in body.files)
        event = f"{visitor.id}.{body.event}"
        await self._say(body, sources, visitor, event)
        cards = await self._answer(body, sources, visitor, event)
        for n, card in enumerate(cards):
            receipt = await self.messenger.post(visitor.address, card, card.job or f"{event}.{n}")
            if card.job is not None:
                await self.desk.shown(card.job, receipt)
        return any(card.job is not None for card in cards)

    async def _say(
        self, body: Body, sources: Sequence[Source], visitor: Visitor, event: str
    ) -> None:
        text = body.label if body.action else body.text.strip()
        if text or sources:
            files = [{"name": source.name, "bytes": source.bytes} for source in sources]
            await self.messenger.keep(visitor.id, event, plain.said(text, files))

    async def _answer(
        self, body: Body, sources: tuple[Source, ...], visitor: Visitor, event: str
    ) -> tuple[Card, ...]:
        try:
            ask, hints = understand(body, sources, visitor, event, self.desk.commands)
            cards = await self.desk.handle(ask) if ask else ()
            is_quiet = body.action is not None and body.action.command in QUIET
            return () if is_quiet else hints + cards
        except Fault as caught:
            return (problem_card(caught.problem),)
        except Exception:
            log.exception("web chat ask failed")
            return (problem_card(Problem(Code.INTERNAL)),)


def understand(
    body: Body,
    sources: tuple[Source, ...],
    visitor: Visitor,
    event: str,
    commands: Sequence[Command],
) -> tuple[Ask | None, tuple[Card, ...]]:
    """The ask in `body`, if there is one, and a hint where it had to be guessed."""
    if body.action:
        said = typed.Typed(body.action.command, body.action.options)
    else:
        read = typed.read(body.text, commands, has_files=bool(sources))
        if read is None:
            return None, (Card((Text("web-not-a-command"),)),)
        said = read
    ask = Ask(said.command, said.options, sources, visitor.person, visitor.address, event)
    return ask, (Card((Text("web-guessed"),)),) if said.guessed else ()
