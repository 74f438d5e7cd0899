"""Opens the web chat."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from adapters.plugin import Core, Platform, PlatformPlugin
from adapters.remote import is_loopback
from adapters.web import pages
from adapters.web.asks import Asking
from adapters.web.board import Board
from adapters.web.copies import Copies
from adapters.web.guard import Guard
from adapters.web.messenger import WebMessenger
from adapters.web.routes import Chat
from adapters.web.settings import WebSettings, password_of
from adapters.web.sounds import Sounds
from adapters.web.uploads import Uploads
from adapters.web.visitors import Visitors

# Of one upload where strangers may come; at the machine itself there is no limit.
MOST_BYTES = 200 * 1024 * 1024


@asynccontextmanager
async def open_web(settings: WebSettings, core: Core) -> AsyncIterator[Platform]:
    """The web chat, ready to be served.

    Raises `ValueError` where it could be reached by others and has no password.
    """
    password = password_of(settings, core.http_host, core.public_url)
    is_local = password is None
    board = Board()
    messenger = WebMessenger(core.store, board, core.now)
    uploads = Uploads(core.files, core.signer, core.now, None if is_local else MOST_BYTES)
    chat = Chat(
        store=core.store,
        board=board,
        visitors=Visitors(
            core.signer,
            core.now,
            password=password,
            port=core.http_port,
            is_secure=(core.public_url or "").startswith("https://"),
            proxies=core.trusted_proxies,
        ),
        uploads=uploads,
        asking=Asking(core.desk, messenger, uploads),
        sounds=Sounds(core.store, core.files, Copies(core.files, core.workers)),
        files=pages.load(),
        is_local=is_local,
    )
    guard = Guard(core.http_host, core.public_url)
    yield Platform(messenger, board.hold_open, chat.routes(guard), partial(_ready_line, core))
    board.close()


def _ready_line(core: Core, port: int) -> str:
    is_local = is_loopback(core.http_host)
    host = "127.0.0.1" if is_local else core.http_host
    address = core.public_url or f"http://{host}:{port}"
    reached = " (from this machine only)" if is_local and core.public_url is None else ""
    return f"Web chat: {address.rstrip('/')}/{reached}"


PLUGIN = PlatformPlugin(
    name="web",
    settings=WebSettings,
    is_on=lambda settings: settings.enabled is not False,
    open=open_web,
)
