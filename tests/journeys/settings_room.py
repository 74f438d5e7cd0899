"""What the journeys about settings share: a server with channels, its admin and its members."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from services import texts
from services.limits import Limits
from services.model import Address, Ask, Person, Source
from services.problems import Fault
from tests.fakes.world import world

CHANNEL, THREAD = "c1", "t1"
ADA = Person("ada", is_admin=True)
BOB = Person("bob", roles=("dj",))
HERE = Address("discord", "guild", CHANNEL, corners=(CHANNEL,))
IN_THREAD = replace(HERE, corners=(THREAD, CHANNEL))
ELSEWHERE = Address("discord", "other", "x", corners=("x",))
PRIVATE = Address("discord", "person-bob", "bob")
ROOM = Limits(replies=frozenset({"here", "thread"}), others=True)


class Place:
    """Where people type commands; nobody works on their jobs."""

    def __init__(self, here) -> None:
        self.app = here.app
        self.chat = here.chat
        self._events = 0

    async def asks(self, command, person=BOB, at=HERE, sources=(), **options):
        """Somebody types a command; returns the only card."""
        self._events += 1
        ask = Ask(command, options, tuple(sources), person, at, f"e{self._events}")
        (card,) = await self.app.desk.handle(ask)
        return card

    async def sets(self, person=ADA, at=HERE, sources=(), **options):
        """Somebody types /settings; `group` is what is to be done."""
        do = {"do": options.pop("group")} if "group" in options else {}
        return await self.asks("settings", person, at, sources, **do, **options)

    async def refuses(self, person=ADA, at=HERE, sources=(), **options):
        """The problem that comes of it."""
        with pytest.raises(Fault) as caught:
            await self.sets(person, at, sources, **options)
        return caught.value.problem

    async def denoises(self, person=BOB, at=HERE, **options):
        """The job that comes of /denoise with a recording."""
        card = await self.asks("denoise", person, at, [Source("a.wav", ref="a.wav")], **options)
        return await self.app.store.read(lambda tx: tx.job(card.job))

    async def kept(self, space="guild"):
        """What is kept of a space."""
        return dict(await self.app.store.read(lambda tx: tx.space("discord", space)))


@asynccontextmanager
async def place(folder):
    """A server that nobody has set anything in."""
    async with world(folder, works=False) as here:
        here.chat.room = ROOM
        yield Place(here)


def said(card, locale="en"):
    """The lines of a card as people read them."""
    return [texts.render(line, locale) for line in card.lines]
