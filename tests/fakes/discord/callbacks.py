"""The routes of interactions: the callback, and the webhook that its token opens."""

import time
from typing import Any

from tests.fakes.discord import components as parts
from tests.fakes.discord import payloads, rules
from tests.fakes.discord.interaction import AUTOCOMPLETE, MODAL, Interaction
from tests.fakes.discord.model import EPHEMERAL, LOADING, Ask, Message
from tests.fakes.discord.refusal import Refused, invalid, must, unknown_channel, unknown_message

SAY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, SHOW_MODAL = 4, 5, 6, 7, 8, 9


class Callbacks:
    """Handlers; each takes an `Ask` and gives the JSON of the answer, or None."""

    def __init__(self, world) -> None:
        self._world = world

    def routes(self):
        hook = "/webhooks/{app}/{token}"
        message = hook + "/messages/{message}"
        return [
            ("POST", "/interactions/{interaction}/{token}/callback", self.callback),
            ("POST", hook, self.follow_up),
            ("GET", message, self.read),
            ("PATCH", message, self.edit),
            ("DELETE", message, self.delete),
        ]

    def _way(self, name: str, interaction: Interaction) -> rules.Way:
        limit = interaction.file_limit
        return rules.Way(name, limit, max(self._world.limits.request, limit))

    # A person waits three seconds for this one.

    async def callback(self, ask: Ask) -> Any:
        found = self._world.interactions.get(ask.at["token"])
        if found is None or str(found.id) != ask.at["interaction"]:
            raise Refused(404, 10062, "Unknown interaction", breach=True)
        if found.answered is not None:
            text = "Interaction has already been acknowledged."
            raise Refused(400, 40060, text, breach=True)
        if found.is_late or found.dead:
            raise Refused(404, 10062, "Unknown interaction", breach=True)
        kind, data = ask.json.get("type"), ask.json.get("data") or {}
        self._check_kind(found, kind, data)
        self._answer(found, kind, data, ask)
        found.ack_type, found.response, found.answered = kind, ask.json, time.monotonic()
        if ask.query.get("with_response") not in ("1", "true"):
            return None
        return self._resource(found, kind)

    def _check_kind(self, found: Interaction, kind: Any, data: dict[str, Any]) -> None:
        if found.kind == AUTOCOMPLETE or kind == CHOICES:
            must(found.kind == AUTOCOMPLETE and kind == CHOICES, "type", "8 is for autocomplete")
            self._check_choices(data.get("choices", []))
        elif kind == SHOW_MODAL:
            must(found.kind != MODAL, "type", "no modal on a modal")
            parts.check_modal(data, self._world.limits)
        elif kind in (DEFER_UPDATE, UPDATE):
            must(found.message is not None, "type", "there is no message to update")
        elif kind == DEFER:
            extra = data.get("flags", 0) & ~EPHEMERAL
            must(not extra, "flags", f"only EPHEMERAL when deferring, not {extra}")
        elif kind != SAY:
            raise invalid("type", f"unknown callback {kind}")

    def _check_choices(self, choices) -> None:
        must(len(choices) <= self._world.limits.choices, "choices", "25 at most")
        for one in choices:
            must(1 <= len(one["name"]) <= 100, "choices", "name: 1 to 100")
            must(len(str(one["value"])) <= 100, "choices", "value: 100 at most")

    def _answer(self, found: Interaction, kind: int, data: dict[str, Any], ask: Ask) -> None:
        world, way = self._world, self._way("callback", found)
        if kind == SAY:
            found.original = world.texts.create(found.channel, data, ask, way, found)
        elif kind == DEFER:
            flags = LOADING | data.get("flags", 0) & EPHEMERAL
            blank = world.texts.blank(found.channel, world.bot, flags=flags, interaction=found)
            found.original = world.texts.keep(blank)
        elif kind in (DEFER_UPDATE, UPDATE):
            found.original = found.message
            if kind == UPDATE:
                world.texts.edit(found.message, data, ask, way)

    def _resource(self, found: Interaction, kind: int) -> dict[str, Any]:
        about: dict[str, Any] = {"id": str(found.id), "type": found.kind}
        resource: dict[str, Any] = {"type": kind}
        if found.original is not None:
            about["response_message_id"] = str(found.original.id)
            about["response_message_loading"] = found.original.loading
            about["response_message_ephemeral"] = found.original.ephemeral
        if kind in (SAY, UPDATE):
            resource["message"] = payloads.message(self._world, found.original)
        return {"interaction": about, "resource": resource}

    # The rest works for a quarter of an hour.

    def _open(self, ask: Ask) -> Interaction:
        if ask.at["app"] != str(self._world.application_id):
            raise Refused(404, 10015, "Unknown Webhook", breach=True)
        found = self._world.interactions.get(ask.at["token"])
        if found is None or not found.is_alive:
            raise Refused(401, 50027, "Invalid Webhook Token")
        if found.answered is None:
            raise Refused(404, 10015, "Unknown Webhook", breach=True)
        if found.channel.deleted:
            raise unknown_channel()
        return found

    def _message(self, found: Interaction, ask: Ask) -> Message:
        number = ask.at["message"]
        every = [found.original, *found.follow_ups]
        for one in every:
            if one and not one.deleted and (number == str(one.id) or number == "@original"):
                if number == "@original" and one is not found.original:
                    break
                return one
        raise unknown_message()

    async def follow_up(self, ask: Ask) -> Any:
        found = self._open(ask)
        if found.ack_type == CHOICES:
            raise Refused(404, 10015, "Unknown Webhook", breach=True)
        original, data, way = found.original, ask.json or {}, self._way("webhook", found)
        if original is not None and original.loading and not original.deleted:
            # Documented: right after a deferral this edits what the person waits for.
            self._world.texts.edit(original, data, ask, way)
            return payloads.message(self._world, original)
        if found.by_user_only and not found.channel.is_private:
            if found.posted >= self._world.limits.follow_ups:
                text = "Maximum number of follow-up messages reached for this interaction"
                raise Refused(400, 40094, text, breach=True)
        message = self._world.texts.create(found.channel, data, ask, way, found)
        found.posted += 1
        found.follow_ups.append(message)
        return payloads.message(self._world, message)

    async def read(self, ask: Ask) -> Any:
        return payloads.message(self._world, self._message(self._open(ask), ask))

    async def edit(self, ask: Ask) -> Any:
        found = self._open(ask)
        message = self._message(found, ask)
        self._world.texts.edit(message, ask.json or {}, ask, self._way("webhook", found))
        return payloads.message(self._world, message)

    async def delete(self, ask: Ask) -> None:
        self._world.texts.delete(self._message(self._open(ask), ask))
