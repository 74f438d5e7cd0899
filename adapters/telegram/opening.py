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
from adapters.telegram.listening import Hook, Listening
from adapters.telegram.messenger import TelegramMessenger
from adapters.telegram.place import PLATFORM
from adapters.telegram.presses import Presses
from adapters.telegram.settings import TelegramSettings
from adapters.telegram.syncing import Syncing
from adapters.telegram.waiting import Waiting
from services.problems import Code, fault

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_telegram(settings: TelegramSettings, core: Core) -> AsyncIterator[Platform]:
    """Telegram, ready to listen; nothing is asked of it before that."""
    assert settings.token is not None, "the platform is on"
    token, url = settings.token.get_secret_value(), core.public_url or ""
    is_own = settings.api_base is not None
    connection = Connection(token, settings.api_base, is_local=settings.local_mode)
    fetching = Fetching(connection, is_own=settings.local_mode, url=url)

    async def moving(old: str, new: str) -> None:
        await core.store.write(lambda tx: tx.move_space(PLATFORM, old, new))

    messenger = TelegramMessenger(
        connection, core.files, fetching, core.store, is_own=is_own, moving=moving
    )
    admins = Admins(connection)
    means = Means(
        desk=core.desk,
        messenger=messenger,
        connection=connection,
        fetching=fetching,
        admins=admins,
        waiting=Waiting(core.store, core.now),
        albums=Albums(connection, core.store, core.now),
        hints=Hints(connection, core.store),
        presses=Presses(core.desk, messenger, connection, admins, core.store),
        moving=moving,
    )
    answering = Answering(means)
    listening = Listening(connection, answering)
    syncing = Syncing(connection, core.desk.commands, core.store)

    async def listen() -> None:
        if not await syncing.is_current():
            log.warning("the commands are new or have changed: run `undertone sync-commands`")
        await answering.finish_albums()
        if settings.mode == "polling":
            await listening.poll()
        elif url:
            await listening.wait_for_posts(url, token)
        else:
            raise fault(Code.CHAT_DOWN, "webhook mode needs UNDERTONE_HTTP__PUBLIC_URL")

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
        await connection.close()
