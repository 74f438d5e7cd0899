"""Whether sound of a place may leave this machine: asked once, answered by those who may."""

from enum import StrEnum

from services import spaces
from services.model import Address, JobId, Person
from services.spaces import By
from services.transactions import Tx

KEPT = "consent"
ASKED = "consent_asked"
YES, NO = "yes", "no"  # as kept


class Consent(StrEnum):
    """What holds where nobody answered: ask once, taken as given, or never."""

    ASK = "ask"
    GIVEN = "given"
    NEVER = "never"


def answered(tx: Tx, address: Address) -> bool | None:
    """What those who look after the place said; None: nothing yet."""
    kept = tx.space(address.platform, address.space).get(KEPT)
    return None if kept is None else kept == YES


def may_leave(tx: Tx, address: Address, usual: Consent) -> bool:
    """Whether recordings from there may be sent to other people's machines."""
    if usual is Consent.NEVER:
        return False
    said = answered(tx, address)
    return usual is Consent.GIVEN if said is None else said


def answer(tx: Tx, address: Address, *, is_yes: bool, by: By | None = None) -> None:
    """Remember what was said, and by whom; it can be changed as often as one likes."""
    spaces.change(tx, address.platform, address.space, KEPT, YES if is_yes else NO, by)


def is_to_ask(tx: Tx, address: Address, job: JobId, usual: Consent) -> bool:
    """Whether this job is the one that asks; true for the same one again, and for no other."""
    if usual is not Consent.ASK or answered(tx, address) is not None:
        return False
    asked = tx.space(address.platform, address.space).get(ASKED)
    if asked is None:
        spaces.change(tx, address.platform, address.space, ASKED, job)
    return asked in (None, job)


def may_answer(address: Address, person: Person) -> bool:
    """Whoever looks after the place; everybody in a chat of their own."""
    return person.is_admin or spaces.is_own(address, person)
