"""Who a visitor is: a random name in a signed cookie, and the door where there is a password."""

import hashlib
import hmac
import secrets
from collections import deque
from collections.abc import MutableMapping, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network

from aiohttp import web

from adapters.remote import address_of
from services.links import Signer
from services.ports import Now

STAYS = timedelta(days=390)  # browsers forget after 400 days at most
OPEN_FOR = timedelta(days=30)
WINDOW = timedelta(minutes=1)
WRONG_PER_ADDRESS = 5
WRONG_IN_ALL = 50


class Visitors:
    """Cookies are named after the port: two servers on one host do not disturb each other."""

    def __init__(
        self,
        signer: Signer,
        now: Now,
        *,
        password: str | None,
        port: int,
        is_secure: bool,
        proxies: Sequence[IPv4Network | IPv6Network] = (),
    ) -> None:
        self._signer = signer
        self._now = now
        self._password = password
        self._is_secure = is_secure
        self._proxies = proxies
        self._visitor = f"undertone_visitor_{port}"
        self._door = f"undertone_door_{port}"
        # A changed password closes the door for everybody.
        self._door_purpose = f"web-door.{_digest(password or '').hex()}"
        self._wrong = WrongTries()

    def known(self, request: web.Request) -> str | None:
        """The visitor's id, or None for somebody new or somebody before a closed door."""
        payload = self._signer.read(
            "web-visitor", request.cookies.get(self._visitor, ""), self._now()
        )
        return payload["id"] if payload and self.may_enter(request) else None

    def may_enter(self, request: web.Request) -> bool:
        """Whether there is no password, or this browser gave it."""
        if self._password is None:
            return True
        token = request.cookies.get(self._door, "")
        return self._signer.read(self._door_purpose, token, self._now()) is not None

    def stranger(self) -> str:
        """An id for somebody new."""
        return secrets.token_hex(10)

    def welcome(self, visitor: str, response: web.Response) -> None:
        """Let the browser keep who it is; the cookie lasts from now on."""
        expires = self._now() + STAYS
        token = self._signer.sign("web-visitor", {"id": visitor}, expires)
        self._set(response, self._visitor, token, STAYS)

    def knock(self, request: web.Request, password: str, response: web.Response) -> bool | None:
        """Open the door for the right password; None: too many wrong ones, come back later."""
        now = self._now()
        address = address_of(request, self._proxies)
        if self._wrong.is_too_many(address, now):
            return None
        is_right = hmac.compare_digest(_digest(password), _digest(self._password or ""))
        if self._password is None or not is_right:
            self._wrong.note(address, now)
            return False
        token = self._signer.sign(self._door_purpose, {"open": "yes"}, now + OPEN_FOR)
        self._set(response, self._door, token, OPEN_FOR)
        return True

    def _set(self, response: web.Response, name: str, value: str, age: timedelta) -> None:
        response.set_cookie(
            name,
            value,
            max_age=int(age.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=self._is_secure,
            path="/",
        )


class WrongTries:
    """Wrong passwords of the last minute, counted by address and in all."""

    def __init__(self) -> None:
        self._all: deque[datetime] = deque(maxlen=WRONG_IN_ALL)
        self._by_address: MutableMapping[str, deque[datetime]] = {}

    def note(self, address: str, now: datetime) -> None:
        """One more wrong password."""
        self._all.append(now)
        self._by_address.setdefault(address, deque(maxlen=WRONG_PER_ADDRESS)).append(now)

    def is_too_many(self, address: str, now: datetime) -> bool:
        """Whether the next try has to wait, right or wrong."""
        recent = now - WINDOW
        for known in [a for a, tries in self._by_address.items() if tries[-1] < recent]:
            del self._by_address[known]
        own = self._by_address.get(address, ())
        return _is_full(self._all, WRONG_IN_ALL, recent) or _is_full(own, WRONG_PER_ADDRESS, recent)


def _is_full(tries: Sequence[datetime], size: int, recent: datetime) -> bool:
    return len(tries) >= size and tries[0] >= recent


def _digest(password: str) -> bytes:
    return hashlib.sha256(password.encode(errors="surrogatepass")).digest()
