"""Signed tokens: what we hand out and believe again when it comes back."""

from collections.abc import Mapping
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

EXPIRY = "x"


class Signer:
    """Signs small payloads with one secret; each purpose has a salt of its own."""

    def __init__(self, secret: str) -> None:
        if len(secret) < 16:
            raise ValueError("The secret key needs at least 16 characters.")
        self._secret = secret

    def sign(
        self, purpose: str, payload: Mapping[str, str], expires: datetime | None = None
    ) -> str:
        """A URL-safe token for `payload`, good until `expires`."""
        body = dict(payload)
        if expires is not None:
            body[EXPIRY] = str(int(expires.timestamp()))
        return str(self._serializer(purpose).dumps(body))

    def read(self, purpose: str, token: str, now: datetime) -> Mapping[str, str] | None:
        """The payload, or None when the token is altered, expired or of another purpose."""
        serializer = self._serializer(purpose)
        try:
            body = serializer.loads(token)
        except (BadData, UnicodeEncodeError):
            return None
        # Base64 has several spellings of the same bytes; ours is the one that was signed.
        if serializer.dumps(body) != token:
            return None
        expiry = body.pop(EXPIRY, None)
        if expiry is not None and now.timestamp() >= int(expiry):
            return None
        return {str(name): str(value) for name, value in body.items()}

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._secret, salt=f"undertone.{purpose}")
