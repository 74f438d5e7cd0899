"""What Telegram and the network answer, as our problems."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from services.problems import Code, Fault, Problem, fault

# The library tells times as `timedelta` then, as it will for everybody.
os.environ.setdefault("PTB_TIMEDELTA", "1")

# Parts of the sentences that Telegram answers with; it has no numbers for them.
SAME = "message is not modified"
# The person, or the chat, takes this kind of message from nobody or not from us.
KIND_FORBIDDEN = (
    "voice_messages_forbidden",
    *(f"user restricted receiving of {kind}" for kind in ("voice", "video")),
    *(f"not enough rights to send {kind}" for kind in ("voice", "video", "audio", "music")),
    *(f"chat_send_{kind}_forbidden" for kind in ("voices", "roundvideos", "videos", "audios")),
)
TOO_BIG = "file is too big"
# A file's name that is of another bot, or of another kind of message.
STRANGE_FILE = ("wrong file identifier", "invalid file_id", "can't use file of type", "mismatch")
MESSAGE_GONE = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
    "message_id_invalid",
    "there is no media in the message to edit",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "query is too old",
)
CHAT_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "group chat was deactivated",
    "message thread not found",
    "topic_deleted",
)
TOO_LARGE = ("request entity too large", "file_part", "file of size")
# Said before anything was sent: a repeat cannot be a second one.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class FloodWait(Fault):
    """Telegram asks to leave one chat alone for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(Problem(Code.CHAT_DOWN, detail=f"told to wait for {seconds:.0f} s"))
        self.seconds = seconds


class Migrated(Fault):
    """The group became a supergroup, whose id is `chat`."""

    def __init__(self, chat: int) -> None:
        super().__init__(Problem(Code.CHAT_GONE, detail="the group became a supergroup"))
        self.chat = chat


class KindForbidden(Fault):
    """No voice messages, videos or songs are wanted there; another kind may be."""

    def __init__(self, told: str) -> None:
        super().__init__(Problem(Code.CHAT_FORBIDDEN, detail=told))


class StrangeFile(Fault):
    """A file cannot be shown by the name that it has."""

    def __init__(self, told: str) -> None:
        super().__init__(Problem(Code.CHAT_FORBIDDEN, detail=told))


@contextmanager
def translated(*, is_send: bool = False) -> Iterator[None]:
    """Raises `Fault` for everything that Telegram refuses and the network loses.

    is_send: a repeat would be seen, should the first one have arrived.
    """
    try:
        yield
    except RetryAfter as error:
        raise FloodWait(ceil(_seconds(error))) from error
    except ChatMigrated as error:
        raise Migrated(error.new_chat_id) from error
    except TelegramError as error:
        found = _fault(error, is_send=is_send)
        if found is not None:
            raise found from error
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        code = Code.CHAT_UNSURE if is_send else Code.CHAT_DOWN
        raise fault(code, type(error).__name__) from error


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


def _fault(error: TelegramError, *, is_send: bool) -> Fault | None:
    """What it is; None for what is as it should be."""
    told = error.message.lower()
    match error:
        case Forbidden() | BadRequest() if any(part in told for part in KIND_FORBIDDEN):
            return KindForbidden(told)
        case Forbidden():
            return fault(Code.CHAT_GONE, told)
        case InvalidToken():
            why = "Telegram does not accept the token. Set UNDERTONE_TELEGRAM__TOKEN to the one "
            return fault(Code.CHAT_DOWN, why + "that @BotFather gave")
        case Conflict():
            return fault(Code.CHAT_DOWN, "another program listens with this token: stop it")
        case BadRequest():
            return _refused(told)
        case NetworkError():
            return _lost(error, told, is_send=is_send)
    return fault(Code.CHAT_FORBIDDEN, told)


def _refused(told: str) -> Fault | None:
    if SAME in told:
        return None
    if any(part in told for part in STRANGE_FILE):
        return StrangeFile(told)
    for parts, code in ((MESSAGE_GONE, Code.CARD_GONE), (CHAT_GONE, Code.CHAT_GONE)):
        if any(part in told for part in parts):
            return fault(code, told)
    if TOO_BIG in told or any(part in told for part in TOO_LARGE):
        return fault(Code.FILE_REFUSED, told)
    return fault(Code.CHAT_FORBIDDEN, told)


def _lost(error: NetworkError, told: str, *, is_send: bool) -> Fault:
    if any(part in told for part in TOO_LARGE):
        return fault(Code.FILE_REFUSED, told)
    cause = error.__cause__
    # An answer, even one of despair, says that nothing was done.
    is_known = not isinstance(cause, httpx.HTTPError) or isinstance(cause, NEVER_SENT)
    is_unsure = is_send and not is_known
    return fault(Code.CHAT_UNSURE if is_unsure else Code.CHAT_DOWN, told)
