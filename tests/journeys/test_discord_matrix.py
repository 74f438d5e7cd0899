"""Every command, by everybody: only the right ones act, and a refusal changes nothing."""

from dataclasses import replace

import pytest
import pytest_asyncio

from services.model import Clip, JobId, State, Track
from services.problems import Code, Fault
from tests.fakes.at_discord import at_discord
from tests.fakes.discord import FakeDiscord
from tests.fakes.jobs import START, a_job
from tests.journeys.discord_matrix import EVERYBODY, WHO, cells
from tests.journeys.discord_room import Room, noise
from tests.journeys.test_job_life import copying

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANAGE = 1 << 5
ROLE = str(10**17 + 7)
# What tells that somebody may not; everything else that goes wrong fails the test.
REFUSALS = (Code.NOT_ADMIN, Code.NOT_YOURS, Code.NO_SUCH_JOB)


class Matrix:
    """One application, a guild that somebody looks after, and all who might try something."""

    def __init__(self, here, room, data) -> None:
        self.here, self.room, self.data = here, room, data
        discord = room.discord
        self.elsewhere = discord.add_guild()
        foreign = discord.add_guild(bot=False)
        people = {name: discord.add_user(name.title()) for name in WHO[1:]} | {"owner": room.ada}
        channels = {
            "stranger": discord.add_channel(self.elsewhere),
            "guest": discord.add_channel(foreign),
            "private": discord.dm(people["private"]),
        }
        rights = {"admin": MANAGE, "stranger": MANAGE, "guest": MANAGE}
        self.places = {
            name: (
                {"user": people[name], "channel": channels.get(name, room.channel)},
                {
                    "permissions": rights.get(name, 0),
                    "user_install": name == "guest",
                },
            )
            for name in WHO
        }
        self.said: dict[str, str] = {}
        self._count = 0
        self._listen(here.app.desk)

    def _listen(self, desk) -> None:
        """Write down what the desk says to each event."""
        handle, check = desk.handle, desk.check

        def checking(ask):
            try:
                return check(ask)
            except Fault as error:
                self.said[ask.event] = error.problem.code
                raise

        async def handling(ask):
            try:
                cards = await handle(ask)
            except Fault as error:
                self.said[ask.event] = error.problem.code
                raise
            self.said[ask.event] = ""
            return cards

        desk.check, desk.handle = checking, handling

    async def job(self, kind: str) -> JobId:
        """A job of the owner in the guild."""
        self._count += 1
        key, place = f"made/{self._count}", self.room
        await self.here.app.files.put(key, _bytes(self.data))
        clip = Clip(key, "a.wav", len(self.data), 1.0, 48_000, 1, "wav", "pcm_s16le")
        tracks = tuple(
            Track(part, key, f"a.{part}.wav", "wav", "audio/wav", len(self.data), 1.0)
            for part in ("clean", "residual")
        )
        base = a_job(1000 + self._count)
        made = replace(
            base,
            dedupe=f"discord:made-{self._count}:0",
            address=replace(
                base.address,
                platform="discord",
                space=str(place.guild.id),
                chat=str(place.channel.id),
                route={"until": base.created_at.isoformat(), "is_open": "1"},
            ),
            person=replace(base.person, id=str(place.ada.id)),
            source=replace(base.source, key=key),
            created_at=self.here.app.now(),
            clip=clip,
        )
        changes = {
            "open": {"state": State.QUEUED},
            "asked": {"state": State.QUEUED, "awaits": True},
            "done": {"state": State.DONE, "outcome": tracks, "done_at": self.here.app.now()},
        }
        made = replace(made, **changes[kind])
        await self.here.app.store.write(lambda tx: tx.add(made))
        return made.id

    async def state(self):
        """All that is kept of the guild: settings, audit log, gifts, jobs."""
        guild = str(self.room.guild.id)

        def read(tx):
            alias = tx.alias("discord", "space", guild)
            jobs = tx.jobs_in("discord", guild, START, 10_000)
            return (
                dict(tx.space("discord", guild)),
                tx.changes("discord", guild, 10_000),
                tx.grants(f"space:{alias}", self.here.app.now()),
                {job.id: (job.state, job.outcome, job.awaits, job.purged) for job in jobs},
            )

        return await self.here.app.store.read(read)

    async def tries(self, who: str, cell):
        """What came of it: the refusal, and whether anything of the guild is different now."""
        options = {"job": await self.job(cell.job)} if cell.job else {}
        await self._begin(cell)
        before = await self.state()
        sent = self._sent(who, cell, options)
        discord = self.room.discord
        await discord.until(lambda: str(sent.id) in self.said)
        await discord.until(lambda: sent.answered is not None)
        refusal = self.said[str(sent.id)]
        assert refusal in ("", *REFUSALS), f"{who}: {cell.name}: {refusal}"
        if refusal:
            await sent.shows(lambda shown: shown.ephemeral)
        return refusal, before != await self.state()

    async def _begin(self, cell) -> None:
        """The guild as if nobody had tried anything; with what is to be taken away."""
        room = self.room

        def change(tx):
            alias = tx.alias("discord", "person", str(room.bob.id))
            access = {
                "channels": {"allow": [str(room.channel.id)]},
                "roles": {"allow": [ROLE]},
                "people": {"allow": [alias]},
                "bans": [alias],
            }
            kept = {"access": access, "quota": {"space": {"month": 1.0}}}
            tx.put_space("discord", str(room.guild.id), kept if cell.takes_away else {})

        await self.here.app.store.write(change)

    def _sent(self, who: str, cell, options):
        discord, (where, about) = self.room.discord, self.places[who]
        if cell.by_press:
            message = discord.say(where["channel"], where["user"], content="pressed on")
            return discord.forge(message, cell.pressed(options), user=where["user"], **about)
        given = {**cell.options, **options}
        name = " ".join(filter(None, (cell.command, given.pop("do", ""))))
        if cell.file:
            is_sound = cell.command != "settings"
            kind = ("a.wav", "audio/wav") if is_sound else ("s.json", "application/json")
            given["file"] = discord.attach(cell.file, name=kind[0], content_type=kind[1])
        return discord.slash(name, given, **where, **about)

    @property
    def cells(self):
        """Everything that can be tried."""
        commands, nobody = self.here.app.desk.commands, str(self.room.bob.id)
        return cells(commands, nobody, ROLE, str(self.room.channel.id), self.data)


async def _bytes(data):
    yield data


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def matrix(tmp_path_factory):
    """Where nobody works, nothing changes but by those who try."""
    folder = tmp_path_factory.mktemp("matrix")
    data = noise(folder, 0.1)
    unlimited = {"max_active_jobs_per_user": "unlimited"}
    async with FakeDiscord.running() as fake:
        room = Room(fake)
        more = {"sync_commands": True}
        async with at_discord(
            folder, fake, copying(folder), works=False, more=more, quota=unlimited
        ) as here:
            yield Matrix(here, room, data)
        assert fake.broken == []


@pytest.mark.parametrize("who", WHO)
async def test_only_the_right_ones_act(matrix, who):
    found, expected = {}, {}
    for cell in matrix.cells:
        refusal, is_changed = await matrix.tries(who, cell)
        found[cell.name] = ("done" if not refusal else "refused", is_changed)
        expected[cell.name] = ("done" if who in cell.may else "refused", who in cell.changes)
    assert found == expected


async def test_nothing_is_left_out(matrix):
    tried = {(cell.command, cell.options.get("do", "")) for cell in matrix.cells}
    commands = [one for one in matrix.here.app.desk.commands if one.is_offered]
    known = {(one.name, group) for one in commands for group in one.groups or [""]}
    assert tried == known
    assert {who for cell in matrix.cells for who in cell.may} == EVERYBODY


@pytest.mark.parametrize("who", ["member", "stranger", "guest", "private"])
async def test_a_job_of_somebody_else_is_refused_by_the_right_words(matrix, who):
    codes = set()
    for cell in matrix.cells:
        if cell.job:
            codes.add((await matrix.tries(who, cell))[0])
    # Who sees it in the same place may learn that it is there; nobody else.
    assert codes == {Code.NOT_YOURS if who == "member" else Code.NO_SUCH_JOB}
