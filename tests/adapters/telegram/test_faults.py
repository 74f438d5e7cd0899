"""What Telegram answers, as our problems."""

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from adapters.telegram.faults import FloodWait, KindForbidden, Migrated, translated
from services.problems import Code, Fault


def caused(error, cause):
    error.__cause__ = cause
    return error


def problem(error, *, is_send=False):
    with pytest.raises(Fault) as raised, translated(is_send=is_send):
        raise error
    return raised.value


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), Code.CHAT_GONE),
        (BadRequest("Chat not found"), Code.CHAT_GONE),
        (BadRequest("Message thread not found"), Code.CHAT_GONE),
        (BadRequest("Message to edit not found"), Code.CARD_GONE),
        (BadRequest("There is no media in the message to edit"), Code.CARD_GONE),
        (BadRequest("Not enough rights to send text messages to the chat"), Code.CHAT_FORBIDDEN),
        (NetworkError("Request Entity Too Large"), Code.FILE_REFUSED),
        (NetworkError("Bad Gateway"), Code.CHAT_DOWN),
        (Conflict("Conflict: terminated by other getUpdates request"), Code.CHAT_DOWN),
    ],
)
@pytest.mark.parametrize("is_send", [True, False])
def test_an_answer_is_known(error, code, is_send):
    assert problem(error, is_send=is_send).problem.code is code


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (httpx.ReadTimeout("x"), Code.CHAT_UNSURE),
        (httpx.ReadError("x"), Code.CHAT_UNSURE),
        (httpx.RemoteProtocolError("x"), Code.CHAT_UNSURE),
        (httpx.ConnectError("x"), Code.CHAT_DOWN),
        (httpx.ConnectTimeout("x"), Code.CHAT_DOWN),
        (httpx.PoolTimeout("x"), Code.CHAT_DOWN),
    ],
)
def test_what_was_lost_on_the_way_may_have_arrived(cause, code):
    kind = TimedOut if isinstance(cause, httpx.TimeoutException) else NetworkError
    args = () if kind is TimedOut else ("x",)
    assert problem(caused(kind(*args), cause), is_send=True).problem.code is code
    assert problem(caused(kind(*args), cause)).problem.code is Code.CHAT_DOWN


def test_an_edit_that_changes_nothing_is_fine():
    with translated():
        raise BadRequest("Message is not modified: specified new message content and …")


def test_a_flood_wait_says_how_long():
    found = problem(RetryAfter(7))
    assert isinstance(found, FloodWait)
    assert found.seconds == 7


def test_a_group_that_moved_says_where_to():
    found = problem(ChatMigrated(-1001))
    assert isinstance(found, Migrated)
    assert found.chat == -1001


def test_who_takes_no_voice_messages_may_take_files():
    assert isinstance(problem(BadRequest("VOICE_MESSAGES_FORBIDDEN")), KindForbidden)


def test_a_wrong_token_is_said_without_it():
    found = problem(InvalidToken("The token `123:secret` was rejected by the server."))
    assert found.problem.code is Code.CHAT_DOWN
    assert "secret" not in found.problem.detail
