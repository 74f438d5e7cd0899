"""What an answer that is no success means for us."""

import re
from collections.abc import Mapping
from datetime import timedelta

from adapters.providers.calling import Answer
from adapters.wire.musicgpt import Said, plain
from services.problems import Code, Fault, Problem

CODES = {
    401: Code.PROVIDER_KEY,
    402: Code.PROVIDER_CREDIT,
    403: Code.PROVIDER_KEY,
    413: Code.PROVIDER_TOO_LARGE,
    429: Code.PROVIDER_BUSY,
    500: Code.PROVIDER_DOWN,
    503: Code.PROVIDER_DOWN,
}
CREDIT = r"(credits?|balance)"
NO_CREDIT = re.compile(
    rf"(insufficient|not enough|no more|no remaining|out of|ran out of|run out of) {CREDIT}"
    rf"|{CREDIT} (is |are |has been |have been )?(exhausted|used up|depleted|exceeded|too low)",
    re.IGNORECASE,
)
KEY = "<key>"
TELLING = 3  # letters of a key that tell nothing
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def failure(why: str) -> Code:
    """What it means that they could not do it, given their words."""
    return Code.PROVIDER_CREDIT if NO_CREDIT.search(why) else Code.PROVIDER_FAILED


def submission_code(answer: Answer, why: str) -> Code:
    """What the answer to a submission means that is not plainly a success.

    Where their words could stand for anything, nobody knows whether the work was taken.
    """
    status = answer.status
    if 300 <= status < 500 and NO_CREDIT.search(why):
        return Code.PROVIDER_CREDIT
    known = CODES.get(status)
    if known is not None:
        return known
    return Code.PROVIDER_FAILED if 300 <= status < 500 else Code.PROVIDER_UNSURE


def question_code(answer: Answer) -> Code | None:
    """Why a question could not be answered now; None: it was, though perhaps with a no."""
    code = CODES.get(answer.status, Code.PROVIDER_DOWN if answer.status >= 500 else None)
    return None if code is Code.PROVIDER_TOO_LARGE else code


def words(fields: Mapping[str, object]) -> str:
    """Why, as the body says it; empty where it says nothing that can be read."""
    return Said.model_validate(fields).why


def told(answer: Answer, key: str) -> str:
    """The status and the beginning of what came, for the log: no key, no address, one line."""
    text = words(answer.fields) or plain(answer.text)
    return f"{answer.status}: {safe(text, key)}".rstrip(": ")


def safe(text: str, key: str) -> str:
    """These words without our key, and without addresses: they may be signed."""
    left = text.replace(key, KEY)
    # What was cut short may end within the key.
    begun = (key[:length] for length in range(len(key) - 1, TELLING, -1))
    cut = next((beginning for beginning in begun if left.endswith(beginning)), "")
    return ADDRESS.sub("<address>", left.removesuffix(cut) + (KEY if cut else ""))


def as_fault(code: Code, detail: str, wait: timedelta | None = None) -> Fault:
    """The exception for it."""
    return Fault(Problem(code, detail=detail), wait)
