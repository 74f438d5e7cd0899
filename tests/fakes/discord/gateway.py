"""The gateway: sessions, events and every way to lose a connection."""

import asyncio
import contextlib
import json
import secrets
import time
import zlib
from collections import deque
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord import payloads
from tests.fakes.discord.cutting import cut
from tests.fakes.discord.model import PRIVILEGED

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT = 0, 1, 2, 6, 7
MEMBERS, INVALID, HELLO, ACK = 8, 9, 10, 11


class Connection:
    """One websocket; what it sends leaves in order from a task of its own."""

    def __init__(self, socket: web.WebSocketResponse, transport, zipped: bool) -> None:
        self.socket = socket
        self.transport = transport
        self.lost = False
        self.acks = True
        self.muted = False
        self.sends: deque[float] = deque()
        self._zip = zlib.compressobj() if zipped else None
        self._queue: asyncio.Queue[tuple[dict[str, Any], Any]] = asyncio.Queue()

    def put(self, frame: dict[str, Any], interaction=None) -> None:
        if not self.muted:
            self._queue.put_nowait((frame, interaction))

    async def write(self) -> None:
        while True:
            frame, interaction = await self._queue.get()
            if self.muted:
                continue
            if interaction is not None:
                interaction.sent = time.monotonic()
            text = json.dumps(frame)
            if self._zip is None:
                await self.socket.send_str(text)
            else:
                packed = self._zip.compress(text.encode())
                await self.socket.send_bytes(packed + self._zip.flush(zlib.Z_SYNC_FLUSH))

    def reset(self) -> None:
        cut(self.transport)


class Session:
    """What a client may resume: its events, whether it heard them or not."""

    def __init__(self, intents: int, shard: list[int]) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.seq = 0
        self.events: list[tuple[dict[str, Any], Any]] = []
        self.connection: Connection | None = None

    @property
    def is_connected(self) -> bool:
        return self.connection is not None and not self.connection.lost

    def send(self, name: str, data: Any, interaction=None) -> None:
        self.seq += 1
        frame = {"op": DISPATCH, "t": name, "s": self.seq, "d": data}
        self.events.append((frame, interaction))
        if self.is_connected:
            assert self.connection
            self.connection.put(frame, interaction)


class Gateway:
    """All sessions of the bot."""

    def __init__(self, world) -> None:
        self._world = world
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self.identifies = 0
        self.resumes = 0
        self.intents = 0

    @property
    def sessions(self) -> list[Session]:
        return list(self._sessions.values())

    @property
    def is_connected(self) -> bool:
        """Whether every shard has a client that listens."""
        here = {one.shard[0] for one in self.sessions if one.is_connected}
        return here >= set(range(self._world.shards))

    def dispatch(self, name: str, data, guild=None, *, interaction=None, needs: int = 0) -> None:
        """Send an event to every session that it concerns; `data` may depend on the session."""
        for one in self.sessions:
            number, count = one.shard
            wanted = (guild.id >> 22) % count if guild else 0
            if number == wanted and (not needs or one.intents & needs):
                said = data(one) if callable(data) else data
                one.send(name, said, interaction)

    # One connection, from its HELLO to its end.

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self._world.gateway_down:
            return web.Response(status=503)
        socket = web.WebSocketResponse(compress=False, max_msg_size=4096 * 16)
        await socket.prepare(request)
        zipped = request.query.get("compress") == "zlib-stream"
        connection = Connection(socket, request.transport, zipped)
        self._connections.add(connection)
        writing = asyncio.create_task(connection.write())
        interval = round(self._world.heartbeat * 1000)
        connection.put({"op": HELLO, "d": {"heartbeat_interval": interval, "_trace": []}})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._received(connection, json.loads(message.data))
        finally:
            self._connections.discard(connection)
            self._ended(connection)
            writing.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await writing
        return socket

    def _ended(self, connection: Connection) -> None:
        # A client that says goodbye gives up its session; a lost one may come back.
        goodbye = not connection.lost and connection.socket.close_code in (1000, 1001)
        connection.lost = True
        for one in self.sessions:
            if one.connection is connection:
                one.connection = None
                if goodbye:
                    del self._sessions[one.id]

    async def _received(self, connection: Connection, frame: dict[str, Any]) -> None:
        op, data = frame["op"], frame.get("d")
        if self._is_flooding(connection):
            self._world.breach("gateway: too many sends")
            await connection.socket.close(code=4008)
        elif op == HEARTBEAT:
            if connection.acks:
                connection.put({"op": ACK})
        elif op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)

    def _is_flooding(self, connection: Connection) -> bool:
        now, limits = time.monotonic(), self._world.limits
        connection.sends.append(now)
        while connection.sends[0] < now - limits.gateway_seconds:
            connection.sends.popleft()
        return len(connection.sends) > limits.gateway_sends

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> None:
        if data["token"] != self._world.token:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
            return
        intents, shard = data["intents"], data.get("shard", [0, 1])
        if intents & PRIVILEGED & ~sum(self._world.privileged):
            await connection.socket.close(code=4014, message=b"Disallowed intent(s).")
            return
        self.identifies += 1
        self.intents = intents
        for one in self.sessions:
            if one.shard == shard and not one.is_connected:
                del self._sessions[one.id]
        session = Session(intents, shard)
        session.connection = connection
        self._sessions[session.id] = session
        self._welcome(session)

    def _welcome(self, session: Session) -> None:
        world, (number, count) = self._world, session.shard
        guilds = [one for one in world.guilds.values() if one.present]
        mine = [one for one in guilds if (one.id >> 22) % count == number]
        ready = {
            "v": 10,
            "user": payloads.user(world.bot),
            "guilds": [{"id": str(one.id), "unavailable": True} for one in mine],
            "session_id": session.id,
            "resume_gateway_url": world.gateway_url,
            "shard": session.shard,
            "application": {"id": str(world.application_id), "flags": 0},
        }
        session.send("READY", ready)
        for one in mine:
            session.send("GUILD_CREATE", payloads.guild(one, world.channels_of(one), world.bot))

    def _resume(self, connection: Connection, data: dict[str, Any]) -> None:
        session = self._sessions.get(data["session_id"])
        if session is None or data["token"] != self._world.token:
            connection.put({"op": INVALID, "d": False})
            return
        self.resumes += 1
        if session.connection is not None:
            session.connection.lost = True
        session.connection = connection
        for frame, interaction in session.events:
            if frame["s"] > data["seq"]:
                connection.put(frame, interaction)
        session.send("RESUMED", {"_trace": []})

    # Losing connections.

    async def drop(self, how: str, code: int) -> None:
        for one in self.sessions:
            if one.connection is not None:
                await self._drop(one, one.connection, how, code)

    async def _drop(self, session: Session, connection: Connection, how: str, code: int) -> None:
        if how != "zombie":
            connection.lost = True
        match how:
            case "close":
                await connection.socket.close(code=code)
            case "reset":
                connection.reset()
            case "reconnect":
                connection.put({"op": RECONNECT, "d": None})
            case "invalid":
                self._sessions.pop(session.id, None)
                connection.put({"op": INVALID, "d": False})
            case "invalid_resumable":
                connection.put({"op": INVALID, "d": True})
            case "silent":
                connection.acks, connection.muted = False, True
            case "zombie":
                connection.acks = False
            case _:
                raise AssertionError(f"There is no way to drop called {how!r}.")

    async def stop(self) -> None:
        for one in list(self._connections):
            one.lost = True
            one.reset()
