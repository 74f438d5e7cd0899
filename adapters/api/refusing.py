"""What is refused, and by which name of noise-remover.com's table; its status serves both."""

import math
from collections.abc import Mapping

from adapters.api.headers import RETRY
from adapters.wire.noise_remover import REFUSALS
from services import texts
from services.cards import problem_text
from services.problems import Code, Problem, Whose
from services.showing import Text

WAIT = 10  # seconds, where nobody knows when one of the jobs will be done
LOCALE = "en"  # programs read codes; the sentence is for whoever reads their logs

NAMES: Mapping[Code, str] = {
    Code.TOO_LARGE: "file_too_large",
    Code.UNSUPPORTED_FORMAT: "unsupported_format",
    Code.PLAYLIST: "unsupported_format",
    Code.EMPTY_FILE: "file_corrupted",
    Code.UNREADABLE_AUDIO: "file_corrupted",
    Code.NO_SOUND: "file_corrupted",
    Code.TRUNCATED: "file_corrupted",
    Code.TOO_MANY_CHANNELS: "file_corrupted",
    Code.TOO_SHORT: "file_corrupted",
    Code.TOO_LONG: "duration_exceeded",
    Code.QUOTA_SPENT: "payment_required",
    Code.NOT_IN_PLAN: "plan_restriction",
    Code.NOT_ADMITTED: "plan_restriction",
    Code.CONSENT_NEEDED: "plan_restriction",
    Code.TOO_MANY_JOBS: "rate_limit_exceeded",
    Code.COOLDOWN: "rate_limit_exceeded",
    Code.NO_SUCH_JOB: "job_not_found",
    Code.TOOK_TOO_LONG: "processing_timeout",
    Code.PROVIDER_SILENT: "processing_timeout",
    Code.NOT_OFFERED: "invalid_request",
    Code.DISK_FULL: "service_unavailable",
    Code.INTERNAL: "server_error",
    Code.WORKER_DIED: "server_error",
    Code.FILE_GONE: "server_error",
    Code.RESULT_GONE: "server_error",
}
# What the words for chats say of commands and places, programs do not have.
OWN_WORDS = (Code.TOO_MANY_JOBS, Code.CONSENT_NEEDED, Code.NO_SUCH_JOB, Code.NOT_OFFERED)
OPTIONS = {"preset": "invalid_preset", "format": "invalid_format"}
BAD_REQUEST = "bad_request"  # of a question to MusicGPT, which has no names for its errors
NO_ADDRESS, NO_METHOD = "not_found", "method_not_allowed"  # what both documents leave open
STATUSES = {
    **{name: row.status for name, row in REFUSALS.items()},
    BAD_REQUEST: 400,
    NO_ADDRESS: 404,
    NO_METHOD: 405,
}
MESSAGES = {
    "unauthorized": "This API key is missing or not valid.",
    "job_not_found": "There is no such job.",
    "rate_limit_exceeded": "Too many requests. Retry-After says how many seconds to wait.",
    "server_error": "Something went wrong here. Try again.",
    "service_unavailable": "The service does not answer at the moment. Try again later.",
    NO_ADDRESS: "There is nothing at this address.",
    NO_METHOD: "This address does not take this method.",
}


class Refused(Exception):
    """A request that gets an error: its name in the table, a sentence, headers beside it."""

    def __init__(
        self, name: str, message: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(name)
        self.name = name
        self.message = message
        self.headers = dict(headers or {})

    @property
    def said(self) -> str:
        """The sentence."""
        return self.message or MESSAGES[self.name]

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUSES[self.name]


def too_large(most: int) -> Refused:
    """A file of more than so many bytes."""
    return Refused("file_too_large", f"File size exceeds the {most // 1_000_000}MB limit.")


def name_of(problem: Problem) -> str:
    """The error code for a problem of ours."""
    if problem.code is Code.BAD_OPTION:
        return OPTIONS.get(str(problem.args.get("option", "")), "invalid_request")
    known = NAMES.get(problem.code)
    if known is not None:
        return known
    # Who asked can do something about it, or nobody but whoever runs this.
    return "invalid_request" if problem.code.whose is Whose.PERSON else "service_unavailable"


def sentence(problem: Problem) -> str:
    """What happened, in words."""
    is_plan = problem.code is Code.QUOTA_SPENT and problem.args.get("whose") == "space"
    is_own = is_plan or problem.code in OWN_WORDS
    text = Text(f"api-{problem.code}", problem.args) if is_own else problem_text(problem)
    return " ".join(texts.render(text, LOCALE).split())


def refused(problem: Problem) -> Refused:
    """The refusal for a problem; where waiting helps, it says for how long."""
    name = name_of(problem)
    wait = math.ceil(float(problem.args.get("seconds", WAIT)))
    headers = {RETRY: str(max(1, wait))} if name == "rate_limit_exceeded" else {}
    return Refused(name, sentence(problem), headers)
