"""What a message asks for, and where its answer goes."""

import json
from datetime import UTC, datetime

import pytest
from telegram import Message

from adapters.telegram import reading
from adapters.telegram.fetching import source_of
from adapters.telegram.place import address_of, person_of, place_of
from services.model import Person, Shape

ME, NAME = 99, "undertone_bot"
ADA = {"id": 7, "is_bot": False, "first_name": "Ada", "language_code": "de"}
BOT = {"id": ME, "is_bot": True, "first_name": "Undertone", "username": NAME}
PRIVATE = {"id": 7, "type": "private"}
GROUP = {"id": -1007, "type": "supergroup", "title": "Band"}
PLAIN = {"message_id": 4, "date": 0, "chat": GROUP}
VOICE = {"file_id": "v", "file_unique_id": "u", "duration": 3, "file_size": 9000}


def message(chat=PRIVATE, **parts):
    """A message as Telegram sends it."""
    made = {"message_id": 5, "date": int(datetime(2026, 11, 21, tzinfo=UTC).timestamp())}
    return Message.de_json({**made, "chat": chat, "from": ADA, **parts}, None)


def command(text, field="text"):
    """A text or caption that begins with a command."""
    length = len(text.split()[0])
    entity = {"type": "bot_command", "offset": 0, "length": length}
    entities = "entities" if field == "text" else "caption_entities"
    return {field: text, entities: [entity]}


def heard(chat=PRIVATE, **parts):
    return reading.heard(message(chat, **parts), NAME, ME)


def test_in_private_every_sound_is_for_us():
    found = heard(voice=VOICE)
    (source,) = found.sources
    assert (found.words, found.reply_to) == ("", 5)
    assert (source.shape, source.bytes) == (Shape.VOICE, 9000)


def test_in_a_group_only_what_is_addressed():
    assert heard(GROUP, voice=VOICE) is None
    assert heard(GROUP, text="hello") is None
    assert heard(GROUP, **command("/denoise@other_bot")) is None
    assert heard(GROUP, **command("/denoise")).words == "/denoise"
    assert heard(GROUP, **command("/denoise@Undertone_Bot podcast")).words == "/denoise podcast"


def test_a_command_in_a_caption_counts():
    found = heard(GROUP, audio={**VOICE, "title": "Song"}, **command("/stems vocals", "caption"))
    assert (found.words, len(found.sources)) == ("/stems vocals", 1)


def test_a_mention_counts_and_is_not_a_word():
    text = f"@{NAME} denoise podcast"
    entity = {"type": "mention", "offset": 0, "length": len(NAME) + 1}
    found = heard(GROUP, text=text, entities=[entity])
    assert found.words == "denoise podcast"


def test_a_reply_brings_the_sound_of_what_it_answers():
    said = {"message_id": 3, "date": 0, "chat": GROUP, "from": ADA, "voice": VOICE}
    found = heard(GROUP, reply_to_message=said, **command("/denoise"))
    assert (len(found.sources), found.reply_to) == (1, 3)


def test_sound_in_reply_to_us_is_for_us_but_words_are_not():
    said = {"message_id": 3, "date": 0, "chat": GROUP, "from": BOT, "text": "Send it"}
    assert heard(GROUP, reply_to_message=said, voice=VOICE) is not None
    assert heard(GROUP, reply_to_message=said, text="nice!") is None


@pytest.mark.parametrize(
    ("parts", "shape", "name"),
    [
        ({"voice": VOICE}, Shape.VOICE, "voice 2026-11-21 00.00.00.ogg"),
        ({"audio": {**VOICE, "file_name": "a.mp3"}}, Shape.AUDIO, "a.mp3"),
        ({"video_note": {**VOICE, "length": 1}}, Shape.VIDEO_NOTE, None),
        ({"video": {**VOICE, "width": 1, "height": 1, "file_name": "a.mp4"}}, Shape.VIDEO, "a.mp4"),
        ({"document": {**VOICE, "file_name": "a.wav"}}, Shape.AUDIO, "a.wav"),
        ({"document": {**VOICE, "mime_type": "audio/flac"}}, Shape.AUDIO, "sound"),
    ],
)
def test_each_door_for_sound(parts, shape, name):
    source = source_of(message(**parts))
    assert source.shape is shape
    assert name is None or source.name == name


@pytest.mark.parametrize("parts", [{"text": "hi"}, {"document": {**VOICE, "file_name": "a.pdf"}}])
def test_what_is_no_sound(parts):
    assert source_of(message(**parts)) is None


def test_title_performer_and_cover_are_kept_for_the_answer():
    cover = {"file_id": "c", "file_unique_id": "d", "width": 90, "height": 90}
    audio = {**VOICE, "title": "Song", "performer": "Band", "thumbnail": cover}
    kept = json.loads(source_of(message(audio=audio)).ref)
    assert kept == {"file": "v", "title": "Song", "performer": "Band", "cover": "c"}


@pytest.mark.parametrize(
    ("parts", "thread"),
    [
        ({"message_thread_id": 12, "is_topic_message": True}, "12"),
        ({"message_thread_id": 1, "is_topic_message": True}, ""),  # General
        ({"message_thread_id": 12}, ""),  # a thread of replies
    ],
)
def test_the_answer_goes_into_the_same_topic(parts, thread):
    place = place_of(address_of(message(GROUP, text="x", **parts), Person("7", "de")))
    assert (place.thread, place.reply_to, place.locale) == (thread, "5", "de")


def test_the_answer_to_a_channels_inbox_goes_to_its_person():
    topic = {"topic_id": 77, "user": ADA}
    place = place_of(address_of(message(GROUP, text="x", direct_messages_topic=topic), Person("7")))
    assert place.inbox == "77"


def test_a_recording_in_another_chat_can_be_answered():
    origin = {"type": "user", "date": 0, "sender_user": ADA}
    found = heard(**command("/denoise"), external_reply={"origin": origin, "voice": VOICE})
    (source,) = found.sources
    assert (source.shape, source.name, found.reply_to) == (
        Shape.VOICE,
        "voice 1970-01-01 00.00.00.ogg",
        5,
    )


def test_a_gif_is_no_film():
    gif = {**VOICE, "width": 9, "height": 9}
    film = {**VOICE, "file_name": "a.mp4", "mime_type": "video/mp4"}
    assert source_of(message(animation=gif, document=film)) is None


def test_whose_settings_count():
    ada = Person("7")
    assert address_of(message(text="x"), ada).space == "person-7"
    assert address_of(message(GROUP, text="x"), ada).space == "-1007"


def test_an_admin_who_hides_is_the_group():
    said = message(GROUP, text="x", sender_chat=GROUP)
    assert person_of(said.from_user, said.sender_chat, is_admin=True).id == "-1007"


@pytest.mark.parametrize(
    ("words", "payload"), [("/start", ""), ("/start stems", "stems"), ("/stop", None)]
)
def test_links_say_what_for(words, payload):
    assert reading.started(words) == payload


def test_words_in_answer_to_a_recording_are_for_us_unless_it_is_our_own():
    mention = {
        "text": f"@{NAME} please",
        "entities": [{"type": "mention", "offset": 0, "length": 14}],
    }
    theirs = {**PLAIN, "from": {**ADA, "id": 8}, "voice": VOICE}
    ours = {**PLAIN, "from": BOT, "voice": VOICE}
    assert not heard(GROUP, **mention, reply_to_message=theirs).is_answer
    assert heard(GROUP, **mention, reply_to_message=ours).is_answer


def test_in_somebodys_own_chat_only_their_commands_are_for_us():
    assert heard(voice=VOICE, business_connection_id="b") is None
    assert heard(text="hello", business_connection_id="b") is None
    assert heard(**command("/denoise"), business_connection_id="b").words == "/denoise"
