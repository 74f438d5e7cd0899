"""Opens the Telegram platform."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.plugin import Core, Operating, Platform
from adapters.telegram.admins import Admins
from adapters.telegram.albums import Albums
from adapters.telegram.answering import Answering, Means
from adapters.telegram.connection import Connection
from adapters.telegram.fetching import Fetching
from adapters.telegram.hints import Hints
from adapters.telegram.listening import ALLOWED, BUSINESS, GUESTS, Hook, Listening
from adapters.telegram.messenger import Moving, TelegramMessenger
from adapters.telegram.owners import Owners
from adapters.telegram.place import PLATFORM
from adapters.telegram.presses import Presses
from adapters.telegram.private import Private
from adapters.telegram.saying import Saying
from adapters.telegram.settings import TelegramSettings
from adapters.telegram.syncing import Syncing
from adapters.telegram.visiting import Visiting
from adapters.telegram.waiting import Waiting

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_telegram(settings: TelegramSettings, core: Core) -> AsyncIterator[Platform]:
    """Telegram, ready to listen; nothing is asked of it before that."""
    assert settings.token is not None, "the platform is on"
    token, url = settings.token.get_secret_value(), core.public_url or ""
    connection = Connection(token, settings.api_base, is_local=settings.local_mode)
    fetching = Fetching(connection, is_own=settings.local_mode, url=core.upload_url or "")

    async def moving(old: str, new: str) -> None:
        await core.store.write(lambda tx: tx.move_space(PLATFORM, old, new))
        # The old group may have told before that we are gone from it.
        await core.desk.joined(PLATFORM, new)

    messenger = TelegramMessenger(
        connection, core.files, fetching, core.store, is_own=settings.local_mode, moving=moving
    )
    answering = Answering(_means(settings, core, connection, fetching, messenger, moving))
    listening = Listening(connection, answering, _allowed(settings))
    syncing = Syncing(connection, core.desk.commands, core.store)

    async def listen() -> None:
        if not await syncing.is_current():
            log.warning("the commands are new or have changed: run `undertone sync-commands`")
        await _warn(connection, settings)
        await answering.finish_albums()
        if settings.mode == "polling":
            await listening.poll()
        else:
            await listening.wait_for_posts(url, token)

    hook = Hook(connection, answering, token) if settings.mode == "webhook" else None
    try:
        yield Platform(
            messenger,
            listen,
            routes=hook.routes() if hook is not None else (),
            check=listening.check,
            operating=Operating(connection.reach, syncing.publish, syncing.invitations),
        )
    finally:
        await answering.leave()
        await messenger.leave()
        await connection.close()


def _means(
    settings: TelegramSettings,
    core: Core,
    connection: Connection,
    fetching: Fetching,
    messenger: TelegramMessenger,
    moving: Moving,
) -> Means:
    """What answering works with, one object each."""
    admins, saying = Admins(connection), Saying(messenger, core.desk)
    private = Private(core.desk, messenger, connection, core.store, saying)
    owners = Owners(connection) if settings.business else None
    has_guests = settings.guest_mode
    return Means(
        desk=core.desk,
        connection=connection,
        fetching=fetching,
        admins=admins,
        waiting=Waiting(core.store, core.now),
        albums=Albums(connection, core.store, core.now),
        hints=Hints(connection, core.store),
        presses=Presses(core.desk, messenger, connection, admins, core.store, saying, private),
        private=private,
        saying=saying,
        visiting=Visiting(core.desk, connection, fetching, saying, owners, has_guests=has_guests),
        moving=moving,
    )


def _allowed(settings: TelegramSettings) -> tuple[str, ...]:
    """What Telegram is asked to tell of."""
    guests = GUESTS if settings.guest_mode else ()
    return (*ALLOWED, *guests, *(BUSINESS if settings.business else ()))


async def _warn(connection: Connection, settings: TelegramSettings) -> None:
    """Say what is set here and not allowed at Telegram, where nobody would look for it."""
    me = (await connection.bot()).bot
    if settings.guest_mode and not me.supports_guest_queries:
        log.warning("no guest will be heard: switch on guest mode at @BotFather")
    if settings.business and not me.can_connect_to_business:
        log.warning("nobody can let the bot in: switch on business mode at @BotFather")
