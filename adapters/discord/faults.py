"""What Discord and the network answer, as our problems."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from services.problems import Code, fault

TOO_LARGE = 40005
# Unknown Message; Unknown Webhook, Unknown Interaction, Invalid Webhook Token: the token is dead.
MESSAGE_GONE = frozenset((10008, 10015, 10062, 50027))
# Unknown Channel, Unknown Guild.
CHAT_GONE = frozenset((10003, 10004))
BUSY = 429


CLOSED = "Session is closed"  # all that aiohttp says when we closed it meanwhile


@contextmanager
def translated(*, is_send: bool = False) -> Iterator[None]:
    """Raises `Fault` for everything that Discord refuses and the network loses.

    is_send: without a nonce, so a repeat would be seen if the first one arrived.
    """
    try:
        yield
    except discord.HTTPException as error:
        raise fault(code_of(error), f"{error.status} {error.code}") from error
    except discord.RateLimited as error:
        raise fault(Code.CHAT_DOWN, f"rate limited for {error.retry_after:.0f} s") from error
    except aiohttp.ClientConnectorError as error:
        why = f"{error.host} cannot be reached from this machine ({type(error).__name__})"
        raise fault(Code.CHAT_DOWN, why) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        code = Code.CHAT_UNSURE if is_send else Code.CHAT_DOWN
        raise fault(code, type(error).__name__) from error
    except RuntimeError as error:
        if str(error) != CLOSED:
            raise
        raise fault(Code.CHAT_DOWN, "closed meanwhile") from error


def code_of(error: discord.HTTPException) -> Code:
    """Which problem an answer of Discord is."""
    if error.status == 413 or error.code == TOO_LARGE:
        return Code.FILE_REFUSED
    if error.code in MESSAGE_GONE:
        return Code.CARD_GONE
    if error.code in CHAT_GONE:
        return Code.CHAT_GONE
    # A token that was changed on the one side only: what waits goes out when it is right again.
    if error.status >= 500 or error.status in (BUSY, 408, 401):
        return Code.CHAT_DOWN
    if error.status == 404:
        return Code.CHAT_GONE
    return Code.CHAT_FORBIDDEN
