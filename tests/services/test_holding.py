"""What a person can read of what is held about them."""

import json
from datetime import timedelta

from adapters.store.store import open_store
from services import holding, quotas, spaces
from services.model import Address, Ask, Person, Source, State
from services.problems import Code, Problem
from services.records import Grant, LedgerLine
from services.spaces import By
from tests.fakes.jobs import START, a_job

ME, OTHER = Person("person-1"), Person("stranger-2")
HERE = Address("web", "space-1", "chat-1")
KEEP = timedelta(hours=24)


def fill(tx):
    """One person's traces, and another's beside them."""
    done = {"state": State.DONE, "done_at": START, "outcome": Problem(Code.PROVIDER_DOWN)}
    tx.add(a_job(1, **done, keep_hours=0.0, sent_to=("There",), source=Source("mine.wav")))
    tx.add(a_job(2, person=OTHER, source=Source("secret.wav")))
    for number, person in enumerate((ME, OTHER), 1):
        scope = quotas.person_scope(tx, HERE, person)
        tx.write_line(LedgerLine(a_job(number).id, scope, "settle", 90_000, START))
        tx.grant(Grant("g", scope, "gift", 60_000, START))
        alias = tx.alias("web", "person", person.id)
        bans = tx.space("web", "space-1").get("access", {}).get("bans", [])
        by = By(person, START)
        spaces.change(tx, "web", "space-1", "access", {"bans": [*bans, alias]}, by)
    spaces.change(tx, "web", spaces.own(ME), spaces.HABITS, {"preset": "music"})
    tx.put_message(ME.id, "k", {"text": "hello"}, START)


async def read(folder, person=ME):
    ask = Ask("privacy", {}, (), person, HERE, "e1")
    async with open_store(None, folder) as store:
        await store.write(fill)
        held = await store.read(lambda tx: holding.held(tx, ask, KEEP, START))
    return json.loads(holding.document(held).content)


async def test_it_has_everything_about_the_person(tmp_path):
    held = await read(tmp_path)
    (job,) = held["jobs"]
    assert (job["file"], job["problem"], job["sent_to"]) == ("mine.wav", "provider_down", ["There"])
    assert job["files_go_at"] == (START + timedelta(hours=1)).isoformat()
    assert held["own_settings"] == {"habits": {"preset": "music"}}
    assert held["minutes_used"] == [{"place": "space-1", "month": "2026-03", "minutes": 1.5}]
    assert [one["minutes"] for one in held["minutes_given"]] == [1.0]
    assert held["in_settings_of_places"] == [
        {"place": "space-1", "what": "access.bans", "value": True}
    ]
    (change,) = held["changes_made"]
    assert (change["place"], change["what"]) == ("space-1", "access.bans.you")
    assert held["messages_kept"] == 1


async def test_it_has_nothing_of_others(tmp_path):
    held = json.dumps(await read(tmp_path))
    assert "stranger" not in held
    assert "secret.wav" not in held


async def test_of_a_stranger_nothing_is_held(tmp_path):
    held = await read(tmp_path, Person("nobody-3"))
    empty = ("jobs", "minutes_used", "minutes_given", "in_settings_of_places", "changes_made")
    assert [held[name] for name in empty] == [[]] * len(empty)
    assert held["own_settings"] == {}
