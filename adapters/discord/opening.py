"""Opens the Discord platform."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.discord.answering import Answering
from adapters.discord.belonging import Belonging
from adapters.discord.completing import Completing
from adapters.discord.connection import Client, Connection
from adapters.discord.fetching import Fetching
from adapters.discord.messenger import DiscordMessenger
from adapters.discord.replying import Replying
from adapters.discord.settings import DiscordSettings
from adapters.discord.syncing import Syncing
from adapters.discord.watching import Watching
from adapters.plugin import Core, Operating, Platform
from services.problems import Fault

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_discord(settings: DiscordSettings, core: Core) -> AsyncIterator[Platform]:
    """Discord, ready to listen; nothing is asked of it before that."""
    assert settings.token is not None, "the platform is on"
    base = settings.api_base
    connection = Connection(
        settings.token.get_secret_value(),
        base,
        lambda may_watch: Client(answering.take, watching.hear if may_watch else None, belonging),
        watches=settings.auto_clean,
    )
    fetching = Fetching(connection, base)
    messenger = DiscordMessenger(
        connection, core.files, fetching, core.now, watches=lambda: connection.may_watch
    )
    completing = Completing(core.desk.commands, core.store)
    belonging = Belonging(core.desk, core.store)
    replying = Replying(core.desk, core.desk.commands, core.store)
    answering = Answering(core.desk, messenger, completing, replying, core.store)
    watching = Watching(core.desk, messenger, core.store)
    syncing = Syncing(connection, core.desk.commands, core.store)

    async def listen() -> None:
        if settings.sync_commands:
            await _publish(syncing)
        elif not await syncing.is_current():
            log.warning("the commands are new or have changed: run `undertone sync-commands`")
        await connection.listen()

    async def reach() -> None:
        await connection.client()

    operating = Operating(reach, syncing.publish, syncing.invitations)
    try:
        yield Platform(messenger, listen, check=connection.check, operating=operating)
    finally:
        await connection.close()


async def _publish(syncing: Syncing) -> None:
    """What cannot be published must not keep those waiting who know the commands already."""
    try:
        if await syncing.publish():
            log.info("commands published")
    except Fault as error:
        log.exception("commands not published", extra={"detail": error.problem.detail})
