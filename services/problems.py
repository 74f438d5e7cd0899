"""Failures as values: one table says whose business each is and whether another try is worth it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Whose(StrEnum):
    """Who can do something about it."""

    PERSON = "person"
    PROVIDER = "provider"
    OPERATOR = "operator"
    PLATFORM = "platform"
    OURS = "ours"


class Again(StrEnum):
    """Whether another attempt is worth it without the person doing anything."""

    NO = "no"
    SAME = "same"
    OTHER = "other"


class Code(StrEnum):
    """Every way to fail: its name, whose business it is, whether to try again."""

    whose: Whose
    again: Again

    def __new__(cls, name: str, whose: Whose, again: Again) -> "Code":
        code = str.__new__(cls, name)
        code._value_ = name
        code.whose = whose
        code.again = again
        return code

    EMPTY_FILE = ("empty_file", Whose.PERSON, Again.NO)
    UNREADABLE_AUDIO = ("unreadable_audio", Whose.PERSON, Again.NO)
    UNSUPPORTED_FORMAT = ("unsupported_format", Whose.PERSON, Again.NO)
    PLAYLIST = ("playlist", Whose.PERSON, Again.NO)
    NO_SOUND_THERE = ("no_sound_there", Whose.PERSON, Again.NO)
    NO_SOUND = ("no_sound", Whose.PERSON, Again.NO)
    TRUNCATED = ("truncated", Whose.PERSON, Again.NO)
    TOO_MANY_CHANNELS = ("too_many_channels", Whose.PERSON, Again.NO)
    TOO_LARGE = ("too_large", Whose.PERSON, Again.NO)
    TOO_LARGE_HERE = ("too_large_here", Whose.PERSON, Again.NO)
    TOO_LONG = ("too_long", Whose.PERSON, Again.NO)
    TOO_SHORT = ("too_short", Whose.PERSON, Again.NO)
    BAD_RANGE = ("bad_range", Whose.PERSON, Again.NO)
    NO_FILE = ("no_file", Whose.PERSON, Again.NO)
    NOT_A_FILE = ("not_a_file", Whose.PERSON, Again.NO)
    CANNOT_WRITE = ("cannot_write", Whose.PERSON, Again.NO)
    FILE_GONE = ("file_gone", Whose.PERSON, Again.NO)
    FILE_AND_LINK = ("file_and_link", Whose.PERSON, Again.NO)
    LINK_REFUSED = ("link_refused", Whose.PERSON, Again.NO)
    LINK_GONE = ("link_gone", Whose.PERSON, Again.NO)
    LINK_NO_SOUND = ("link_no_sound", Whose.PERSON, Again.NO)
    LINK_DOWN = ("link_down", Whose.PERSON, Again.SAME)
    BAD_OPTION = ("bad_option", Whose.PERSON, Again.NO)
    UNKNOWN_COMMAND = ("unknown_command", Whose.PERSON, Again.NO)
    UNKNOWN_PERSON = ("unknown_person", Whose.PERSON, Again.NO)
    NOT_ADMIN = ("not_admin", Whose.PERSON, Again.NO)
    NOTHING_SET = ("nothing_set", Whose.PERSON, Again.NO)
    NOT_WATCHED = ("not_watched", Whose.OPERATOR, Again.NO)
    NOT_YET = ("not_yet", Whose.PERSON, Again.NO)
    UNDER_WAY = ("under_way", Whose.PERSON, Again.NO)
    TOO_LARGE_TOGETHER = ("too_large_together", Whose.PERSON, Again.NO)
    NOT_YOURS = ("not_yours", Whose.PERSON, Again.NO)
    NO_SUCH_JOB = ("no_such_job", Whose.PERSON, Again.NO)
    TOO_MANY_JOBS = ("too_many_jobs", Whose.PERSON, Again.NO)
    BANNED = ("banned", Whose.PERSON, Again.NO)
    NOT_IN_CHANNEL = ("not_in_channel", Whose.PERSON, Again.NO)
    NOT_LET_IN = ("not_let_in", Whose.PERSON, Again.NO)
    COOLDOWN = ("cooldown", Whose.PERSON, Again.NO)
    NOT_ADMITTED = ("not_admitted", Whose.OPERATOR, Again.NO)
    NOT_IN_PLAN = ("not_in_plan", Whose.OPERATOR, Again.NO)
    NOT_CONFIRMED = ("not_confirmed", Whose.PERSON, Again.NO)
    NO_CHANNELS = ("no_channels", Whose.PERSON, Again.NO)
    TOO_MANY_KEPT = ("too_many_kept", Whose.PERSON, Again.NO)
    NO_SETTINGS = ("no_settings", Whose.PERSON, Again.NO)
    BAD_SETTINGS = ("bad_settings", Whose.PERSON, Again.NO)
    QUOTA_SPENT = ("quota_spent", Whose.PERSON, Again.NO)
    CANCELLED = ("cancelled", Whose.PERSON, Again.NO)
    WITHDRAWN = ("withdrawn", Whose.PERSON, Again.NO)
    NOT_OFFERED = ("not_offered", Whose.OPERATOR, Again.NO)
    CONSENT_NEEDED = ("consent_needed", Whose.PERSON, Again.NO)
    PROVIDER_BUSY = ("provider_busy", Whose.PROVIDER, Again.SAME)
    PROVIDER_DOWN = ("provider_down", Whose.PROVIDER, Again.SAME)
    PROVIDER_SILENT = ("provider_silent", Whose.PROVIDER, Again.OTHER)
    PROVIDER_UNSURE = ("provider_unsure", Whose.PROVIDER, Again.OTHER)
    PROVIDER_FAILED = ("provider_failed", Whose.PROVIDER, Again.OTHER)
    PROVIDER_LACKS = ("provider_lacks", Whose.PROVIDER, Again.OTHER)
    PROVIDER_TOO_LARGE = ("provider_too_large", Whose.PROVIDER, Again.OTHER)
    PROVIDER_TOO_LONG = ("provider_too_long", Whose.PROVIDER, Again.OTHER)
    RESULT_GONE = ("result_gone", Whose.PROVIDER, Again.SAME)
    PROVIDER_CREDIT = ("provider_credit", Whose.OPERATOR, Again.OTHER)
    PROVIDER_KEY = ("provider_key", Whose.OPERATOR, Again.OTHER)
    PROVIDER_PLAN = ("provider_plan", Whose.OPERATOR, Again.OTHER)
    DISK_FULL = ("disk_full", Whose.OPERATOR, Again.SAME)
    CHAT_GONE = ("chat_gone", Whose.PLATFORM, Again.NO)
    CHAT_FORBIDDEN = ("chat_forbidden", Whose.PLATFORM, Again.NO)
    CHAT_UNSURE = ("chat_unsure", Whose.PLATFORM, Again.SAME)
    CHAT_DOWN = ("chat_down", Whose.PLATFORM, Again.SAME)
    CARD_GONE = ("card_gone", Whose.PLATFORM, Again.NO)
    FILE_REFUSED = ("file_refused", Whose.PLATFORM, Again.NO)
    WORKER_DIED = ("worker_died", Whose.OURS, Again.SAME)
    TOOK_TOO_LONG = ("took_too_long", Whose.OURS, Again.NO)
    INTERNAL = ("internal", Whose.OURS, Again.SAME)


# Another message, or another way to the person, may work where this one did not.
ELSEWHERE = frozenset({Code.CARD_GONE, Code.CHAT_GONE, Code.CHAT_FORBIDDEN})


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure: what it is, what its sentence needs, and a detail for the log only."""

    code: Code
    args: Mapping[str, str | int | float] = field(default_factory=dict)
    detail: str = ""


class Fault(Exception):
    """Carries a `Problem` up to whoever can store it or say it.

    retry_after: how long the other side asked to be left alone.
    """

    def __init__(self, problem: Problem, retry_after: timedelta | None = None) -> None:
        super().__init__(f"{problem.code}: {problem.detail}")
        self.problem = problem
        self.retry_after = retry_after


def fault(code: Code, detail: str = "", **args: str | int | float) -> Fault:
    """A `Fault` ready to be raised."""
    return Fault(Problem(code, args, detail))
