"""Signed tokens: what we hand out and believe again when it comes back."""

import hmac
from collections.abc import Mapping
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

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
        signature = token.rpartition(".")[2]
        try:
            body = self._serializer(purpose).loads(token)
            # Base64 has several spellings of the same bytes, and a signature does not sign itself.
            if base64_encode(base64_decode(signature)).decode() != signature:
                return None
        except (BadData, UnicodeEncodeError):
            return None
        expiry = body.pop(EXPIRY, None)
        if expiry is not None and now.timestamp() >= int(expiry):
            return None
        return {str(name): str(value) for name, value in body.items()}

    def derive(self, purpose: str, name: str) -> bytes:
        """32 bytes that belong to `name`: the same each time, and nobody else's."""
        return hmac.digest(self._secret.encode(), f"undertone.{purpose}:{name}".encode(), "sha256")

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._secret, salt=f"undertone.{purpose}")
