"""A small internet on loopback: names, public addresses, certificates, and who connected where."""

import asyncio
import socket
import ssl
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.fetcher import WebFetcher
from tests.hostile.links import PUBLIC

WAV = b"RIFF\x24\x08\0\0WAVEfmt " + bytes(range(256)) * 8


class Dns:
    """Answers question after question; the last answer stays."""

    def __init__(self, *answers):
        self.answers = answers or ((PUBLIC,),)
        self.asked = []

    async def __call__(self, host, port):
        self.asked.append(host)
        return list(self.answers[min(len(self.asked), len(self.answers)) - 1])


class Net:
    """Makes the sockets; whatever public address they go for, they end at our own server."""

    def __init__(self, ports=None):
        self.ports = ports or {}  # by the port that was meant
        self.reached = []  # where they went for

    def __call__(self, info):
        _, kind, protocol, _, address = info
        self.reached.append(address[0])
        if address[1] not in self.ports:
            raise OSError(111, "nobody is there")
        return _Detour(self.ports[address[1]], socket.AF_INET, kind, protocol)


class _Detour(socket.socket):
    def __init__(self, port, *about):
        super().__init__(*about)
        self._port = port

    def connect(self, address):
        return super().connect(("127.0.0.1", self._port))


async def gathered(stream):
    """All the bytes."""
    return b"".join([piece async for piece in stream])


class Site:
    """A server with one answer, by http and https, and a fetcher that finds it."""

    def __init__(self, net, context):
        self.net = net
        self.dns = Dns()
        self.context = context
        self.requests = []
        self.greeted = []  # names by SNI
        self.handle = None
        self.left = None

    def fetcher(self, private=()):
        return WebFetcher(private, resolve=self.dns, open_socket=self.net, context=self.context)

    async def answer(self, request):
        self.requests.append(request)
        return await self.handle(request)

    def says(self, body=WAV, status=200, **headers):
        """From now on, this."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def handle(request):
            return web.Response(body=body, status=status, headers=named)

        self.handle = handle

    def never_ends(self):
        """From now on, more and more, until the other side has left."""
        self.left = asyncio.Event()

        async def handle(request):
            answer = web.StreamResponse()
            await answer.prepare(request)
            try:
                while True:
                    await answer.write(WAV * 100)
                    await asyncio.sleep(0)  # or else nobody learns that the other side has left
            except ConnectionResetError:
                return answer
            finally:
                self.left.set()

        self.handle = handle

    def sends(self, raw, *, ends=True):
        """From now on, these very bytes on the wire."""

        async def handle(request):
            request.transport.write(raw)
            if ends:
                request.transport.close()
            await asyncio.Event().wait()

        self.handle = handle


@asynccontextmanager
async def site(folder):
    """A site whose certificate is for sound.example and below."""
    server, client = contexts(folder)
    app = web.Application()
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    made = Site(Net(), client)
    server.sni_callback = lambda _socket, name, _context: made.greeted.append(name)
    app.router.add_route("*", "/{rest:.*}", made.answer)
    await runner.setup()
    try:
        for port, context in ((80, None), (443, server)):
            listener = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
            await listener.start()
            made.net.ports[port] = runner.addresses[-1][1]
        made.says()
        yield made
    finally:
        await runner.cleanup()


def contexts(folder):
    """For the server and for those who trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sound.example")])
    now = datetime.now(UTC)
    names = [x509.DNSName("sound.example"), x509.DNSName("*.sound.example")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "site.pem"
    path.write_bytes(private + certificate)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cadata=certificate.decode())
