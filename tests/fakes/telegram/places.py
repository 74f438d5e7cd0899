"""Who and what there is: people, chats and topics, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fakes.telegram import payloads
from tests.fakes.telegram.model import ANONYMOUS, Chat, Connection, User
from tests.fakes.telegram.refusal import bad


class Places:
    """Makes and changes users and chats."""

    def __init__(self, world) -> None:
        self._world = world

    def add_user(
        self, name: str = "Ada", *, language: str | None = "en", forbids_voice: bool = False
    ) -> User:
        user = User(self._world.number(), name, language, name.lower(), forbids_voice)
        self._world.users[user.id] = user
        return user

    def private(self, user: User) -> Chat:
        """The chat with a person who has started the bot."""
        known = self._world.chats.get(user.id)
        return known or self._keep(Chat(user.id, "private", user=user, members=[user]))

    def add_group(
        self,
        title: str = "Band",
        *,
        forum: bool = False,
        kind: str = "supergroup",
        admins: Sequence[User] = (),
        members: Sequence[User] = (),
        bot_is_admin: bool = False,
    ) -> Chat:
        """A group with the bot; the first of the admins made it."""
        number = self._world.number()
        chat = Chat(-number if kind == "group" else -1_000_000_000_000 - number, kind, title)
        chat.forum, chat.bot_is_admin = forum, bot_is_admin
        chat.admins, chat.members = list(admins), [*admins, *members]
        return self._keep(chat)

    def _keep(self, chat: Chat) -> Chat:
        self._world.chats[chat.id] = chat
        return chat

    def add_topic(self, group: Chat, name: str) -> int:
        """A topic of a forum; its id is that of the message that began it."""
        assert group.forum, "only forums have topics"
        thread = self._world.next_message_id(group)
        group.topics[thread] = name
        return thread

    def anonymous(self, group: Chat) -> User:
        """An admin of a group who hides."""
        user = User(ANONYMOUS, "Group", None, "GroupAnonymousBot", bot=True, speaks_as=group)
        self._world.users[user.id] = user
        return user

    def let_in(self, owner: User, *rights: str) -> Connection:
        """A person lets the bot into their own chats, with some of `BUSINESS_RIGHTS`."""
        world = self._world
        self.private(owner)
        made = Connection(f"connection-{world.number()}", owner, world.now(), set(rights))
        world.connections[made.id] = made
        world.updates.put("business_connection", payloads.connection(made), owner.id)
        return made

    def between(self, connection: Connection, other: User) -> Chat:
        """The chat of that person with another; it shares its number with other chats."""
        known = connection.chats.get(other.id)
        members = [connection.owner, other]
        made = known or Chat(other.id, "private", members=members, connection=connection)
        connection.chats[other.id] = made
        return made

    def lent(self, number: str, chat_id: str, *, writes: bool) -> Chat:
        """The chat of a request that is made in somebody's name."""
        found = self._world.connections.get(number)
        if found is None or not found.enabled:
            raise bad("BUSINESS_CONNECTION_INVALID")
        chat = found.chats.get(int(chat_id))
        if chat is None:
            raise bad("BUSINESS_PEER_INVALID")
        if writes and "can_reply" not in found.rights:
            raise bad("BUSINESS_PEER_USAGE_MISSING")
        return chat

    def block(self, user: User) -> None:
        """A person wants nothing of the bot any more."""
        user.blocked = True
        self._moved(self.private(user), user, "member", "kicked")

    def unblock(self, user: User) -> None:
        user.blocked = False
        self._moved(self.private(user), user, "kicked", "member")

    def kick(self, group: Chat) -> None:
        """The bot is thrown out of a group."""
        group.bot_is_here = False
        by = group.admins[0] if group.admins else self._world.bot
        self._moved(group, by, "member", "kicked")

    def bring(self, group: Chat) -> None:
        """The bot is taken into a group, perhaps again."""
        group.bot_is_here = True
        by = group.admins[0] if group.admins else self._world.bot
        self._moved(group, by, "left", "member")

    def _moved(self, chat: Chat, by: User, before: str, after: str) -> None:
        bot = payloads.user(self._world.bot)
        body = {
            "chat": payloads.chat(chat),
            "from": payloads.user(by),
            "date": int(self._world.now().timestamp()),
            "old_chat_member": {"user": bot, "status": before, "until_date": 0},
            "new_chat_member": {"user": bot, "status": after, "until_date": 0},
        }
        self._world.updates.put("my_chat_member", body, chat.id)

    def migrate(self, group: Chat) -> Chat:
        """A group becomes a supergroup, with a new id."""
        made = self.add_group(
            group.title,
            forum=group.forum,
            admins=group.admins,
            members=[one for one in group.members if one not in group.admins],
            bot_is_admin=group.bot_is_admin,
        )
        by = group.admins[0] if group.admins else self._world.bot
        self._world.people.service(group, by, migrate_to_chat_id=made.id)
        self._world.people.service(made, by, migrate_from_chat_id=group.id)
        group.migrated_to = made
        return made
