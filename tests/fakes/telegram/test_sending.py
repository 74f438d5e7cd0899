"""What the pretended Telegram makes of what a bot sends."""

from pathlib import Path

import pytest
from telegram import (
    InputMediaDocument,
    InputMediaVideo,
)
from telegram.error import (
    BadRequest,
    InvalidToken,
    NetworkError,
)

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.clients import (
    FLAC,
    JPEG,
    MP3,
    MP4,
    OPUS,
    WAV,
    keys,
    song,
)


async def test_a_text_is_edited_in_place(fake, bot, chat):
    sent = await bot.send_message(chat.id, "<b>1</b> &lt; 2", parse_mode="HTML")
    await bot.edit_message_text("3", chat.id, sent.message_id, reply_markup=keys(Go="go"))
    (shown,) = fake.messages(chat)
    assert sent.text == "1 < 2"
    assert sent.entities[0].type == "bold"
    assert (shown.text, shown.buttons, shown.callback_data, shown.edits) == ("3", ["Go"], ["go"], 1)


async def test_an_edit_that_changes_nothing_is_refused(fake, bot, chat):
    sent = await bot.send_message(chat.id, "Same")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("Same", chat.id, sent.message_id)
    assert fake.broken == []


@pytest.mark.parametrize(
    ("text", "mode"),
    [("", None), ("x" * 4097, None), ("<b>x", "HTML"), ("a < b", "HTML"), ("<p>x</p>", "HTML")],
)
async def test_bad_texts_are_refused(fake, bot, chat, text, mode):
    with pytest.raises(BadRequest):
        await bot.send_message(chat.id, text, parse_mode=mode)
    assert len(fake.broken) == 1
    assert fake.messages(chat) == []


async def test_a_caption_has_a_length(fake, bot, chat):
    await bot.send_audio(chat.id, MP3, caption="x" * 1024)
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_audio(chat.id, MP3, caption="x" * 1025)
    assert fake.broken


async def test_a_button_carries_64_bytes(fake, bot, chat):
    await bot.send_message(chat.id, "x", reply_markup=keys(Go="é" * 32))
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(chat.id, "x", reply_markup=keys(Go="é" * 32 + "x"))
    assert fake.broken


async def test_what_is_gone_cannot_be_answered(fake, bot, chat, ada):
    asked = fake.say(chat, ada, "Hello")
    fake.delete(asked)
    with pytest.raises(BadRequest, match="replied not found"):
        await bot.send_message(chat.id, "Hi", reply_to_message_id=asked.id)
    await bot.send_message(
        chat.id, "Hi", reply_to_message_id=asked.id, allow_sending_without_reply=True
    )
    assert [one.reply_to for one in fake.messages(chat)] == [None]


async def test_old_messages_cannot_be_deleted(fake, bot, chat, clock):
    sent, other = [await bot.send_message(chat.id, text) for text in "ab"]
    await bot.delete_message(chat.id, sent.message_id)
    clock.turn(hours=49)
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(chat.id, other.message_id)
    assert [one.text for one in fake.messages(chat)] == ["b"]


async def test_a_file_of_more_than_20_mib_is_not_given(fake, chat, ada, online):
    fake.voice(chat, ada, fake.file(OPUS, size=20_971_521))
    heard = await online.hears()
    assert heard.message.voice.file_size == 20_971_521
    with pytest.raises(BadRequest, match="File is too big"):
        await heard.message.voice.get_file()


async def test_a_size_may_be_missing(fake, chat, ada, online):
    fake.document(chat, ada, fake.file(WAV, "a.wav", "audio/wav", says_size=False))
    document = (await online.hears()).message.document
    assert (document.file_name, document.mime_type) == ("a.wav", "audio/wav")
    assert document.file_size is None


async def test_a_local_server_shares_its_folder(fake, bot, chat, ada, tmp_path):
    fake.act_locally(tmp_path)
    sent = fake.voice(chat, ada, fake.file(OPUS, size=30_000_000))
    found = await bot.get_file(sent.file.id)
    path = Path(found.file_path)
    assert path.is_relative_to(tmp_path)
    assert path.read_bytes() == OPUS


async def test_an_address_lives_for_an_hour(fake, chat, ada, online, clock):
    fake.voice(chat, ada, fake.file(OPUS))
    found = await (await online.hears()).message.voice.get_file()
    clock.turn(hours=2)
    with pytest.raises(InvalidToken):
        await found.download_as_bytearray()


async def test_a_download_may_break_off(fake, chat, ada, online):
    fake.voice(chat, ada, fake.file(OPUS, cut=10))
    found = await (await online.hears()).message.voice.get_file()
    with pytest.raises(NetworkError):
        await found.download_as_bytearray()


async def test_an_upload_of_more_than_50_mb_is_refused(fake, bot, chat):
    fake.limits.upload = 1_000_000
    await bot.send_document(chat.id, bytes(1_000_000))
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_document(chat.id, bytes(1_000_001))
    assert fake.calls[-1].status == 413
    assert FakeTelegram(fake.now).limits.upload == 50_000_000


@pytest.mark.parametrize(
    ("method", "data", "kind"),
    [
        ("voice", OPUS, "voice"),
        ("voice", MP3, "voice"),
        ("voice", WAV, "document"),
        ("audio", MP3, "audio"),
        ("audio", FLAC, "document"),
        ("document", FLAC, "document"),
        ("document", MP3, "audio"),
        ("video", MP4, "video"),
        ("video_note", MP4, "video_note"),
        ("photo", JPEG, "photo"),
    ],
)
async def test_what_is_sent_becomes_what_it_is(fake, bot, chat, method, data, kind):
    sent = await getattr(bot, f"send_{method}")(chat.id, data)
    (shown,) = fake.messages(chat)
    assert shown.kind == kind
    assert shown.file.data == data
    assert getattr(sent, kind)


async def test_a_document_can_stay_one(fake, bot, chat):
    await bot.send_document(chat.id, MP3, disable_content_type_detection=True, filename="a.mp3")
    (shown,) = fake.messages(chat)
    assert (shown.kind, shown.file.name) == ("document", "a.mp3")


async def test_a_song_has_a_title_and_a_cover(fake, bot, chat):
    about = {"title": "Vocals", "performer": "Band", "duration": 7, "thumbnail": JPEG}
    await bot.send_audio(chat.id, MP3, filename="v.mp3", **about)
    file = fake.messages(chat)[0].file
    assert (file.title, file.performer, file.duration) == ("Vocals", "Band", 7)
    assert (file.thumbnail, file.name, file.mime) == (JPEG, "v.mp3", "audio/mpeg")


async def test_a_bad_cover_is_refused(fake, bot, chat):
    with pytest.raises(BadRequest):
        await bot.send_audio(chat.id, MP3, thumbnail=JPEG + bytes(200_000))
    assert fake.broken


async def test_a_file_is_sent_again_by_its_id(fake, bot, chat):
    sent = await bot.send_voice(chat.id, OPUS)
    await bot.send_voice(chat.id, sent.voice.file_id)
    first, second = fake.messages(chat)
    assert first.file.data == second.file.data
    with pytest.raises(BadRequest, match="Can't use file of type"):
        await bot.send_photo(chat.id, sent.voice.file_id)


@pytest.mark.parametrize("named", ["nonsense", "attach://nothing", "https://a.example/a.mp3"])
async def test_other_names_of_files_are_refused(fake, bot, chat, named):
    with pytest.raises(BadRequest):
        await bot.send_audio(chat.id, named)
    assert fake.broken


async def test_a_person_may_forbid_voice_notes(fake, bot):
    chat = fake.private(fake.add_user("Shy", forbids_voice=True))
    with pytest.raises(BadRequest, match=r"(?i)voice_messages_forbidden"):
        await bot.send_voice(chat.id, OPUS)
    await bot.send_audio(chat.id, MP3)
    assert [one.kind for one in fake.messages(chat)] == ["audio"]
    assert fake.broken == []


async def test_a_text_can_become_a_song(fake, bot, chat):
    sent = await bot.send_message(chat.id, "Working")
    await bot.edit_message_media(song(caption="Done"), chat.id, sent.message_id)
    (shown,) = fake.messages(chat)
    assert (shown.kind, shown.text, shown.file.data, shown.edits) == ("audio", "Done", MP3, 1)


async def test_an_older_server_keeps_a_text_a_text(fake, bot, chat):
    fake.limits.text_becomes_file = False
    sent = await bot.send_message(chat.id, "Working")
    with pytest.raises(BadRequest, match="no media in the message"):
        await bot.edit_message_media(song(), chat.id, sent.message_id)
    assert fake.broken == []


async def test_an_album_of_songs_arrives_together(fake, bot, chat):
    items = [song(MP3 + bytes([number]), title=f"{number}") for number in range(3)]
    await bot.send_media_group(chat.id, items, caption="Stems")
    shown = fake.messages(chat)
    assert [one.file.title for one in shown] == ["0", "1", "2"]
    assert [one.text for one in shown] == ["Stems", "", ""]
    assert shown[0].album
    assert len({one.album for one in shown}) == 1


@pytest.mark.parametrize(
    "items",
    [
        pytest.param(lambda: [song()], id="one"),
        pytest.param(lambda: [song() for _ in range(11)], id="eleven"),
        pytest.param(lambda: [song(), InputMediaDocument(WAV)], id="mixed"),
        pytest.param(lambda: [song(), InputMediaVideo(MP4)], id="song and video"),
    ],
)
async def test_bad_albums_are_refused(fake, bot, chat, items):
    with pytest.raises(BadRequest):
        await bot.send_media_group(chat.id, items())
    assert fake.broken
    assert fake.messages(chat) == []


async def test_an_album_of_a_person_comes_as_updates(fake, chat, ada, online):
    fake.audio(chat, ada, fake.file(MP3), album="7", caption="/stems", title="A")
    fake.audio(chat, ada, fake.file(MP3), album="7")
    await online.hears(2)
    first, second = sorted(online.heard, key=lambda one: one.update_id)
    assert first.message.media_group_id == second.message.media_group_id == "7"
    assert first.message.caption_entities[0].type == "bot_command"
    assert first.message.audio.title == "A"
