"""What a page does, without a browser."""

import json
import uuid
from contextlib import asynccontextmanager

from tests.fakes.desk import wav


class Browser:
    """One visitor."""

    def __init__(self, client, house) -> None:
        self.client = client
        self.house = house
        self.origin = str(client.make_url("/")).rstrip("/")

    async def boot(self, **query):
        """The page's first question."""
        async with self.client.get("/chat/boot", params=query) as answer:
            return answer.status, await answer.json()

    async def post(self, path, *, origin="", headers=None, **rest):
        """A POST as our page sends it, unless another origin is given."""
        sent = {"Origin": origin or self.origin, **(headers or {})}
        async with self.client.post(path, headers=sent, **rest) as answer:
            return answer.status, await answer.json()

    async def upload(self, body=b"RIFF", name="talk.wav"):
        """Bring a file; returns its slip."""
        status, slip = await self.post("/chat/files", params={"name": name}, data=body)
        assert status == 200, slip
        return slip

    async def ask(self, text="", files=(), event="", **rest):
        """Ask for something; returns the status."""
        body = {
            "text": text,
            "files": [slip["id"] for slip in files],
            "event": event or str(uuid.uuid4()),
            **rest,
        }
        return (await self.post("/chat/asks", json=body))[0]

    async def messages(self, after=0, **query):
        """The chat as it stands, in the order in which it was told."""
        async with self.events(after, **query) as events:
            found = []
            async for one in events:
                if one.name == "ready":
                    return found
                found.append(one)
        raise AssertionError("the stream ended")

    async def shown(self, **query):
        """What the messages hold."""
        return [one.data for one in await self.messages(**query)]

    @asynccontextmanager
    async def events(self, after=0, **query):
        """Follow the chat."""
        headers = {"Last-Event-ID": str(after)} if after else {}
        async with self.client.get("/chat/events", headers=headers, params=query) as answer:
            assert answer.status == 200
            yield read(answer.content)

    async def cleaned(self, *, seconds=2.0, parts=None, text="/denoise format=wav"):
        """A finished job of this visitor; returns its card."""
        slip = await self.upload(wav(seconds))
        await self.ask(text, [slip])
        job_id = (await self.shown())[-1]["job"]
        job = await self.house.bench.start(job_id, seconds)
        await self.house.bench.finish(job_id, parts or {"clean": wav(seconds)})
        card = await self.house.bench.card(job_id)
        await self.house.platform.messenger.edit(job.address, job.card, card)
        return (await self.shown())[-1]


class Event:
    """One server-sent event."""

    def __init__(self, lines) -> None:
        fields = dict(line.split(": ", 1) for line in lines if not line.startswith(":"))
        self.name = fields.get("event", "")
        self.id = int(fields["id"]) if "id" in fields else None
        self.data = json.loads(fields.get("data", "{}"))


async def read(content):
    """Server-sent events as they come."""
    lines = []
    async for raw in content:
        line = raw.decode().rstrip("\n")
        if line:
            lines.append(line)
            continue
        event = Event(lines)
        lines = []
        if event.name:
            yield event
