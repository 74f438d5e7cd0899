"""What files cost while they come in."""

import ssl

from adapters.telegram.connection import Connection
from adapters.telegram.fetching import Fetching
from tests.fakes.telegram import FakeTelegram


async def test_certificates_are_read_at_the_start_and_not_for_each_file(monkeypatch):
    read = []
    async with FakeTelegram.running() as fake:
        connection = Connection(fake.token, fake.base, is_local=False)
        monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_args: read.append(1))
        ada = fake.add_user("Ada")
        sent = fake.document(fake.private(ada), ada, fake.file(b"sound", "a.wav"))
        fetching = Fetching(connection, is_own=False)
        came = b"".join([part async for part in fetching.file(sent.file.id, "a.wav")])
        await connection.close()
    assert (came, read) == (b"sound", [])
