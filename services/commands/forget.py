"""forget: everything of a person goes, after one more question; withdraw: all of one job."""

from collections.abc import Iterator
from functools import partial

from services import cards
from services.commands.command import Command, Option
from services.commands.jobs import JOB, job_of
from services.commands.means import Means
from services.forgetting import Forgetting, Forgotten
from services.model import Ask
from services.showing import Action, Card, Text

SURE = Option("sure", ("yes",))


def commands(means: Means) -> list[Command]:
    """Forget does something only with `sure`; withdraw is what programs have for it."""
    return [
        Command(cards.FORGET, partial(_forget, means.forgetting), options=(SURE,)),
        Command(cards.WITHDRAW, partial(_withdraw, means), options=(JOB,), hidden=True),
    ]


async def _withdraw(means: Means, ask: Ask) -> tuple[Card, ...]:
    await means.forgetting.withdraw(await job_of(means.store, ask))
    return ()


async def _forget(forgetting: Forgetting, ask: Ask) -> tuple[Card, ...]:
    if ask.options.get("sure", "").strip().lower() not in SURE.choices:
        again = Action(Text("action-forget"), cards.FORGET, {"sure": SURE.choices[0]})
        return (Card((Text("forget-sure"),), actions=(again,), is_private=True),)
    forgotten = await forgetting.forget_person(ask.address.platform, ask.person.id)
    return (Card(tuple(_receipt(forgotten)), is_private=True, is_fleeting=True),)


def _receipt(forgotten: Forgotten) -> Iterator[Text]:
    """What is gone, where, and what stays."""
    yield Text("forget-done", {"count": forgotten.recordings})
    if forgotten.recordings:
        cancelled, results = forgotten.cancelled, forgotten.results
        yield Text("forget-counts", {"results": results, "cancelled": cancelled})
    if forgotten.erased.there and not forgotten.erased.is_left:
        yield Text("forget-there", {"engines": ", ".join(sorted(forgotten.erased.there))})
    if forgotten.erased.nowhere:
        yield Text("forget-nowhere", {"engines": ", ".join(sorted(forgotten.erased.nowhere))})
    if forgotten.erased.unsure:
        yield Text("forget-unsure", {"engines": ", ".join(sorted(forgotten.erased.unsure))})
    if not forgotten.is_complete:
        yield Text("forget-rest")
    yield Text("forget-sums")
