"""A provider that works elsewhere and calls back, in plain signed JSON."""

import hmac
import json
from datetime import timedelta
from hashlib import sha256

from services.events import Accepted, Broke, Finished
from services.limits import Limits
from services.model import Kind, Result
from services.ports import Callback
from services.problems import Code, Problem

SECRETS = (b"the secret of today", b"the secret of yesterday")
SIGNATURE = "X-Signature"


def signed(body: bytes, secret: bytes = SECRETS[0]) -> dict[str, str]:
    """The headers of a body that its provider signed."""
    return {SIGNATURE: hmac.new(secret, body, sha256).hexdigest()}


def said(ref: str, state: str = "done", **more) -> bytes:
    """What this provider would say."""
    return json.dumps({"id": ref, "state": state, **more}).encode()


class CallingProvider:
    """Port Provider, as far as callbacks need it."""

    title = "There"
    hosts = ("there.example",)
    kind = Kind.WIRE
    limits = Limits()
    paid = False
    forgets = False

    def __init__(self, now, name: str = "there", secrets=SECRETS) -> None:
        self.name = name
        self._now = now
        self._secrets = secrets

    def offers(self, recipe):
        return True

    async def submit(self, order):
        later = self._now() + timedelta(hours=1)
        return Accepted(f"ref-{order.job}", later, later)

    async def find(self, order, doubt):
        return None

    async def ask(self, recipes):
        return {}

    async def cancel(self, ref):
        pass

    def read_callback(self, headers, body, recipe):
        """What is not signed is only a reason to ask."""
        told = json.loads(body, object_pairs_hook=_once)
        ref, token = told["id"], told.get("token", "")
        if not isinstance(ref, str) or not isinstance(token, str):
            raise ValueError("names are texts")  # noqa: TRY004 – as the port says
        is_signed = any(
            hmac.compare_digest(headers.get(SIGNATURE, "").encode(), right.encode())
            for right in (signed(body, secret)[SIGNATURE] for secret in self._secrets)
        )
        return Callback(ref, token, _report(told) if is_signed else None)

    async def account(self):
        return {}


def _once(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _report(told):
    match told.get("state"):
        case "done":
            return Finished((Result("clean", url="https://there.example/x?signature=abc"),))
        case "failed":
            return Broke(Problem(Code.PROVIDER_FAILED))
        case _:
            return None
