"""What the pretended Telegram tells a bot about people and groups."""

import pytest
from telegram import (
    InlineQueryResultArticle,
    InputTextMessageContent,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
)

from tests.fakes.telegram.clients import (
    OPUS,
    keys,
)


async def test_a_press_is_answered_once(fake, chat, ada, online):
    await online.bot.send_message(chat.id, "x", reply_markup=keys(Softer="v1:softer:x"))
    query = fake.press(fake.messages(chat)[-1], "Softer", ada)
    heard = (await online.hears()).callback_query
    assert (heard.data, heard.from_user.id, heard.message.text) == ("v1:softer:x", ada.id, "x")
    await heard.answer("Done", show_alert=True)
    assert (query.answered, query.alert, query.answers, fake.broken) == ("Done", True, 1, [])
    with pytest.raises(BadRequest, match="too old"):
        await heard.answer()
    assert fake.broken


async def test_a_press_cannot_be_answered_late(fake, chat, ada, online, clock):
    query = fake.forge(ada, chat, "v1:again:x")
    heard = (await online.hears()).callback_query
    assert not heard.message.is_accessible
    clock.turn(minutes=1)
    with pytest.raises(BadRequest, match="too old"):
        await heard.answer()
    assert query.answered is None
    assert fake.broken == []


async def test_privacy_hides_what_is_not_for_the_bot(fake, group, ada, online):
    await online.bot.send_message(group.id, "Hello")
    fake.say(group, ada, "just talk")
    fake.say(group, ada, "/denoise@other_bot")
    fake.voice(group, ada, fake.file(OPUS))
    sent = [
        fake.say(group, ada, "/denoise"),
        fake.say(group, ada, "/denoise@Undertone_bot podcast"),
        fake.say(group, ada, "please @undertone_bot"),
        fake.say(group, ada, "an answer", reply_to=fake.messages(group)[0]),
    ]
    group.other_bot_spoke = True
    fake.say(group, ada, "/denoise")
    sent.append(fake.say(group, ada, "/denoise@undertone_bot"))
    await online.hears(5)
    heard = sorted(one.update_id for one in online.heard)
    assert heard == [one.update_id for one in sent]


async def test_without_privacy_the_bot_hears_all(fake, group, ada, online):
    fake.privacy = False
    fake.say(group, ada, "just talk")
    assert (await online.hears()).message.text == "just talk"
    assert (await online.bot.get_me()).can_read_all_group_messages


async def test_a_reply_shows_what_it_answers(fake, group, ada, online):
    note = fake.voice(group, ada, fake.file(OPUS), duration=5)
    fake.say(group, ada, "/denoise@undertone_bot", reply_to=note)
    said = (await online.hears()).message
    assert said.reply_to_message.voice.duration.total_seconds() == 5
    assert said.message_thread_id == note.id
    assert not said.is_topic_message
    # A chain of replies is no place to send to.
    with pytest.raises(BadRequest, match="thread not found"):
        await online.bot.send_message(group.id, "Hi", message_thread_id=said.message_thread_id)
    assert fake.broken


async def test_answers_stay_in_their_topic(fake, ada, online):
    forum = fake.add_group("Forum", forum=True, admins=[ada])
    topic = fake.add_topic(forum, "Mixes")
    fake.say(forum, ada, "/help", thread=topic)
    said = (await online.hears()).message
    assert (said.is_topic_message, said.message_thread_id) == (True, topic)
    assert said.reply_to_message.forum_topic_created.name == "Mixes"
    await said.reply_text("Here")
    await online.bot.send_message(forum.id, "There")
    assert [one.thread for one in fake.messages(forum)] == [topic, topic, None]
    with pytest.raises(BadRequest, match="thread not found"):
        await online.bot.send_message(forum.id, "Where", message_thread_id=1)


async def test_admins_are_known(fake, group, ada, bot):
    bob = group.members[-1]
    found = [await bot.get_chat_member(group.id, one.id) for one in (ada, bob, fake.bot)]
    assert [one.status for one in found] == ["creator", "member", "member"]
    assert [one.user.id for one in await bot.get_chat_administrators(group.id)] == [ada.id]
    group.bot_is_admin = True
    assert (await bot.get_chat_member(group.id, fake.bot_id)).status == "administrator"
    assert (await bot.get_chat(group.id)).title == "Band"


async def test_an_admin_may_hide(fake, group, online):
    fake.say(group, fake.anonymous(group), "/quota")
    said = (await online.hears()).message
    assert (said.from_user.id, said.sender_chat.id) == (1087968824, group.id)


async def test_a_group_moves(fake, ada, online):
    old = fake.add_group("Band", kind="group", admins=[ada])
    new = fake.migrate(old)
    await online.hears(2)
    with pytest.raises(ChatMigrated) as raised:
        await online.bot.send_message(old.id, "Hello")
    assert raised.value.new_chat_id == new.id
    told = sorted(online.heard, key=lambda one: one.update_id)
    assert told[0].message.migrate_to_chat_id == new.id
    assert told[1].message.migrate_from_chat_id == old.id


async def test_the_unwanted_bot_may_not_write(fake, chat, ada, group, online):
    fake.block(ada)
    fake.kick(group)
    await online.hears(2)
    assert {one.my_chat_member.new_chat_member.status for one in online.heard} == {"kicked"}
    stranger = fake.add_user("Eve")
    for place, why in ((chat, "blocked"), (group, "kicked"), (stranger, "initiate")):
        with pytest.raises(Forbidden, match=why):
            await online.bot.send_message(place.id, "Hello")


async def test_reactions_are_few(fake, bot, chat, ada):
    sent = fake.say(chat, ada, "Hello")
    with pytest.raises(BadRequest, match=r"(?i)reaction_invalid"):
        await bot.set_message_reaction(chat.id, sent.id, "✅")
    assert fake.broken
    await bot.set_message_reaction(chat.id, sent.id, "👌")
    await bot.set_message_reaction(chat.id, sent.id, None)
    assert fake.reactions(sent) == []


async def test_guests_are_answered_inline(fake, ada, online):
    elsewhere = fake.add_group("Elsewhere", members=[ada])
    elsewhere.bot_is_here = False
    note = fake.voice(elsewhere, ada, fake.file(OPUS))
    fake.guest(elsewhere, ada, "@undertone_bot denoise", reply_to=note)
    said = (await online.hears()).guest_message
    result = InlineQueryResultArticle("1", "Undertone", InputTextMessageContent("Working"))
    made = await said.answer_guest_query(result)
    await online.bot.edit_message_text("Done", inline_message_id=made.inline_message_id)
    assert fake.messages(elsewhere)[-1].text == "Done"
    assert said.reply_to_message.voice


async def test_a_bot_speaks_in_the_name_of_whoever_let_it_in(fake, ada, online):
    lent = fake.let_in(ada, "can_reply")
    told = (await online.hears()).business_connection
    assert (told.id, told.user_chat_id, told.rights.can_reply) == (lent.id, ada.id, True)
    between = fake.between(lent, fake.add_user("Carl"))
    fake.say(between, ada, "/denoise")
    said = (await online.hears(2)).business_message
    assert said.business_connection_id == lent.id
    sent = await online.bot.send_message(between.id, "Hi", business_connection_id=lent.id)
    assert (sent.from_user.id, sent.sender_business_bot.id) == (ada.id, fake.bot_id)
    with pytest.raises(BadRequest, match="rights"):
        await online.bot.delete_business_messages(lent.id, [sent.message_id])
    lent.rights.clear()
    with pytest.raises(BadRequest, match="usage_missing"):
        await online.bot.send_message(between.id, "Hi", business_connection_id=lent.id)
