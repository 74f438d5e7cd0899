"""Every command on Telegram as everybody: played once in one application, for tests to look at.

Each command has a group of its own, so that what one does nobody else sees. Before and after each
round all that is kept of each group is compared.
"""

import json
from dataclasses import dataclass
from functools import partial

from adapters.pressing import Press
from adapters.telegram import keyboard
from services.commands.command import Takes
from services.model import Address, Ask, Person, Source
from tests.fakes.at_telegram import at_telegram
from tests.fakes.every_command import OF_JOB, PAPER, UNHEARD, Watched, options_of, table
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.model import Message
from tests.journeys.telegram_room import note

BOT = "@undertone_bot"
BEGIN = {"quota": {"each": {"day": 9.0}}}  # what each group has set at the beginning of a round
TYPED = ("admin types", "member types", "hidden types", "guest types", "private types")
# Who may act comes last, so that there is something left to refuse the others.
PRESSED = (
    *("member presses", "stranger presses", "private presses"),
    *("hidden presses", "admin presses"),
)
WHO = (*TYPED, *PRESSED)


@dataclass
class Stage:
    """One command with a group, its people and a job of somebody else there."""

    name: str
    options: dict
    takes: Takes
    group: object
    elsewhere: object
    admin: object
    member: object
    stranger: object
    asker: object
    their: object
    voice: object
    paper: object
    job: str = ""

    @property
    def command(self):
        return self.name.split()[0]

    @property
    def words(self):
        pairs = " ".join(f"{name}={one}" for name, one in self.options.items())
        return f"/{self.command}{BOT} {pairs}".strip()


@dataclass(frozen=True)
class Cell:
    """What became of one command of one person.

    changed: whether the group looks different. answered: what a press was answered with.
    """

    outcome: str
    changed: bool
    answered: str


def stage(telegram, name, takes):
    """A group in which nothing happened yet."""
    admin, member, stranger = (telegram.add_user(one) for one in ("Ada", "Bob", "Eve"))
    carol = telegram.add_user("Carol")
    group = telegram.add_group(admins=[admin], members=[member, carol], forum=True)
    elsewhere = telegram.add_group("Elsewhere", members=[member])
    elsewhere.bot_is_here = False
    file = telegram.file(json.dumps(PAPER).encode(), "s.json", "application/json")
    return Stage(
        name,
        options_of(name),
        takes,
        group,
        elsewhere,
        admin,
        member,
        stranger,
        carol,
        telegram.add_group("Theirs", admins=[stranger]),
        telegram.voice(group, carol, telegram.file(note())),
        telegram.document(group, carol, file),
    )


def says(telegram, one, chat, user, **more):
    """Types the command, in answer to what it works on."""
    about = {Takes.SOUND: one.voice, Takes.FILE: one.paper}.get(one.takes)
    return telegram.say(chat, user, one.words, reply_to=about, **more)


def alone(telegram, one):
    """The same in private, where there is nothing to answer."""
    chat = telegram.private(one.member)
    if one.takes is Takes.SOUND:
        return telegram.voice(chat, one.member, telegram.file(note()), caption=one.words)
    return telegram.say(chat, one.member, one.words)


def as_guest(telegram, one):
    voice = telegram.voice(one.elsewhere, one.member, telegram.file(note()))
    words = one.words.replace(BOT, "")
    return telegram.guest(one.elsewhere, one.member, f"{BOT} {words}", reply_to=voice)


def presses(telegram, one, chat, user, answers=None):
    """A press that no button of ours offers, on a message that answers this one."""
    of = {"job": one.job} if one.command in OF_JOB else {}
    data = keyboard.write(Press(one.command, {**one.options, **of}))
    ours = Message(0, chat, telegram.bot, telegram.now(), text="ours", reply_to=answers)
    telegram.keep(ours)
    return telegram.forge(user, chat, data)


def presses_hidden(telegram, one):
    """The same of an admin on what answers words of the group itself."""
    words = Message(0, one.group, telegram.anonymous(one.group), telegram.now(), text="ours")
    return presses(telegram, one, one.group, one.admin, telegram.keep(words))


ROUNDS = {
    "admin types": lambda fake, one: says(fake, one, one.group, one.admin),
    "member types": lambda fake, one: says(fake, one, one.group, one.member),
    "hidden types": lambda fake, one: says(fake, one, one.group, fake.anonymous(one.group)),
    "guest types": as_guest,
    "private types": alone,
    "hidden presses": presses_hidden,
    "admin presses": lambda fake, one: presses(fake, one, one.group, one.admin),
    "member presses": lambda fake, one: presses(fake, one, one.group, one.member),
    "stranger presses": lambda fake, one: presses(fake, one, one.their, one.stranger),
    "private presses": lambda fake, one: presses(fake, one, fake.private(one.member), one.member),
}


async def looks(here, one):
    """All that is kept of the group."""
    space = str(one.group.id)
    since = here.app.now().replace(year=2000)

    def read(tx):
        jobs = tx.jobs_in("telegram", space, since, 100)
        return tx.space("telegram", space), tx.changes("telegram", space, 100), jobs

    return await here.app.store.read(read)


async def job_in(here, one):
    """Somebody else's job there."""
    at = Address("telegram", str(one.group.id), str(one.group.id), {"is_group": "1"})
    source = Source("a.ogg", ref='{"file": "x"}')
    ask = Ask("denoise", {}, (source,), Person(str(one.asker.id)), at, f"of {one.name}")
    (card,) = await here.app.desk.handle(ask)
    return card.job


async def played(folder):
    """Every cell, by command and who."""
    settings = {"guest_mode": True}
    async with FakeTelegram.running() as telegram:
        async with at_telegram(folder, telegram, works=False, more=settings) as here:
            by_name = {command.name: command for command in here.app.desk.commands}
            stages = [stage(telegram, name, by_name[name.split()[0]].takes) for name in table()]
            for one in stages:
                one.job = await job_in(here, one)
            watched, found = Watched(here.app.desk), {}
            for who in WHO:
                found |= await _round(telegram, here, watched, stages, who)
        assert telegram.broken == []
    return found


def _begin(space, tx):
    tx.put_space("telegram", space, BEGIN)


async def _round(telegram, here, watched, stages, who):
    for one in stages:
        await here.app.store.write(partial(_begin, str(one.group.id)))
    before = [await looks(here, one) for one in stages]
    acts = [ROUNDS[who](telegram, one) for one in stages]
    await telegram.until(lambda: telegram.taken >= acts[-1].update_id, timeout=120)
    after = [await looks(here, one) for one in stages]
    return {
        (one.name, who): Cell(
            watched.said.get(f"{telegram.bot.id}:{act.update_id}", UNHEARD),
            was != now,
            getattr(act, "answered", "") or "",
        )
        for one, act, was, now in zip(stages, acts, before, after, strict=True)
    }
