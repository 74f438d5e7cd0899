"""The whole pretended Telegram: what there is, and what tests do with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.fakes.discord.waiting import PATIENCE, until
from tests.fakes.loopback import served
from tests.fakes.telegram.body import Ask
from tests.fakes.telegram.editing import Editing
from tests.fakes.telegram.files import Files
from tests.fakes.telegram.limits import Limits
from tests.fakes.telegram.lookups import Lookups
from tests.fakes.telegram.media import Media
from tests.fakes.telegram.model import Call, Chat, Connection, File, Message, User
from tests.fakes.telegram.people import People
from tests.fakes.telegram.places import Places
from tests.fakes.telegram.queries import Queries
from tests.fakes.telegram.rates import Rates
from tests.fakes.telegram.refusal import Refused, bad
from tests.fakes.telegram.sending import Sending
from tests.fakes.telegram.server import Server
from tests.fakes.telegram.shown import Shown, show
from tests.fakes.telegram.updates import Updates
from tests.fakes.telegram.webhook import Webhook

BOT = 123456789


class FakeTelegram:
    """A Telegram on loopback; it outlives the bots that connect to it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.base = ""
        self.limits = Limits()
        self.username = "undertone_bot"
        self.bot = User(BOT, "Undertone", None, self.username, bot=True)
        self.bot_id = BOT
        self.token = f"{BOT}:AAloopback-token-of-a-pretended-tele"
        self._numbers = 5000
        self._counts: dict[int, int] = {}
        # What there is.
        self.users: dict[int, User] = {BOT: self.bot}
        self.chats: dict[int, Chat] = {}
        self.inline: dict[str, Message] = {}
        self.connections: dict[str, Connection] = {}
        # What tests may turn.
        self.privacy = True
        self.guests = True
        self.business = True
        self.logged_out = False
        # What was seen.
        self.calls: list[Call] = []
        self.polls: list[Call] = []
        self.broken: list[str] = []
        self._assemble()

    def _assemble(self) -> None:
        self.updates = Updates()
        self.webhook = Webhook(self.updates, self.now)
        self.rates = Rates(self.limits)
        self.files = Files(self)
        self.media = Media(self.files, self.limits)
        self.sending = Sending(self)
        self.editing = Editing(self)
        self.lookups = Lookups(self)
        self.queries = Queries(self)
        self.people = People(self)
        self.places = Places(self)
        own = {"getUpdates": self.updates.get, "getFile": self.files.get_file}
        parts = (self.webhook, self.sending, self.editing, self.lookups, self.queries)
        for part in parts:
            own |= part.routes()
        self.server = Server(self, own)
        self._lend()

    def _lend(self) -> None:
        # What people do, and what becomes of them, reads best as done by Telegram itself.
        self.say = self.people.say
        self.voice = self.people.voice
        self.audio = self.people.audio
        self.video = self.people.video
        self.video_note = self.people.video_note
        self.document = self.people.document
        self.photo = self.people.photo
        self.edit = self.people.edit
        self.delete = self.people.delete
        self.press = self.people.press
        self.forge = self.people.forge
        self.guest = self.people.guest
        self.add_user = self.places.add_user
        self.add_group = self.places.add_group
        self.add_topic = self.places.add_topic
        self.private = self.places.private
        self.anonymous = self.places.anonymous
        self.block = self.places.block
        self.unblock = self.places.unblock
        self.kick = self.places.kick
        self.bring = self.places.bring
        self.migrate = self.places.migrate
        self.let_in = self.places.let_in
        self.between = self.places.between
        self.fail = self.server.fail
        self.hold = self.server.hold
        self.again = self.updates.again

    @classmethod
    @asynccontextmanager
    async def running(cls, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        """A Telegram that listens on loopback."""
        fake = cls(now)
        async with served(fake.server.app()) as fake.base:
            try:
                yield fake
            finally:
                fake.server.let_go()
                fake.updates.stop()
                await fake.webhook.stop()

    def number(self) -> int:
        """A number that nothing else has."""
        self._numbers += 1
        return self._numbers

    def file(
        self,
        data: bytes,
        name: str | None = "a.ogg",
        mime: str | None = "audio/ogg",
        size: int | None = None,
        *,
        says_size: bool = True,
        cut: int | None = None,
    ) -> File:
        """A file of a person; `size` is a claim if not the truth, `cut`: sent up to there only."""
        claimed = (len(data) if size is None else size) if says_size else None
        return File("", data, name, mime, claimed, cut=cut)

    def act_locally(self, folder: Path) -> None:
        """Be a local Bot API server that shares this folder with the bot."""
        self.files.folder = folder
        self.limits.upload = 2_000_000_000

    def next_message_id(self, chat: Chat) -> int:
        """Messages are counted in each supergroup, and in all other chats together."""
        if chat.kind != "supergroup":
            return self.number()
        # A forum's first message is its General topic.
        self._counts[chat.id] = self._counts.get(chat.id, int(chat.forum)) + 1
        return self._counts[chat.id]

    def keep(self, message: Message) -> Message:
        message.id = self.next_message_id(message.chat)
        message.chat.messages.append(message)
        return message

    def message(self, chat: Chat, number: int | None) -> Message | None:
        every = (one for one in chat.messages if one.id == number)
        return next((one for one in every if not one.deleted), None)

    def place(self, ask: Ask, *, writes: bool = True) -> Chat:
        """The chat of a request, if the bot may do something there."""
        given = ask.text("chat_id")
        if number := ask.text("business_connection_id"):
            return self.places.lent(number, given, writes=writes)
        chat = self.chats.get(int(given)) if given.lstrip("-").isdecimal() else None
        if chat is None and given.isdecimal() and int(given) in self.users:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        if chat is None:
            raise bad("chat not found")
        if chat.migrated_to is not None:
            text = "group chat was upgraded to a supergroup chat"
            raise bad(text, migrate_to_chat_id=chat.migrated_to.id)
        if not chat.bot_is_here:
            raise Refused(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
        if writes and chat.user is not None and chat.user.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    # What is seen.

    @property
    def taken(self) -> int:
        """The highest update that the bot has confirmed."""
        return self.updates.taken

    @property
    def commands(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        return self.lookups.commands

    @property
    def limited(self) -> list[str]:
        """What was answered with 429 because of the flood limits."""
        return self.rates.limited

    def messages(self, chat: Chat) -> list[Shown]:
        """What people see in a chat, oldest first."""
        return [show(one, self.bot_id) for one in chat.messages if not one.deleted]

    def reactions(self, message) -> list[str]:
        found = self.message(self.chats[message.chat], message.id)
        return list(found.reactions) if found else []

    def actions(self, chat: Chat) -> list[str]:
        return list(chat.actions)

    def breach(self, what: str) -> None:
        """Write down what a well-behaved bot would not do."""
        self.broken.append(what)

    def dump(self) -> str:
        calls = "\n".join(f"  {one.status} {one.method} {one.chat}" for one in self.calls[-20:])
        broken = "\n".join(f"  {one}" for one in self.broken)
        shown = "\n".join(f"  {one}" for chat in self.chats.values() for one in self.messages(chat))
        return f"the last calls:\n{calls}\nbreaches:\n{broken or '  none'}\nmessages:\n{shown}"

    # Waiting

    async def connected(self, timeout: float = PATIENCE) -> None:
        """Return once a poller has asked or a webhook is set."""
        await self.until(lambda: self.updates.webhook_url or self.updates.is_polled, timeout)

    async def until(self, condition, timeout: float = PATIENCE):
        """The first true value of `condition`."""
        return await until(condition, timeout, self.dump)

    async def shows(self, chat: Chat, predicate, timeout: float = PATIENCE) -> Shown:
        """The newest message in a chat that is like this, once there is one."""

        def found():
            return next((one for one in reversed(self.messages(chat)) if predicate(one)), None)

        return await self.until(found, timeout)
