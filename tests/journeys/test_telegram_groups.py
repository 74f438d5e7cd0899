"""Groups on Telegram: topics, people who are named, answers that only one person reads."""

import json
from datetime import timedelta

import pytest

from services import announcer, spaces
from services.model import Address, Receipt
from services.showing import Card, Document, Text
from tests.fakes.at_telegram import at_telegram
from tests.journeys.telegram_room import answers, note
from tests.journeys.test_job_life import copying


@pytest.fixture
def bob(telegram):
    return telegram.add_user("Bob")


@pytest.fixture
def group(telegram, ada, bob):
    return telegram.add_group(admins=[ada], members=[bob])


def kept(here, space):
    """What a space has set."""
    return here.app.store.read(lambda tx: tx.space("telegram", str(space)))


async def taken(telegram):
    """Wait until everything that happened was done with."""
    await telegram.until(lambda: telegram.taken >= max(telegram.updates.every))


async def alias(here, user):
    return await here.app.store.read(lambda tx: tx.alias("telegram", "person", str(user.id)))


async def put(here, space, settings):
    await here.app.store.write(lambda tx: tx.put_space("telegram", str(space), settings))


async def banned(here, group, user):
    """Keep somebody out."""

    def change(tx):
        named = tx.alias("telegram", "person", str(user.id))
        tx.put_space("telegram", str(group.id), {"access": {"bans": [named]}})

    await here.app.store.write(change)


# Topics


@pytest.mark.parametrize("is_general", [True, False], ids=["general", "topic"])
async def test_a_topic_can_be_closed(telegram, ada, bob, is_general, tmp_path):
    forum = telegram.add_group(admins=[ada], members=[bob], forum=True)
    topic = telegram.add_topic(forum, "Songs")
    closed, other = (None, topic) if is_general else (topic, None)
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        telegram.say(forum, ada, "/settings@undertone_bot channels deny", thread=closed)
        await telegram.shows(forum, lambda one: one.by_bot)
        for thread in (closed, other):
            voice = telegram.voice(forum, bob, telegram.file(note()), thread=thread)
            telegram.say(forum, bob, "/denoise@undertone_bot", reply_to=voice, thread=thread)
        refused = await telegram.shows(forum, lambda one: "not work in this" in one.text)
        await taken(telegram)
        (job,) = await here.jobs()
    assert refused.thread == closed
    assert job.address.corners == (str(other or 1),)


async def test_a_plain_group_has_no_corners(telegram, group, bob, tmp_path):
    voice = telegram.voice(group, bob, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        telegram.say(group, bob, "/denoise@undertone_bot", reply_to=voice)
        await taken(telegram)
        (job,) = await here.jobs()
    assert job.address.corners == ()


# Whom a command is about


async def test_an_answer_names_whoever_is_answered(telegram, group, ada, bob, tmp_path):
    said = telegram.say(group, bob, "hello")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        telegram.say(group, ada, "/quota@undertone_bot user day=5", reply_to=said)
        await telegram.shows(group, lambda one: one.by_bot)
        telegram.say(group, ada, "/settings@undertone_bot bans add", reply_to=said)
        await telegram.until(lambda: len(answers(telegram, group)) == 2)
        settings, named = await kept(here, group.id), await alias(here, bob)
    assert settings["quota"]["people"] == {named: {"day": 5.0}}
    assert settings["access"]["bans"] == [named]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("/quota@undertone_bot user Bob Ray day=5", id="after the word"),
        pytest.param("/quota@undertone_bot user user=Bob Ray day=5", id="as an option"),
    ],
)
async def test_a_mention_without_a_name_is_that_person(telegram, group, ada, bob, words, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        telegram.say(group, ada, words, naming={"Bob Ray": bob})
        await telegram.shows(group, lambda one: one.by_bot)
        settings, named = await kept(here, group.id), await alias(here, bob)
    assert settings["quota"]["people"] == {named: {"day": 5.0}}


async def test_a_name_that_telegram_tells_is_known_and_others_are_not(
    telegram, group, ada, bob, tmp_path
):
    said = telegram.say(group, bob, "hello")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        telegram.say(group, ada, "/quota@undertone_bot user @carl day=5", reply_to=said)
        shown = await telegram.shows(group, lambda one: one.by_bot)
        before = await kept(here, group.id)
        telegram.say(group, ada, "/quota@undertone_bot user @Bob day=5", reply_to=said)
        await telegram.until(lambda: len(answers(telegram, group)) == 2)
        settings, named = await kept(here, group.id), await alias(here, bob)
    assert "carl" in shown.text
    assert "Answer a message of theirs" in shown.text
    assert before == {}
    assert settings["quota"]["people"] == {named: {"day": 5.0}}


async def test_what_is_not_about_people_names_nobody(telegram, group, ada, bob, tmp_path):
    said = telegram.say(group, bob, "hello")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        telegram.say(group, ada, "/quota@undertone_bot set @bob day=5", reply_to=said)
        refused = await telegram.shows(group, lambda one: one.by_bot)
        before = await kept(here, group.id)
        telegram.say(group, ada, "/quota@undertone_bot set day=5", reply_to=said)
        await telegram.until(lambda: len(answers(telegram, group)) == 2)
        settings = await kept(here, group.id)
    assert "bob" in refused.text
    assert before == {}
    assert settings["quota"] == {"each": {"day": 5.0}}


async def test_in_a_topic_nobody_is_named_who_was_not_answered(telegram, ada, tmp_path):
    forum = telegram.add_group(admins=[ada], forum=True)
    topic = telegram.add_topic(forum, "Songs")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        telegram.say(forum, ada, "/quota@undertone_bot user day=5", thread=topic)
        shown = await telegram.shows(forum, lambda one: one.by_bot)
        settings = await kept(here, forum.id)
    assert "user" in shown.text
    assert settings == {}


async def test_an_answer_to_a_hidden_admin_means_the_group(telegram, group, ada, tmp_path):
    said = telegram.say(group, telegram.anonymous(group), "hello")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        telegram.say(group, ada, "/quota@undertone_bot user day=5", reply_to=said)
        await telegram.shows(group, lambda one: one.by_bot)
        settings = await kept(here, group.id)
        named = await here.app.store.read(lambda tx: tx.alias("telegram", "person", str(group.id)))
    assert settings["quota"]["people"] == {named: {"day": 5.0}}


# A hidden admin


async def test_a_hidden_admin_sets_for_the_group_and_uses_its_panel(
    telegram, group, ada, bob, tmp_path
):
    hidden = telegram.anonymous(group)
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        telegram.say(group, hidden, "/settings@undertone_bot who=here strength=strong")
        panel = await telegram.shows(group, lambda one: one.by_bot)
        menu = next(one for one in panel.buttons if "reset" in one)
        strange = telegram.press(panel, menu, bob)
        await telegram.until(lambda: strange.answered)
        telegram.press(panel, menu, ada)
        opened = await telegram.shows(group, lambda one: "Podcast" in one.buttons)
        pressed = telegram.press(opened, "Podcast", ada)
        await telegram.until(lambda: pressed.answered is not None)
        settings = await kept(here, group.id)
        own = [await kept(here, spaces.own_of(str(one))) for one in (group.id, ada.id)]
    assert settings["habits"] == {"strength": "strong", "preset": "podcast"}
    assert own == [{}, {}]


async def test_the_groups_minutes_count_for_a_hidden_admin_and_no_persons(
    telegram, group, bob, tmp_path
):
    hidden = telegram.anonymous(group)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        limits = {"each": {"day": 0.0}, "space": {"month": 10.0}}
        await put(here, group.id, {"quota": limits})
        for who in (hidden, bob):
            voice = telegram.voice(group, who, telegram.file(note()))
            telegram.say(group, who, "/denoise@undertone_bot", reply_to=voice)
        jobs = await here.done(2)
        lines = await here.app.store.read(lambda tx: [tx.lines(one.id) for one in jobs])
        place = await here.app.store.read(lambda tx: tx.alias("telegram", "space", str(group.id)))
    by_person = dict(zip((one.person.is_place for one in jobs), jobs, strict=True))
    assert by_person[True].tracks
    assert by_person[False].outcome.code == "quota_spent"
    assert any(line.scope == f"space:{place}" for one in lines for line in one)


# Rules of access


async def test_who_is_banned_reads_it_once_and_only_when_they_typed_a_command(
    telegram, group, ada, bob, tmp_path
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        telegram.say(group, ada, "/help@undertone_bot")
        ours = await telegram.shows(group, lambda one: one.by_bot)
        await banned(here, group, bob)
        silent = telegram.voice(group, bob, telegram.file(note()), reply_to=ours)
        telegram.say(group, bob, "/denoise@undertone_bot", reply_to=silent)
        await telegram.shows(group, lambda one: "cannot use me here" in one.text)
        jobs = await here.jobs()
    assert len(answers(telegram, group)) == 2
    assert telegram.reactions(silent) == []
    assert jobs == []


# Answers in private


async def test_an_answer_in_private_leaves_nothing_but_a_reaction(
    telegram, group, chat, ada, mode, tmp_path
):
    said = telegram.voice(group, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        await put(here, spaces.own_of(str(ada.id)), {"habits": {"reply": "private"}})
        telegram.say(group, ada, "/denoise@undertone_bot", reply_to=said)
        (job,) = await here.done()
        shown = await telegram.shows(chat, lambda one: "Softer" in one.buttons)
        telegram.press(shown, "Softer", ada)
        (_, again) = await here.done(2)
    assert answers(telegram, group) == []
    assert (job.address.space, job.address.chat) == (str(group.id), str(ada.id))
    assert (again.address.space, again.address.chat) == (str(group.id), str(ada.id))
    assert shown.file


async def test_who_never_opened_the_bot_is_led_to_it(telegram, group, bob, tmp_path):
    said = telegram.voice(group, bob, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        await put(here, spaces.own_of(str(bob.id)), {"habits": {"reply": "private"}})
        telegram.say(group, bob, "/denoise@undertone_bot", reply_to=said)
        shown = await telegram.shows(group, lambda one: one.by_bot)
        (job,) = await here.done()
        own = telegram.private(bob)
        telegram.say(own, bob, f"/start show-{job.id}")
        await telegram.shows(own, lambda one: one.by_bot and one.file)
    assert shown.urls == [f"https://t.me/undertone_bot?start=show-{job.id}"]
    assert len(answers(telegram, group)) == 1


async def test_what_is_refused_is_said_where_it_was_asked(telegram, group, chat, ada, tmp_path):
    said = telegram.voice(group, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        await put(here, spaces.own_of(str(ada.id)), {"habits": {"reply": "private"}})
        telegram.say(group, ada, "/denoise@undertone_bot strng", reply_to=said)
        shown = await telegram.shows(group, lambda one: one.by_bot)
    assert "strong" in shown.text
    assert answers(telegram, chat) == []


async def test_only_groups_offer_answers_in_private(telegram, group, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        messenger = here.app.messengers["telegram"]
        there = Address("telegram", str(group.id), str(group.id), {"is_group": "1"})
        own = Address("telegram", spaces.own_of(str(ada.id)), str(ada.id))
        lent = Address("telegram", str(group.id), str(ada.id))
        limits = [messenger.limits(one) for one in (there, own, lent)]
    assert [sorted(one.replies) for one in limits] == [["here", "private"], ["here"], ["here"]]
    # In private nobody is asked what those decide who look after the group.
    assert [one.asks for one in limits] == [True, True, False]


async def test_a_language_that_was_set_holds_for_words_buttons_and_presses(
    telegram, chat, ada, tmp_path
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        await put(here, spaces.own_of(str(ada.id)), {"habits": {"language": "de"}})
        telegram.voice(chat, ada, telegram.file(note()))
        (job,) = await here.done()
        shown = await telegram.shows(chat, lambda one: "Löschen" in one.buttons)
        forged = telegram.forge(ada, chat, "v1:show:job=nothing")
        await telegram.until(lambda: forged.answered)
    assert job.person.locale == "de"
    assert "Auftrag" in forged.answered
    assert "Sanfter" in shown.buttons


# Small files

PAPER = Document("about.json", "application/json", b'{"name": "Ada"}')


def handing_out(here, monkeypatch, *, is_private, line="jobs-none"):
    """Let every command be answered with a file."""

    async def handle(ask):
        return (Card((Text(line),), documents=(PAPER,), is_private=is_private),)

    monkeypatch.setattr(here.app.desk, "handle", handle)


async def test_a_file_stands_with_its_words(telegram, group, ada, tmp_path, monkeypatch):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        handing_out(here, monkeypatch, is_private=False)
        telegram.say(group, ada, "/privacy@undertone_bot")
        shown = await telegram.shows(group, lambda one: one.by_bot)
    assert (shown.kind, shown.file.data, shown.file.name) == (
        "document",
        PAPER.content,
        "about.json",
    )
    assert "recordings" in shown.text


async def test_a_file_for_one_person_does_not_come_into_the_group(
    telegram, group, chat, ada, bob, tmp_path, monkeypatch
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        handing_out(here, monkeypatch, is_private=True)
        telegram.say(group, ada, "/privacy@undertone_bot")
        shown = await telegram.shows(chat, lambda one: one.by_bot)
        telegram.say(group, bob, "/privacy@undertone_bot")
        told = await telegram.shows(group, lambda one: one.by_bot)
    assert shown.file.data == PAPER.content
    assert told.urls == ["https://t.me/undertone_bot"]
    assert told.file is None
    assert len(answers(telegram, group)) == 1


async def test_long_words_stand_above_their_file(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        own = Address("telegram", spaces.own_of(str(ada.id)), str(ada.id))
        card = Card((Text("privacy-here"),) * 30, documents=(PAPER, PAPER))
        receipt = await here.app.messengers["telegram"].post(own, card, "")
        before = answers(telegram, chat)
        await here.app.messengers["telegram"].delete(own, Receipt(receipt))
    assert [one.kind for one in before] == ["text", "document", "document"]
    assert answers(telegram, chat) == []


async def test_a_file_goes_with_whoever_is_forgotten(telegram, chat, ada, tmp_path, monkeypatch):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        with monkeypatch.context() as patched:
            handing_out(here, patched, is_private=True)
            telegram.say(chat, ada, "/privacy")
            shown = await telegram.shows(chat, lambda one: one.by_bot)
            await taken(telegram)
        own = spaces.own_of(str(ada.id))
        telegram.say(chat, ada, "/forget")
        question = await telegram.shows(
            chat, lambda one: "Delete everything of mine" in one.buttons
        )
        telegram.press(question, "Delete everything of mine", ada)
        await telegram.until(lambda: shown.id not in {one.id for one in answers(telegram, chat)})
        assert "documents" not in await kept(here, own)


@pytest.mark.parametrize("is_answer", [False, True], ids=["caption", "answer"])
async def test_settings_come_in_from_a_file(telegram, group, ada, is_answer, tmp_path):
    settings = {"version": 1, "platform": "telegram", "settings": {"confirm": 7.0}}
    file = telegram.file(json.dumps(settings).encode(), "s.json", "application/json")
    words = "/settings@undertone_bot import"
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        caption = None if is_answer else words
        said = telegram.document(group, ada, file, caption=caption)
        if is_answer:
            telegram.say(group, ada, words, reply_to=said)
        await telegram.shows(group, lambda one: one.by_bot)
        found = await kept(here, group.id)
    assert found["confirm"] == 7.0
    assert len(answers(telegram, group)) == 1


# Who joins and leaves


async def test_a_group_that_removes_the_bot_is_marked_until_it_comes_back(
    telegram, group, tmp_path
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:

        async def marked():
            return spaces.LEFT in await kept(here, group.id)

        telegram.kick(group)
        await taken(telegram)
        gone = await marked()
        telegram.bring(group)
        await taken(telegram)
        back = await marked()
    assert (gone, back) == (True, False)


async def test_a_group_that_becomes_a_supergroup_is_not_left(telegram, ada, tmp_path):
    group = telegram.add_group(admins=[ada], kind="group")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False) as here:
        await put(here, group.id, {"confirm": 5.0})
        telegram.kick(group)
        made = telegram.migrate(group)
        await taken(telegram)
        found = await kept(here, made.id)
    assert found == {"confirm": 5.0}


# What it will use


async def test_the_price_is_asked_at_once_and_begin_goes_on(
    telegram, chat, ada, mode, tmp_path, monkeypatch
):
    monkeypatch.setattr(announcer, "GRACE", timedelta(hours=1))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        await put(here, spaces.own_of(str(ada.id)), {spaces.CONFIRM: 0.0})
        telegram.voice(chat, ada, telegram.file(note()))
        shown = await telegram.shows(chat, lambda one: one.buttons == ["Begin", "Cancel"])
        (job,) = await here.jobs()
        telegram.press(shown, "Begin", ada)
        await here.done()
        await telegram.shows(chat, lambda one: one.by_bot and one.file)
    assert job.awaits


async def test_only_who_asked_begins_and_nothing_is_used_up_by_a_cancel(
    telegram, group, ada, bob, tmp_path
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        await put(here, group.id, {spaces.CONFIRM: 0.0})
        telegram.voice(group, bob, telegram.file(note()), caption="/denoise@undertone_bot")
        shown = await telegram.shows(group, lambda one: "Begin" in one.buttons)
        strange = telegram.press(shown, "Begin", ada)
        await telegram.until(lambda: strange.answered)
        own = telegram.press(shown, "Cancel", bob)
        await telegram.until(lambda: own.answered)
        (job,) = await here.done()
        lines = await here.app.store.read(lambda tx: tx.lines(job.id))
    assert "somebody else" in strange.answered
    assert job.outcome.code == "cancelled"
    assert "settle" not in {line.kind for line in lines}
