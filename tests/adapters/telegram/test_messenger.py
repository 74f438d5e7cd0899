"""Cards as messages, on a Telegram that enforces its limits."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from adapters.files.blobs import open_files
from adapters.store.store import open_store
from adapters.telegram.connection import Connection
from adapters.telegram.fetching import Fetching
from adapters.telegram.messenger import TelegramMessenger
from services import cards, delivery
from services.model import Address, Posting, Receipt, Shape, Source, State, Track
from services.problems import Code, Fault, Problem
from services.showing import Card, Link, Progress, Text, Tone
from tests.conftest import Storage
from tests.fakes.jobs import CLIP, a_job
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram import Fault as Trouble
from tests.fakes.telegram.clients import FLAC, JPEG, MP3, MP4, OPUS, WAV

BODIES = {"ogg": OPUS, "mp3": MP3, "flac": FLAC, "wav": WAV, "mp4": MP4}


@pytest.fixture
async def fake():
    async with FakeTelegram.running() as running:
        yield running
        assert running.broken == []
        assert running.limited == []


@pytest.fixture
def ada(fake):
    return fake.add_user("Ada")


@pytest.fixture
def chat(fake, ada):
    return fake.private(ada)


@pytest.fixture
async def here(fake, tmp_path):
    """A messenger with real files and a real store."""
    moves = []

    async def moving(old, new):
        moves.append((old, new))

    connection = Connection(fake.token, fake.base, is_local=False)
    async with (
        open_files(None, tmp_path, Storage()) as files,
        open_store(None, tmp_path) as store,
    ):
        fetching = Fetching(connection, is_own=False)
        messenger = TelegramMessenger(
            connection, files, fetching, store, is_own=False, moving=moving
        )
        yield SimpleNamespace(messenger=messenger, files=files, store=store, moves=moves)
        await connection.close()


def at(chat, message=None, **route):
    """Where an answer goes."""
    kind = {} if chat.user else {"is_group": "1"}
    reply = {"reply_to": str(message.id)} if message else {}
    return Address("telegram", str(chat.id), str(chat.id), {**kind, **reply, **route})


async def track(here, part="clean", form="mp3", **about):
    """A track whose bytes lie in Files."""

    async def body():
        yield BODIES[form] + part.encode()

    key = f"job/{part}.{form}"
    size = await here.files.put(key, body())
    about = {"mime": f"audio/{form}", **about}
    return Track(part, key, f"talk.{part}.{form}", form, bytes=size, seconds=12.4, **about)


def result(*tracks, shape=Shape.AUDIO, words="card-silent", **about):
    lines = (Text(words, {"name": "talk.mp3"}),) if words else ()
    clip = replace(CLIP, shape=shape)
    return Card(lines, Tone.DONE, clip=clip, tracks=tracks, **about)


async def test_words_answer_the_message_they_are_about(here, fake, chat, ada):
    said = fake.say(chat, ada, "hello")
    card = Card((Text("card-received", {"name": "<a & b>"}),))
    await here.messenger.post(at(chat, said), card, "")
    _, shown = fake.messages(chat)
    assert "Got <a & b>." in shown.text
    assert shown.reply_to == said.id


async def test_the_answer_comes_although_the_question_was_deleted(here, fake, chat, ada):
    said = fake.say(chat, ada, "hello")
    fake.delete(said)
    await here.messenger.post(at(chat, said), Card((Text("jobs-none"),)), "")
    (shown,) = fake.messages(chat)
    assert shown.by_bot


@pytest.mark.parametrize(
    ("form", "shape", "kind"),
    [
        ("ogg", Shape.VOICE, "voice"),
        ("mp3", Shape.AUDIO, "audio"),
        ("flac", Shape.AUDIO, "document"),
        ("wav", Shape.VOICE, "document"),
        ("ogg", Shape.AUDIO, "document"),
    ],
)
async def test_a_result_has_its_shape_its_words_and_its_buttons(
    here, fake, chat, form, shape, kind
):
    actions = cards.card(a_job()).actions
    card = result(await track(here, form=form), shape=shape, actions=actions)
    await here.messenger.post(at(chat), card, "")
    (shown,) = fake.messages(chat)
    assert (shown.kind, shown.buttons) == (kind, ["Cancel"])
    assert "nearly no sound in talk.mp3" in shown.text
    assert shown.file.duration == (0 if kind == "document" else 12)
    assert shown.file.data.endswith(b"clean")


async def test_who_takes_no_voice_messages_gets_a_file(here, fake):
    shy = fake.private(fake.add_user("Shy", forbids_voice=True))
    card = result(await track(here, form="ogg"), shape=Shape.VOICE)
    await here.messenger.post(at(shy), card, "")
    (shown,) = fake.messages(shy)
    assert (shown.kind, shown.file.name) == ("document", "talk.clean.ogg")


@pytest.mark.parametrize(("form", "kind"), [("mp3", "audio"), ("flac", "document")])
async def test_several_tracks_are_one_album(here, fake, chat, form, kind):
    parts = [await track(here, part, form) for part in ("vocals", "drums")]
    receipt = await here.messenger.post(at(chat), result(*parts, words=""), "")
    shown = fake.messages(chat)
    assert [one.kind for one in shown] == [kind, kind]
    assert len({one.album for one in shown}) == 1
    await here.messenger.delete(at(chat), receipt)
    assert fake.messages(chat) == []


async def test_the_parts_of_an_album_have_names_and_receipts_of_their_own(here, fake, chat):
    """Each is of another job: its title, its place among those, its file."""
    jobs = [a_job(n, address=at(chat), source=Source(f"{n}.mp3")) for n in range(3)]
    await here.store.write(lambda tx: [tx.add(job) for job in jobs])
    parts = [await track(here, f"part{n}") for n in range(3)]
    card = replace(result(*parts, words=""), jobs=tuple(job.id for job in jobs))
    receipt = await here.messenger.post(at(chat), card, "")
    shown = fake.messages(chat)
    first, second, third = here.messenger.split(receipt, 3)
    await here.messenger.delete(at(chat), second)
    assert [one.file.title for one in shown] == [f"{n} (part{n})" for n in range(3)]
    assert first.endswith(shown[0].file.id) and third.endswith(shown[2].file.id)
    assert [one.id for one in fake.messages(chat)] == [shown[0].id, shown[2].id]


async def test_an_album_has_its_words_in_a_message_before_it(here, fake, chat):
    parts = tuple([await track(here, part) for part in ("vocals", "drums")])
    job = a_job(address=at(chat), outcome=parts, state=State.DELIVERING, clip=CLIP)
    limits = here.messenger.limits(job.address)
    planned = list(delivery.plan(result(*parts), limits, job))
    assert [(n, len(card.tracks)) for n, card in planned] == [(0, 0), (1, 2)]


async def test_a_song_keeps_title_performer_and_cover(here, fake, chat, ada):
    sent = fake.audio(chat, ada, fake.file(MP3, "a.mp3"), title="Song", performer="Band")
    cover = fake.photo(chat, ada, fake.file(JPEG, "cover.jpg"))
    kept = {"file": sent.file.id, "title": "Song", "performer": "Band", "cover": cover.file.id}
    source = Source("a.mp3", ref=json.dumps(kept))
    one = await track(here)
    job = a_job(address=at(chat), source=source)
    await here.store.write(lambda tx: tx.add(job))
    await here.messenger.post(job.address, result(one, job=job.id), job.id)
    shown = fake.messages(chat)[-1]
    assert (shown.file.title, shown.file.performer) == ("Song (clean)", "Band")
    assert shown.file.thumbnail == JPEG


async def test_what_was_uploaded_once_is_shown_again_by_its_id(here, fake, chat):
    one = await track(here)
    receipt = await here.messenger.post(at(chat), result(one), "")
    job = a_job(
        address=at(chat),
        state=State.DELIVERING,
        clip=CLIP,
        outcome=(one,),
        postings=(Posting(0, 1, receipt, (one.id,)),),
    )
    await here.store.write(lambda tx: tx.add(job))
    await here.files.delete("job/")
    await here.messenger.post(at(chat), result(one, job=job.id), "")
    first, again = fake.messages(chat)
    assert first.file.id == again.file.id


async def test_progress_is_edited_and_becomes_the_song(here, fake, chat):
    working = Card((Text("card-working", {"name": "a"}),), Tone.WORKING, progress=Progress(0.1))
    receipt = await here.messenger.post(at(chat), working, "")
    await here.messenger.edit(at(chat), receipt, replace(working, progress=Progress(0.6)))
    (seen,) = fake.messages(chat)
    await here.messenger.edit(at(chat), receipt, result(await track(here)))
    (shown,) = fake.messages(chat)
    assert "60 %" in seen.text
    assert (shown.kind, shown.edits) == ("audio", 2)


async def test_an_edit_that_changes_nothing_is_no_trouble(here, fake, chat):
    card = Card((Text("jobs-none"),))
    receipt = await here.messenger.post(at(chat), card, "")
    await here.messenger.edit(at(chat), receipt, card)


async def test_no_text_becomes_a_voice_message(here, fake, chat):
    receipt = await here.messenger.post(at(chat), Card((Text("jobs-none"),)), "")
    card = result(await track(here, form="ogg"), shape=Shape.VOICE)
    with pytest.raises(Fault) as raised:
        await here.messenger.edit(at(chat), receipt, card)
    assert raised.value.problem.code is Code.CARD_GONE


async def test_where_no_text_becomes_a_file_it_is_tried_once(here, fake, chat):
    fake.limits.text_becomes_file = False
    receipt = await here.messenger.post(at(chat), Card((Text("jobs-none"),)), "")
    card = result(await track(here))
    for _ in range(2):
        with pytest.raises(Fault) as raised:
            await here.messenger.edit(at(chat), receipt, card)
        assert raised.value.problem.code is Code.CARD_GONE
    assert [call.method for call in fake.calls].count("editMessageMedia") == 1


async def test_words_of_a_result_change_where_they_stand(here, fake, chat):
    receipt = await here.messenger.post(at(chat), result(await track(here)), "")
    problem = cards.problem_card(Problem(Code.CHAT_UNSURE))
    await here.messenger.edit(at(chat), receipt, problem)
    (shown,) = fake.messages(chat)
    assert shown.kind == "audio"
    assert "did not say" in shown.text


async def test_the_answer_stays_in_its_topic(here, fake, ada):
    group = fake.add_group(forum=True, members=[ada])
    topic = fake.add_topic(group, "Voices")
    said = fake.voice(group, ada, fake.file(OPUS), thread=topic)
    card = result(await track(here, form="ogg"), shape=Shape.VOICE)
    await here.messenger.post(at(group, said, thread=str(topic)), card, "")
    assert fake.messages(group)[-1].thread == topic


async def test_a_group_that_became_a_supergroup_is_found(here, fake, ada):
    group = fake.add_group(kind="group", members=[ada])
    address = at(group)
    made = fake.migrate(group)
    receipt = await here.messenger.post(address, Card((Text("jobs-none"),)), "")
    assert here.moves == [(str(group.id), str(made.id))]
    assert receipt.startswith(f"{made.id}:")
    assert fake.messages(made)[-1].by_bot


async def test_a_person_who_wants_nothing_any_more_ends_it(here, fake, chat, ada):
    fake.block(ada)
    with pytest.raises(Fault) as raised:
        await here.messenger.post(at(chat), Card((Text("jobs-none"),)), "")
    assert raised.value.problem.code is Code.CHAT_GONE


async def test_what_telegram_refuses_as_too_large_can_be_made_smaller(here, fake, chat):
    fake.fail("sendAudio", Trouble(status=413))
    with pytest.raises(Fault) as raised:
        await here.messenger.post(at(chat), result(await track(here)), "")
    assert raised.value.problem.code is Code.FILE_REFUSED


async def test_an_upload_that_was_lost_may_have_arrived(here, fake, chat):
    fake.fail("sendAudio", Trouble(swallow=True))
    with pytest.raises(Fault) as raised:
        await here.messenger.post(at(chat), result(await track(here)), "")
    assert raised.value.problem.code is Code.CHAT_UNSURE
    assert len(fake.messages(chat)) == 1


async def test_one_chat_that_must_wait_holds_up_no_other(here, fake, chat):
    other = fake.private(fake.add_user("Bob"))
    fake.fail("sendMessage", Trouble(status=429, retry_after=30))
    card = Card((Text("jobs-none"),))
    for _ in range(2):
        with pytest.raises(Fault) as raised:
            await here.messenger.post(at(chat), card, "")
        assert raised.value.problem.code is Code.CHAT_DOWN
    began = datetime.now(UTC)
    await here.messenger.post(at(other), card, "")
    assert datetime.now(UTC) - began < timedelta(seconds=20), "it did not wait for the other one"
    assert [call.method for call in fake.calls].count("sendMessage") == 2


async def test_messages_that_are_gone_already_are_no_error(here, fake, chat):
    receipt = await here.messenger.post(at(chat), Card((Text("jobs-none"),)), "")
    await here.messenger.delete(at(chat), receipt)
    await here.messenger.delete(at(chat), receipt)
    assert fake.messages(chat) == []


async def test_what_a_person_sent_is_brought_in(here, fake, chat, ada):
    sent = fake.voice(chat, ada, fake.file(OPUS))
    source = Source("a.ogg", ref=json.dumps({"file": sent.file.id}))
    assert b"".join([chunk async for chunk in here.messenger.open(source)]) == OPUS


async def test_what_telegram_does_not_hand_out_says_why(here, fake, chat, ada):
    sent = fake.voice(chat, ada, fake.file(OPUS, size=25_000_000))
    source = Source("a.ogg", ref=json.dumps({"file": sent.file.id}))
    with pytest.raises(Fault) as raised:
        _ = [chunk async for chunk in here.messenger.open(source)]
    assert raised.value.problem.code is Code.TOO_LARGE_HERE


async def test_a_download_that_breaks_off_is_tried_again(here, fake, chat, ada):
    sent = fake.voice(chat, ada, fake.file(OPUS, cut=10))
    source = Source("a.ogg", ref=json.dumps({"file": sent.file.id}))
    with pytest.raises(Fault) as raised:
        _ = [chunk async for chunk in here.messenger.open(source)]
    assert raised.value.problem.code is Code.CHAT_DOWN


async def test_a_flood_wait_met_by_progress_is_heeded(here, fake, chat):
    working = Card((Text("card-working", {"name": "a"}),), Tone.WORKING, progress=Progress(0.1))
    receipt = await here.messenger.post(at(chat), Card((Text("jobs-none"),)), "")
    fake.fail("editMessageText", Trouble(429, retry_after=60))
    for _ in range(3):
        with pytest.raises(Fault):
            await here.messenger.edit(at(chat), receipt, working)
    assert [one.status for one in fake.calls if one.method == "editMessageText"] == [429]


async def test_a_film_is_sent_with_its_size_and_its_picture(here, fake, chat, ada):
    film = await track(here, "clean", "mp4", mime="video/mp4")
    cover = fake.photo(chat, ada, fake.file(JPEG, "cover.jpg", "image/jpeg"))
    ref = json.dumps({"file": "x", "width": 1920, "height": 1080, "cover": cover.file.id})
    job = a_job(source=Source("a.mp4", ref=ref, shape=Shape.VIDEO))
    await here.store.write(lambda tx: tx.add(job))
    await here.messenger.post(at(chat), result(film, shape=Shape.VIDEO, job=job.id), "")
    (call,) = [one for one in fake.calls if one.method == "sendVideo"]
    assert (call.params["width"], call.params["height"]) == ("1920", "1080")
    assert fake.messages(chat)[-1].file.thumbnail == JPEG


async def test_an_edit_in_a_group_that_moved_hits_no_strange_message(here, fake, ada):
    group = fake.add_group(kind="group", members=[ada], admins=[ada])
    receipt = await here.messenger.post(at(group), Card((Text("jobs-none"),)), "")
    made = fake.migrate(group)
    with pytest.raises(Fault) as raised:
        await here.messenger.edit(at(group), receipt, Card((Text("jobs-none"),)))
    assert raised.value.problem.code is Code.CARD_GONE
    assert here.moves == [(str(group.id), str(made.id))]


@pytest.mark.parametrize(
    ("url", "is_button"), [("https://a.example/x", True), ("http://nas:80/x", False)]
)
async def test_an_address_that_telegram_takes_for_no_button_stands_in_the_text(
    here, fake, chat, url, is_button
):
    card = Card((Text("jobs-none"),), links=(Link("a.wav", url),))
    await here.messenger.post(at(chat), card, "")
    (shown,) = fake.messages(chat)
    assert (shown.keyboard != []) == is_button
    assert (url in shown.text) != is_button


async def test_what_another_bot_uploaded_is_uploaded_anew(here, fake, chat):
    song = await track(here)
    strange = Receipt(f"{chat.id}:7:a-file-of-another-bot")
    told = Posting(0, receipt=strange, tracks=(song.id,))
    job = a_job(address=at(chat), outcome=(song,), postings=(told,), state=State.DELIVERING)
    await here.store.write(lambda tx: tx.add(job))
    await here.messenger.post(at(chat), result(song, job=job.id), "")
    (shown,) = fake.messages(chat)
    assert shown.file.name == song.name
    fake.broken.clear()  # it was asked for by a name that the fake never gave
