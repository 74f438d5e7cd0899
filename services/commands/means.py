"""What the commands work with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.consent import Consent
from services.delivery import Delivery
from services.forgetting import Forgetting
from services.intake import Intake
from services.journal import Journal
from services.ports import Files, Messenger, Now, Store
from services.retention import Retention
from services.routing import Routes


@dataclass(frozen=True, slots=True)
class Means:
    """One object each.

    keep: how long files are kept after delivery. usual: whether sound may leave this machine
    where nobody said so.
    """

    store: Store
    files: Files
    journal: Journal
    intake: Intake
    delivery: Delivery
    retention: Retention
    forgetting: Forgetting
    messengers: Mapping[str, Messenger]
    routes: Routes
    now: Now
    keep: timedelta
    usual: Consent = Consent.ASK
