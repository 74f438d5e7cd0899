"""The methods that ask about chats, and those about the bot itself."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.telegram import payloads
from tests.fakes.telegram.body import Ask
from tests.fakes.telegram.refusal import bad, must

NAME = re.compile(r"[a-z0-9_]{1,32}")


class Lookups:
    """Handlers; each takes an `Ask` and gives the JSON of the result."""

    def __init__(self, world) -> None:
        self._world = world
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}

    def routes(self):
        return {
            "getMe": self.me,
            "getChat": self.chat,
            "getChatMember": self.member,
            "getBusinessConnection": self.connection,
            "getChatAdministrators": self.admins,
            "getChatMemberCount": self.count,
            "setMyCommands": self.set_commands,
            "getMyCommands": self.get_commands,
            "deleteMyCommands": self.delete_commands,
            "setMyDescription": self.set_description,
            "setMyShortDescription": self.set_description,
            "getMyDescription": self.get_description,
            "getMyShortDescription": self.get_description,
            "logOut": self.log_out,
            "close": self.close,
        }

    async def me(self, ask: Ask) -> Any:
        world = self._world
        return payloads.me(world.bot, world.privacy, world.guests, world.business)

    async def chat(self, ask: Ask) -> Any:
        return payloads.full_chat(self._world.place(ask, writes=False))

    async def member(self, ask: Ask) -> Any:
        place, number = self._world.place(ask, writes=False), ask.number("user_id")
        found = self._world.users.get(number)
        if found is None:
            raise bad("PARTICIPANT_ID_INVALID")
        return payloads.member(place, found, self._world.bot)

    async def connection(self, ask: Ask) -> Any:
        found = self._world.connections.get(ask.text("business_connection_id"))
        if found is None:
            raise bad("BUSINESS_CONNECTION_INVALID")
        return payloads.connection(found)

    async def admins(self, ask: Ask) -> Any:
        place, bot = self._world.place(ask), self._world.bot
        if not place.is_group:
            raise bad("there are no administrators in the private chat", breach=True)
        every = [*place.admins, *([bot] if place.bot_is_admin else [])]
        return [payloads.member(place, one, bot) for one in every]

    async def count(self, ask: Ask) -> int:
        return len(self._world.place(ask).members) + 1

    # What the bot says about itself.

    def _scope(self, ask: Ask) -> tuple[str, str]:
        given = ask.json("scope") or {"type": "default"}
        parts = [given[key] for key in ("type", "chat_id", "user_id") if key in given]
        return ":".join(map(str, parts)), self._language(ask)

    def _language(self, ask: Ask) -> str:
        language = ask.text("language_code")
        must(re.fullmatch(r"([a-z]{2})?", language), "invalid language code specified")
        return language

    async def set_commands(self, ask: Ask) -> bool:
        limits, given = self._world.limits, ask.json("commands") or []
        must(len(given) <= limits.commands, "BOT_COMMANDS_TOO_MUCH")
        for one in given:
            must(NAME.fullmatch(one["command"]), "BOT_COMMAND_INVALID")
            size = len(one["description"])
            must(1 <= size <= limits.command_description, "BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[self._scope(ask)] = given
        return True

    async def get_commands(self, ask: Ask) -> Any:
        return self.commands.get(self._scope(ask), [])

    async def delete_commands(self, ask: Ask) -> bool:
        self.commands.pop(self._scope(ask), None)
        return True

    def _about(self, ask: Ask) -> tuple[str, dict[str, str], int]:
        limits = self._world.limits
        if ask.method.endswith("ShortDescription"):
            return "short_description", self.short_descriptions, limits.short_description
        return "description", self.descriptions, limits.description

    async def set_description(self, ask: Ask) -> bool:
        field, kept, most = self._about(ask)
        must(len(ask.text(field)) <= most, f"{field} is too long")
        kept[self._language(ask)] = ask.text(field)
        return True

    async def get_description(self, ask: Ask) -> Any:
        field, kept, _ = self._about(ask)
        return {field: kept.get(self._language(ask), kept.get("", ""))}

    async def log_out(self, ask: Ask) -> bool:
        self._world.logged_out = True
        return True

    async def close(self, ask: Ask) -> bool:
        return True
