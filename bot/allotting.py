"""What the settings give to whom: plans, and what the people of each platform may use."""

import math
from collections.abc import Callable
from dataclasses import replace

from adapters.web.settings import stays_here
from bot import tiers_file
from bot.settings import Settings
from services import keys
from services.periods import Period
from services.plans import Plans
from services.quotas import Allowance

WEB = "web"


def plans(settings: Settings) -> Plans:
    """What the operator gives to whom."""
    base, allowed = allowances(settings), settings.quota.allowed_spaces
    if settings.quota.tiers_file is None:
        return Plans(base, keys.PLANS, allowed=allowed, otherwise=keys.OTHERWISE)
    file = tiers_file.read(settings.quota.tiers_file)
    named = {**keys.PLANS, **file.plans}
    return Plans(base, named, file.usual, file.spaces, file.sold, allowed, keys.OTHERWISE)


def allowances(settings: Settings) -> Callable[[str], Allowance]:
    """What the people of a platform may use.

    The web chat that nobody else reaches and the command line have no quota unless one is set.
    """
    quota = settings.quota
    common = Allowance(
        space={Period.MONTH: quota.guild_minutes_per_month},
        person={Period.DAY: quota.user_minutes_per_day},
        visitors={Period.DAY: quota.guest_minutes_per_day},
        installation={Period.MONTH: quota.installation_minutes_per_month},
        file_bytes=quota.max_file_mb * 1_000_000,
        file_seconds=quota.max_duration_minutes * 60,
        active_jobs=quota.max_active_jobs_per_user,
    )
    set_by_hand = quota.model_fields_set

    def given(name: str, value: float) -> float:
        return value if name in set_by_hand else math.inf

    at_home = Allowance(
        space={Period.MONTH: given("guild_minutes_per_month", quota.guild_minutes_per_month)},
        person={Period.DAY: given("user_minutes_per_day", quota.user_minutes_per_day)},
        installation=common.installation,
        file_bytes=given("max_file_mb", common.file_bytes),
        file_seconds=given("max_duration_minutes", common.file_seconds),
        active_jobs=given("max_active_jobs_per_user", common.active_jobs),
    )
    # A batch counts as one, however many files it has.
    special = {
        "terminal": replace(at_home, active_jobs=math.inf),
        # A key's minutes are those of its plan.
        keys.PLATFORM: replace(common, space={}, person={}, active_jobs=math.inf),
    }
    if stays_here(settings.http.host, settings.http.public_url):
        special[WEB] = at_home
    return lambda platform: special.get(platform, common)
