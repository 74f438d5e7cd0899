"""API keys: a key is a space, and what is kept of it stands among that space's settings.

Of the key itself only its hash is kept. It has enough random bits that nobody can try them all, so
a plain hash serves, and the beginning that finds it is no secret.
"""

import base64
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from services import spaces
from services.limits import UNLIMITED
from services.links import Signer
from services.model import Address
from services.periods import Period
from services.plans import PLAN, Plan
from services.transactions import Tx

PLATFORM = "api"
KEPT = "key"
BEGINNING = "nr_live_sk_"  # as noise-remover.com's keys begin; MusicGPT's have no form
ID_LETTERS = 12
ID = re.compile(f"[0-9a-f]{{{ID_LETTERS}}}")
SECRET_BYTES = 32
SHOWN = 4  # last letters of a key, by which people tell it from others
MOST = 10_000  # keys
PUT_OFF = "not called"  # so begins the reason why a callback waits that nobody tried

# The plans of noise-remover.com's page: minutes a month, requests a minute, webhooks or not.
# An operator's tiers may replace them, or give a key another one.
PLANS: Mapping[str, Plan] = {
    plan.name: plan
    for plan in (
        Plan(
            "api_dev",
            {"space": {Period.MONTH: 1_500.0}, "requests": 60.0, "calls_back": False},
        ),
        Plan("api_pro", {"space": {Period.MONTH: 4_000.0}, "requests": 120.0}),
        Plan("api_business", {"space": {Period.MONTH: 10_000.0}, "requests": 300.0}),
        Plan("api_unlimited", {"space": {Period.MONTH: UNLIMITED}}),
    )
}
# A key whose tier is not there any more must not cost whoever runs this more than they meant.
OTHERWISE: Mapping[str, str] = {PLATFORM: "api_dev"}


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key.

    id: names its space. ends: its last letters. webhook_url: who is told where a request names
    nobody; empty: nobody. revoked_at: since when it opens nothing.
    """

    id: str
    name: str
    digest: str
    ends: str
    made_at: datetime
    plan: str = ""
    webhook_url: str = ""
    revoked_at: datetime | None = None

    @property
    def address(self) -> Address:
        """Its space, which is a chat with one program."""
        return Address(PLATFORM, self.id, self.id)


def made(name: str, now: datetime) -> tuple[str, Key]:
    """A new key: the text that is shown once, and what is kept."""
    key_id = secrets.token_hex(ID_LETTERS // 2)
    text = f"{BEGINNING}{key_id}{secrets.token_urlsafe(SECRET_BYTES)}"
    return text, Key(key_id, name, _digest(text), text[-SHOWN:], now)


def add(tx: Tx, key: Key, plan: str) -> Key:
    """Keep a new key with its plan. Raises `ValueError` where its name is taken."""
    spaces.lock(tx, PLATFORM, KEPT)  # two of one name, made at once, see each other
    known = next((one for one in every(tx) if one.name == key.name), None)
    if known is not None:
        # Two of one name could not be told apart in what is listed.
        why = " It is revoked, and its name is free once it is forgotten: take another until then."
        raise ValueError(
            f"There is a key named {key.name!r} already.{why if known.revoked_at else ''}"
        )
    spaces.change(tx, PLATFORM, key.id, KEPT, _plain(key))
    spaces.change(tx, PLATFORM, key.id, PLAN, plan)
    return get(tx, key.id)


def every(tx: Tx) -> list[Key]:
    """Those that can be used, and for a while those that were revoked; the oldest first."""
    found = tx.spaces_with(KEPT, MOST)
    keys = [_read(space, kept) for platform, space, kept in found if platform == PLATFORM]
    return sorted(keys, key=lambda key: (key.made_at, key.id))


def get(tx: Tx, name: str) -> Key:
    """The key with this id or name. Raises `ValueError` where there is none."""
    for key in every(tx):
        if name in (key.id, key.name):
            return key
    raise ValueError(f"There is no key named {name!r}; `undertone keys list` shows all.")


def find(tx: Tx, text: str) -> Key | None:
    """The key that this text is; None: nobody's, or a revoked one."""
    key_id = text.removeprefix(BEGINNING)[:ID_LETTERS]
    # Headers may hold what no database takes as a name.
    may_be = text.startswith(BEGINNING) and ID.fullmatch(key_id)
    key = of_space(tx, key_id) if may_be else None
    # Compared with something in any case: what is not there takes as long as what is wrong.
    is_right = hmac.compare_digest(_digest(text), key.digest if key else _digest(BEGINNING))
    return key if key is not None and is_right and key.revoked_at is None else None


def of_space(tx: Tx, space: str) -> Key | None:
    """The key that this space is, revoked or not; None: it is forgotten."""
    kept = tx.space(PLATFORM, space)
    return _read(space, kept) if KEPT in kept else None


def revoke(tx: Tx, name: str, now: datetime) -> Key:
    """It opens nothing from now on, and is forgotten as a space that the bot has left."""
    key = _locked(tx, name)
    if key.revoked_at is None:
        _change(tx, key, "revoked_at", now.isoformat())
        spaces.change(tx, PLATFORM, key.id, spaces.LEFT, now.isoformat())
    return get(tx, name)


def call_back(tx: Tx, name: str, webhook_url: str) -> Key:
    """Tell this address where a request names none; empty: nobody."""
    key = _locked(tx, name)
    _change(tx, key, "webhook_url", webhook_url)
    return get(tx, name)


def webhook_secret(signer: Signer, key: Key) -> str:
    """What its callbacks are signed with: made from our own secret, so it is kept nowhere."""
    derived = signer.derive("webhook", f"{key.id}:{key.digest}")
    return f"whsec_{base64.b64encode(derived).decode()}"


def _locked(tx: Tx, name: str) -> Key:
    """The key as it stands when nobody else can change it any more."""
    spaces.lock(tx, PLATFORM, get(tx, name).id)
    return get(tx, name)


def _change(tx: Tx, key: Key, part: str, value: str) -> None:
    kept = tx.space(PLATFORM, key.id)[KEPT]
    spaces.change(tx, PLATFORM, key.id, KEPT, {**kept, part: value})


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def _plain(key: Key) -> dict[str, str]:
    return {
        "name": key.name,
        "digest": key.digest,
        "ends": key.ends,
        "made_at": key.made_at.isoformat(),
        "webhook_url": key.webhook_url,
    }


def _read(space: str, settings: Mapping[str, Any]) -> Key:
    kept = settings[KEPT]
    revoked = kept.get("revoked_at")
    return Key(
        id=space,
        name=kept["name"],
        digest=kept["digest"],
        ends=kept["ends"],
        made_at=datetime.fromisoformat(kept["made_at"]),
        plan=str(settings.get(PLAN, "")),
        webhook_url=kept.get("webhook_url", ""),
        revoked_at=datetime.fromisoformat(revoked) if revoked else None,
    )
