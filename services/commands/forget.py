"""forget: everything of a person goes, after one more question."""

from functools import partial

from services import cards
from services.commands.command import Command, Option
from services.commands.means import Means
from services.model import Action, Ask, Card, Text
from services.retention import Retention

SURE = Option("sure", ("yes",))


def commands(means: Means) -> list[Command]:
    """The one command; only with `sure` it does something."""
    return [Command(cards.FORGET, partial(_forget, means.retention), options=(SURE,))]


async def _forget(retention: Retention, ask: Ask) -> tuple[Card, ...]:
    if ask.options.get("sure", "").strip().lower() not in SURE.choices:
        again = Action(Text("action-forget"), cards.FORGET, {"sure": SURE.choices[0]})
        return (Card((Text("forget-sure"),), actions=(again,), is_private=True),)
    count = await retention.forget_person(ask.address.platform, ask.person.id)
    return (Card((Text("forget-done", {"count": count}),), is_private=True),)
