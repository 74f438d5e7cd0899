"""API keys: who is let in by a text, what is kept of it, and what its plan gives."""

import json
import string
from base64 import b64decode
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from adapters.store.store import open_store
from services import keys, spaces
from services.limits import UNLIMITED
from services.links import Signer
from services.periods import Period
from services.plans import PLAN, Plan, Plans
from services.quotas import Allowance
from tests.fakes.jobs import START

SIGNER = Signer("a secret of some length")
PLANS = Plans(lambda _platform: Allowance(file_bytes=200), keys.PLANS)


@pytest.fixture
async def store(tmp_path):
    async with open_store(None, tmp_path) as opened:
        yield opened


async def added(store, name="app", at=START, plan="api_pro"):
    """The text of a new key, and what is kept of it."""
    text, key = keys.made(name, at)
    return text, await store.write(lambda tx: keys.add(tx, key, plan))


async def found(store, text):
    return await store.read(lambda tx: keys.find(tx, text))


async def test_a_key_is_found_by_its_text(store):
    text, key = await added(store)
    assert await found(store, text) == key
    assert (key.name, key.plan, key.made_at, key.revoked_at) == ("app", "api_pro", START, None)
    assert (key.ends, key.webhook_url) == (text[-4:], "")


async def test_a_key_begins_as_those_of_the_provider_do(store):
    text, key = await added(store)
    assert text.startswith(f"nr_live_sk_{key.id}")
    assert set(text) <= set(string.ascii_letters + string.digits + "_-")
    assert len(text) == len("nr_live_sk_") + 12 + 43, "32 bytes in base64, after the id"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lambda text: text[:-1] + ("a" if text[-1] != "a" else "b"), id="last letter"),
        pytest.param(lambda text: text[:-1], id="a letter less"),
        pytest.param(lambda text: f"{text}a", id="a letter more"),
        pytest.param(lambda text: text.removeprefix("nr_live_sk_"), id="without its beginning"),
        pytest.param(lambda text: f"nr_live_sk_{'0' * 12}{text[23:]}", id="another id"),
        pytest.param(lambda text: text[:23], id="its id alone"),
        pytest.param(lambda text: text.swapcase(), id="other case"),
        pytest.param(lambda text: f" {text}", id="a space before"),
        pytest.param(lambda text: f"{text}\n", id="a line end behind"),
        pytest.param(lambda text: text + "a" * 10_000, id="10 kB"),
        pytest.param(lambda _text: "", id="empty"),
        pytest.param(lambda _text: "nr_live_sk_", id="the beginning alone"),
        pytest.param(lambda _text: "nr_live_sk_ключ" * 20, id="not ASCII"),
        pytest.param(lambda _text: "nr_live_sk_\udcff" * 20, id="bytes that are no text"),
        pytest.param(lambda _text: "\ud800" * 80, id="half a character"),
        pytest.param(lambda _text: "nr_live_sk_\0" * 20, id="zeros"),
        pytest.param(lambda _text: "nr_live_sk_%' OR 1=1 --", id="something else"),
    ],
)
async def test_whatever_is_not_the_key_opens_nothing(store, text):
    real, _ = await added(store)
    assert await found(store, text(real)) is None


async def test_the_secret_of_one_key_does_not_open_another(store):
    (mine, _), (_, other) = await added(store, "mine"), await added(store, "other")
    assert await found(store, mine.replace(mine[11:23], other.id)) is None


async def test_what_is_kept_does_not_give_the_key_away(store):
    text, key = await added(store)
    kept = json.dumps(await store.read(lambda tx: tx.space("api", key.id)))
    secret = text.removeprefix(f"nr_live_sk_{key.id}")
    pieces = {secret[start : start + 5] for start in range(len(secret) - 4)}
    assert text not in kept
    assert [piece for piece in pieces if piece in kept] == []
    assert key.ends in kept, "which people tell it by"


async def test_two_keys_never_have_one_name(store):
    await added(store)
    with pytest.raises(ValueError, match="There is a key named 'app' already"):
        await added(store)
    assert len(await store.read(keys.every)) == 1


async def test_a_revoked_key_opens_nothing_and_keeps_its_first_day(store):
    text, key = await added(store)
    later = START + timedelta(hours=1)
    first = await store.write(lambda tx: keys.revoke(tx, "app", START))
    again = await store.write(lambda tx: keys.revoke(tx, key.id, later))
    assert await found(store, text) is None
    assert (first.revoked_at, again.revoked_at) == (START, START)


async def test_a_revoked_key_is_a_space_that_the_bot_has_left(store):
    _, key = await added(store)
    await store.write(lambda tx: keys.revoke(tx, "app", START))
    left = await store.read(lambda tx: tx.spaces_with(spaces.LEFT, 10))
    assert [(platform, space) for platform, space, _ in left] == [("api", key.id)]


async def test_revoking_one_leaves_the_others(store):
    (text, key), _ = await added(store, "mine"), await added(store, "other")
    await store.write(lambda tx: keys.revoke(tx, "other", START))
    assert await found(store, text) == key


async def test_a_name_that_nobody_has_is_said(store):
    with pytest.raises(ValueError, match="There is no key named 'app'"):
        await store.write(lambda tx: keys.revoke(tx, "app", START))


async def test_the_oldest_key_comes_first(store):
    for name, hours in (("second", 2), ("first", 1), ("third", 3)):
        await added(store, name, START + timedelta(hours=hours))
    assert [key.name for key in await store.read(keys.every)] == ["first", "second", "third"]


async def test_only_keys_are_keys(store):
    await added(store)
    await store.write(lambda tx: tx.put_space("discord", "1", {keys.KEPT: {"name": "other"}}))
    assert [key.name for key in await store.read(keys.every)] == ["app"]


async def test_the_default_address_can_be_set_and_taken_away(store):
    text, key = await added(store)
    await store.write(lambda tx: keys.call_back(tx, "app", "https://a.example/hook"))
    assert (await found(store, text)).webhook_url == "https://a.example/hook"
    await store.write(lambda tx: keys.call_back(tx, key.id, ""))
    assert await found(store, text) == key


async def test_each_key_has_a_webhook_secret_of_its_own_that_stays(store):
    text, key = await added(store)
    _, other = await added(store, "other")
    before = keys.webhook_secret(SIGNER, key)
    await store.write(lambda tx: keys.call_back(tx, "app", "https://a.example/hook"))
    assert keys.webhook_secret(SIGNER, await found(store, text)) == before
    assert keys.webhook_secret(SIGNER, other) != before


def test_the_webhook_secret_needs_both_the_key_and_the_secret_of_the_installation():
    _, one = keys.made("app", START)
    _, two = keys.made("app", START)
    assert keys.webhook_secret(SIGNER, one) != keys.webhook_secret(SIGNER, two)
    another = Signer("another secret of some length")
    assert keys.webhook_secret(another, one) != keys.webhook_secret(SIGNER, one)


def test_others_can_use_the_webhook_secret():
    _, key = keys.made("app", START)
    secret = keys.webhook_secret(SIGNER, key)
    assert len(b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert Webhook(secret).sign("msg_1", START, "{}").startswith("v1,")


@pytest.mark.parametrize(
    ("plan", "minutes", "requests", "calls_back"),
    [
        ("api_dev", 1_500, 60, False),
        ("api_pro", 4_000, 120, True),
        ("api_business", 10_000, 300, True),
        ("api_unlimited", UNLIMITED, UNLIMITED, True),
    ],
)
def test_a_plan_gives_minutes_requests_and_webhooks(plan, minutes, requests, calls_back):
    given = PLANS.of("api", "0123456789ab", {PLAN: plan}, START)
    assert given.space == {Period.MONTH: minutes}
    assert (given.requests, given.calls_back) == (requests, calls_back)
    assert (given.is_capped, given.file_bytes) == (True, 200)


def test_a_tier_of_the_operator_takes_the_place_of_a_plan():
    own = {**keys.PLANS, "api_pro": Plan("api_pro", {"requests": 7.0})}
    given = Plans(lambda _platform: Allowance(), own).of("api", "1", {PLAN: "api_pro"}, START)
    assert (given.requests, given.space) == (7, {})
