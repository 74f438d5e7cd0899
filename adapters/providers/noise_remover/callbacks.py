"""Reads what noise-remover.com posts to us; nothing here is slow and nothing is fetched."""

from collections.abc import Mapping
from datetime import timedelta

from adapters.providers.noise_remover import news
from adapters.wire import noise_remover as wire
from adapters.wire import signatures
from services.ports import Callback, Now

OLDEST = timedelta(seconds=wire.LINK_SECONDS)  # afterwards the file is gone anyway
MOST_AHEAD = timedelta(minutes=5)
# What a sender may call it that does not say (AMB-09), unless the operator knows better.
HEADERS = ("x-signature", "x-webhook-signature", "x-noise-remover-signature")


class CallbackReader:
    """Tells what is signed from what is only a reason to ask.

    header: where a sender puts the signature that does not put it into the body.
    """

    def __init__(self, secrets: tuple[bytes, ...], header: str | None, now: Now) -> None:
        self._secrets = secrets
        self._headers = (header.lower(),) if header else HEADERS
        self._now = now
        self.reading: signatures.Reading | None = None  # the one that worked last

    def read(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """What it says. Raises `ValueError` when it is none of theirs."""
        given = {name.lower(): value for name, value in headers.items()}
        if given.get("content-encoding", "identity") != "identity":
            raise ValueError("The body is packed.")
        likely = self.reading or signatures.Reading.REMOVED
        header = next((given[name] for name in self._headers if name in given), "")
        verified = signatures.verify(body, self._secrets, header, likely)
        # Of a signed body only the very bytes that were signed are read.
        webhook = _webhook(verified.body if verified else body)
        if verified is None:
            return Callback(webhook.ref, news.token(webhook))
        self.reading = verified.reading
        said = news.report(webhook) if self._is_fresh(webhook) else None
        return Callback(webhook.ref, news.token(webhook), said)

    def _is_fresh(self, webhook: wire.Webhook) -> bool:
        if webhook.timestamp is None:
            return False
        now = self._now()
        # Their examples disagree by a minute about the end of the link: the earlier one counts.
        is_open = webhook.download_expires is None or now <= webhook.download_expires
        return is_open and -MOST_AHEAD <= now - webhook.timestamp <= OLDEST


def _webhook(body: bytes) -> wire.Webhook:
    fields = signatures.fields_of(body)
    webhook = wire.Webhook.model_validate(fields)
    if not webhook.ref:
        raise ValueError("It names no job.")
    status = wire.EVENTS.get(webhook.event or "")
    if status is None or fields.get("status", status) != status:
        raise ValueError("Its event is unknown, or disagrees with its status.")
    return webhook.model_copy(update={"status": status})
