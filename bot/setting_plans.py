"""Names of settings that are fixed already, for platforms still to come.

They are known, so that a shared .env is no error; whoever sets one is told that nothing reads it.
A plugin that registers under such a name brings its own class, which replaces the one here.
"""

from typing import Annotated

from pydantic import Field

from bot.setting_types import Group, Later


class ApiSettings(Group):
    """UNDERTONE_API__…"""

    enabled: Annotated[bool, Later()] = Field(False, description="The self-hosted API.")


PLATFORMS: dict[str, type[Group]] = {
    "api": ApiSettings,
}
