"""Telegram where the bot is no member: named by guests, let in by people for their own chats."""

import pytest

from services import spaces
from services.model import Address, Person
from services.showing import Card, Text
from tests.fakes.at_telegram import at_telegram
from tests.fakes.telegram import Fault as Trouble
from tests.journeys.telegram_room import answers, note
from tests.journeys.test_job_life import copying

GUESTS = {"guest_mode": True}
BUSINESS = {"business": True}


@pytest.fixture
def elsewhere(telegram, ada):
    """A group that the bot is not in."""
    group = telegram.add_group("Elsewhere", members=[ada, telegram.add_user("Bob")])
    group.bot_is_here = False
    return group


@pytest.fixture
def customer(telegram):
    return telegram.add_user("Carl")


# Guests


async def test_a_guest_gets_the_sound_where_they_asked(
    telegram, elsewhere, chat, ada, mode, tmp_path
):
    voice = telegram.voice(elsewhere, ada, telegram.file(note(3.0)), duration=3)
    async with at_telegram(tmp_path, telegram, mode=mode, more=GUESTS) as here:
        telegram.guest(elsewhere, ada, "@undertone_bot denoise", reply_to=voice)
        (job,) = await here.done()
        # The answer shows what was sent in private, beside everything else.
        shown = await telegram.shows(elsewhere, lambda one: one.by_bot and one.file)
        (copy,) = answers(telegram, chat)
    assert answers(telegram, elsewhere) == [shown]
    assert (shown.kind, shown.file.duration) == ("audio", 3)
    assert "noise is removed" in shown.text
    assert shown.file.data == copy.file.data
    assert shown.urls == [f"https://t.me/undertone_bot?start=show-{job.id}"]
    assert shown.callback_data == []
    assert job.address.space == spaces.own(Person(str(ada.id)))


async def test_a_guest_who_never_wrote_to_the_bot_opens_it_once(telegram, elsewhere, tmp_path):
    bob = elsewhere.members[1]
    voice = telegram.voice(elsewhere, bob, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=GUESTS) as here:
        telegram.guest(elsewhere, bob, "@undertone_bot", reply_to=voice)
        (job,) = await here.done()
        (shown,) = answers(telegram, elsewhere)
        assert shown.file is None
        assert shown.urls == [f"https://t.me/undertone_bot?start=show-{job.id}"]
        own = telegram.private(bob)
        telegram.say(own, bob, f"/start show-{job.id}")
        await telegram.shows(elsewhere, lambda one: one.by_bot and one.file)
    (copy,) = answers(telegram, own)
    assert "Softer" in copy.buttons


async def test_a_guest_can_cancel(telegram, elsewhere, chat, ada, tmp_path):
    bob = elsewhere.members[1]
    voice = telegram.voice(elsewhere, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, works=False, more=GUESTS) as here:
        telegram.guest(elsewhere, ada, "@undertone_bot denoise", reply_to=voice)
        shown = await telegram.shows(elsewhere, lambda one: one.buttons == ["Cancel"])
        strange = telegram.press(shown, "Cancel", bob)
        own = telegram.press(shown, "Cancel", ada)
        await telegram.until(lambda: strange.answered and own.answered)
        (job,) = await here.jobs()
    assert "belongs to somebody else" in strange.answered
    assert job.outcome.code == "cancelled"


async def test_a_guest_without_a_recording_is_told_how(telegram, elsewhere, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=GUESTS) as here:
        telegram.guest(elsewhere, ada, "@undertone_bot what can you do?")
        shown = await telegram.shows(elsewhere, lambda one: one.by_bot)
        telegram.guest(elsewhere, ada, "@undertone_bot /quota set minutes=1")
        await telegram.until(lambda: len(answers(telegram, elsewhere)) == 2)
        assert await here.jobs() == []
    assert "Answer a recording with @undertone_bot" in shown.text


async def test_what_is_wrong_with_a_guests_recording_is_said_there(
    telegram, elsewhere, ada, tmp_path
):
    large = telegram.voice(elsewhere, ada, telegram.file(note(), size=25_000_000))
    broken = telegram.audio(elsewhere, ada, telegram.file(b"no sound", "a.mp3", "audio/mpeg"))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=GUESTS) as here:
        telegram.guest(elsewhere, ada, "@undertone_bot", reply_to=large)
        await telegram.shows(elsewhere, lambda one: "25 MB" in one.text)
        telegram.guest(elsewhere, ada, "@undertone_bot", reply_to=broken)
        await here.done()
    shown = answers(telegram, elsewhere)[-1]
    assert "a.mp3" in shown.text
    assert len(answers(telegram, elsewhere)) == 2


async def test_several_parts_wait_for_a_guest_in_private(telegram, elsewhere, chat, ada, tmp_path):
    voice = telegram.voice(elsewhere, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, more=GUESTS) as here:
        telegram.guest(elsewhere, ada, "@undertone_bot stems", reply_to=voice)
        (job,) = await here.done()
        (shown,) = answers(telegram, elsewhere)
    assert shown.file is None
    assert shown.urls == [f"https://t.me/undertone_bot?start=show-{job.id}"]
    assert len(answers(telegram, chat)) == len(job.tracks)


async def test_a_guest_message_waits_for_a_chat_that_must_be_left_alone(
    telegram, elsewhere, chat, ada, tmp_path
):
    voice = telegram.voice(elsewhere, ada, telegram.file(note()))
    telegram.fail("editMessageMedia", Trouble(429, retry_after=1))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=GUESTS) as here:
        telegram.guest(elsewhere, ada, "@undertone_bot", reply_to=voice)
        await here.done()
        await telegram.shows(elsewhere, lambda one: one.by_bot and one.file)
    assert len(answers(telegram, chat)) == 1


async def test_a_guest_query_that_comes_twice_is_answered_once(
    telegram, elsewhere, chat, ada, mode, tmp_path
):
    voice = telegram.voice(elsewhere, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode, more=GUESTS) as here:
        asked = telegram.guest(elsewhere, ada, "@undertone_bot", reply_to=voice)
        await here.done()
        telegram.again(asked.update_id)
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done(2)
    assert len(answers(telegram, elsewhere)) == 1


async def test_guests_are_not_heard_unless_that_is_set(telegram, elsewhere, chat, ada, tmp_path):
    voice = telegram.voice(elsewhere, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.guest(elsewhere, ada, "@undertone_bot", reply_to=voice)
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
    assert answers(telegram, elsewhere) == []


# In somebody's own chats


async def test_an_owner_gets_a_clean_one_into_their_chat(
    telegram, chat, ada, customer, mode, tmp_path
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode, more=BUSINESS) as here:
        lent = telegram.let_in(ada, "can_reply")
        between = telegram.between(lent, customer)
        voice = telegram.voice(between, customer, telegram.file(note()))
        telegram.say(between, ada, "/denoise podcast", reply_to=voice)
        (job,) = await here.done()
        shown = await telegram.shows(between, lambda one: one.by_bot)
        told = await telegram.shows(chat, lambda one: "Softer" in one.buttons)
    assert (shown.kind, shown.reply_to, shown.text, shown.buttons) == ("voice", voice.id, "", [])
    assert "noise is removed" in told.text
    assert (len(answers(telegram, between)), len(answers(telegram, chat))) == (1, 1)
    assert job.address.space == spaces.own(Person(str(ada.id)))


async def test_only_the_owner_is_heard_in_their_chats(telegram, chat, ada, customer, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=BUSINESS) as here:
        between = telegram.between(telegram.let_in(ada, "can_reply"), customer)
        voice = telegram.voice(between, customer, telegram.file(note()))
        telegram.say(between, customer, "/denoise", reply_to=voice)
        telegram.voice(between, ada, telegram.file(note()))
        telegram.say(between, ada, "what a noise", reply_to=voice)
        telegram.say(between, ada, "/shrug")
        telegram.say(between, ada, "/stems")
        shown = await telegram.shows(chat, lambda one: one.by_bot)
        assert await here.jobs() == []
    assert "in answer to a recording" in shown.text
    assert answers(telegram, between) == []
    assert len(answers(telegram, chat)) == 1


async def test_what_goes_wrong_is_told_to_the_owner_alone(telegram, chat, ada, customer, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=BUSINESS) as here:
        between = telegram.between(telegram.let_in(ada, "can_reply"), customer)
        broken = telegram.audio(between, customer, telegram.file(b"no", "a.mp3", "audio/mpeg"))
        telegram.say(between, ada, "/denoise", reply_to=broken)
        await here.done()
        await telegram.shows(chat, lambda one: "a.mp3" in one.text and "Cancel" not in one.buttons)
    assert answers(telegram, between) == []


async def test_without_the_right_to_reply_nothing_is_begun(telegram, chat, ada, customer, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=BUSINESS) as here:
        between = telegram.between(telegram.let_in(ada), customer)
        voice = telegram.voice(between, customer, telegram.file(note()))
        telegram.say(between, ada, "/denoise", reply_to=voice)
        shown = await telegram.shows(chat, lambda one: one.by_bot)
        assert await here.jobs() == []
    assert "allow me to reply" in shown.text


async def test_what_was_put_into_an_owners_chat_can_be_deleted(
    telegram, chat, ada, customer, tmp_path
):
    rights = ("can_reply", "can_delete_sent_messages")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=BUSINESS) as here:
        between = telegram.between(telegram.let_in(ada, *rights), customer)
        voice = telegram.voice(between, customer, telegram.file(note()))
        telegram.say(between, ada, "/denoise", reply_to=voice)
        await here.done()
        told = await telegram.shows(chat, lambda one: "Delete" in one.buttons)
        telegram.press(told, "Delete", ada)
        await telegram.until(lambda: not answers(telegram, between))
        await telegram.until(lambda: not answers(telegram, chat))


async def test_a_copy_in_a_group_is_deleted_there_and_nowhere_else(
    telegram, chat, ada, customer, tmp_path
):
    rights = ("can_reply", "can_delete_sent_messages", "can_delete_all_messages")
    group = telegram.add_group(members=[ada])
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=BUSINESS) as here:
        between = telegram.between(telegram.let_in(ada, *rights), customer)
        voice = telegram.voice(between, customer, telegram.file(note()))
        telegram.say(between, ada, "/denoise", reply_to=voice)
        (job,) = await here.done()
        told = await telegram.shows(chat, lambda one: "Delete" in one.buttons)
        copy = await _copied(telegram, here, group, job)
        telegram.press(told, "Delete", ada)
        await telegram.until(lambda: not answers(telegram, group))
        await telegram.until(lambda: not answers(telegram, between))
    assert copy.by_bot
    assert [one.id for one in telegram.messages(between)][:1] == [voice.id]


async def _copied(telegram, here, group, job):
    """The result of this job, shown once more in a group."""
    where = Address("telegram", str(group.id), str(group.id), {"is_group": "1"})
    messenger = here.app.messengers["telegram"]
    receipt = await messenger.post(where, Card((Text("jobs-none"),)), "")
    await here.app.desk.copied(job.id, receipt)
    return answers(telegram, group)[0]


async def test_a_customer_who_blocks_the_bot_ends_nothing_of_the_owners(
    telegram, chat, ada, customer, tmp_path
):
    held = telegram.hold("getFile")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=BUSINESS) as here:
        between = telegram.between(telegram.let_in(ada, "can_reply"), customer)
        voice = telegram.voice(between, customer, telegram.file(note()))
        telegram.say(between, ada, "/denoise", reply_to=voice)
        await telegram.shows(chat, lambda one: one.by_bot)
        telegram.private(customer)
        telegram.block(customer)
        telegram.say(chat, ada, "/help")
        await telegram.shows(chat, lambda one: "/enhance" in one.text)
        held.release()
        (job,) = await here.done()
    assert job.tracks


async def test_an_owners_command_outlives_a_hiccup(telegram, chat, ada, customer, tmp_path):
    telegram.fail("getBusinessConnection", Trouble(502))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=BUSINESS) as here:
        between = telegram.between(telegram.let_in(ada, "can_reply"), customer)
        voice = telegram.voice(between, customer, telegram.file(note()))
        telegram.say(between, ada, "/denoise", reply_to=voice)
        await here.done()
        await telegram.shows(between, lambda one: one.by_bot and one.kind == "voice")


async def test_what_does_not_reach_the_chat_is_not_called_done(
    telegram, chat, ada, customer, tmp_path
):
    why = "Bad Request: BUSINESS_PEER_USAGE_MISSING"
    telegram.fail("sendVoice", Trouble(400, why))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=BUSINESS) as here:
        between = telegram.between(telegram.let_in(ada, "can_reply"), customer)
        voice = telegram.voice(between, customer, telegram.file(note()))
        telegram.say(between, ada, "/denoise", reply_to=voice)
        await here.done()
        (told,) = answers(telegram, chat)
    assert "noise is removed" not in told.text


async def test_softer_of_a_guests_result_comes_in_private(telegram, elsewhere, chat, ada, tmp_path):
    voice = telegram.voice(elsewhere, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), more=GUESTS) as here:
        telegram.guest(elsewhere, ada, "@undertone_bot", reply_to=voice)
        (job,) = await here.done()
        telegram.say(chat, ada, f"/start show-{job.id}")
        shown = await telegram.shows(chat, lambda one: "Softer" in one.buttons)
        telegram.press(shown, "Softer", ada)
        await here.done(2)
        await telegram.until(lambda: len(answers(telegram, chat)) == 3)
    assert len(answers(telegram, elsewhere)) == 1
