"""Tiers: what the operator gives to whom. Data from a file, assigned by hand or by a purchase."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.quotas import Allowance

PLAN = "plan"  # what the operator assigned to a space
ENTITLED = "entitled"  # what was bought there: by its name at the platform, until when
REMOTE = "remote"  # the feature of using engines on other machines
HOME = "terminal"  # the operator's own command line


@dataclass(frozen=True, slots=True)
class Plan:
    """One tier: the fields of an allowance that differ in it.

    What it gives is also the most that those who look after a space can set.
    """

    name: str
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plans:
    """Everything the operator decided.

    base: what the people of a platform may use without any tier. named: the tiers by name.
    usual: the tier of spaces that have no other; empty: none. spaces: tiers of spaces, by
    `platform:id`. goods: tiers by `platform:name of what is sold there`.
    allowed: spaces that may use the bot at all, as `platform:id`, `id` or `platform`; empty: all.
    otherwise: the tier by platform of those that have no other and for whom none is usual.
    """

    base: Callable[[str], Allowance]
    named: Mapping[str, Plan] = field(default_factory=dict)
    usual: str = ""
    spaces: Mapping[str, str] = field(default_factory=dict)
    goods: Mapping[str, str] = field(default_factory=dict)
    allowed: Collection[str] = ()
    otherwise: Mapping[str, str] = field(default_factory=dict)

    def of(self, platform: str, space: str, kept: Mapping[str, Any], now: datetime) -> Allowance:
        """What holds in a space before its admins set anything; kept: what is kept of it."""
        plan = self.named.get(self.name(platform, space, kept, now))
        base = self.base(platform)
        return replace(base, **plan.changes, is_capped=True, tier=plan.name) if plan else base

    def name(self, platform: str, space: str, kept: Mapping[str, Any], now: datetime) -> str:
        """The space's tier: as assigned, else as the file says, else as bought, else the usual.

        A tier that is not in the file any more is none; the operator's own command line has none.
        """
        if platform == HOME:
            return ""
        said = (
            str(kept.get(PLAN, "")),
            self.spaces.get(f"{platform}:{space}", ""),
            self._bought(platform, kept, now),
        )
        usual = self.usual or self.otherwise.get(platform, "")
        return next((name for name in said if name in self.named), usual)

    def _bought(self, platform: str, kept: Mapping[str, Any], now: datetime) -> str:
        for sold, until in kept.get(ENTITLED, {}).items():
            name = self.goods.get(f"{platform}:{sold}", "")
            if name and (not until or datetime.fromisoformat(until) > now):
                return name
        return ""

    def admits(self, platform: str, space: str) -> bool:
        """Whether the operator lets this space use the bot."""
        plain = space.removeprefix("person-")
        names = {platform, space, plain, f"{platform}:{space}", f"{platform}:{plain}"}
        return not self.allowed or platform == HOME or not names.isdisjoint(self.allowed)


def entitle(kept: Mapping[str, Any], sold: str, until: datetime | None) -> dict[str, str]:
    """What a space has bought, with this as well. until: None where it does not end."""
    return {**kept.get(ENTITLED, {}), sold: until.isoformat() if until else ""}


def disentitle(kept: Mapping[str, Any], sold: str) -> dict[str, str]:
    """The same without this."""
    return {name: until for name, until in kept.get(ENTITLED, {}).items() if name != sold}
