"""The operator's tiers: a TOML file, and what it says in the words of the services."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, ValidationError

from bot.setting_types import UNLIMITED, Amount, Group
from services import limits
from services.periods import Period
from services.plans import Plan
from services.spaces import AMOUNTS

POTS = ("space", "person", "guests")
A_NUMBER = 'write a number or "unlimited"'
WHOLE = "write a whole number"
A_NAME = "write a name in quotation marks"
WORDS = {
    "extra_forbidden": "nothing of that name is known here",
    "float_parsing": A_NUMBER,
    "float_type": A_NUMBER,
    "greater_than_equal": "write 0 or more",
    "int_from_float": WHOLE,
    "int_parsing": WHOLE,
    "int_type": WHOLE,
    "bool_type": "write true or false",
    "string_type": A_NAME,
    "dict_type": "write it as a table",
    "model_type": "write it as a table",
    "frozen_set_type": 'write a list like ["denoise", "remote"]',
}


def _no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(A_NUMBER)  # noqa: TRY004 – what pydantic collects
    return value


def _whole(value: float) -> float:
    if value != limits.UNLIMITED and not value.is_integer():
        raise ValueError(WHOLE)
    return value


def _every(value: object) -> object:
    """The word alone stands for all periods; a period that is not named has no limit."""
    if value == UNLIMITED:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError('write { month = 120 }, or "unlimited"')  # noqa: TRY004 – as above
    return value


Number = Annotated[Amount, BeforeValidator(_no_truth)]
Pot = Annotated[dict[Period, Number], BeforeValidator(_every)]
Feature = Literal["denoise", "enhance", "deecho", "dereverb", "stems", "remote"]


class Tier(Group):
    """[tiers.NAME]: what differs from the settings."""

    space: Pot | None = None
    person: Pot | None = None
    guests: Pot | None = None
    file_mb: Number | None = None
    length: Number | None = None
    jobs: Annotated[Number, AfterValidator(_whole)] | None = None
    cooldown: Number | None = None
    rollover: Number | None = None
    priority: int = Field(0, ge=0, strict=True)
    features: frozenset[Feature] | None = None
    requests: Annotated[Number, AfterValidator(_whole)] | None = None
    webhooks: StrictBool | None = None

    def plan(self, name: str) -> Plan:
        """As the fields of an allowance."""
        amounts = {
            field: getattr(self, said) * unit
            for said, (field, unit) in AMOUNTS.items()
            if getattr(self, said) is not None
        }
        pots = {whose: pot for whose in POTS if (pot := getattr(self, whose)) is not None}
        rest = {"priority": self.priority, "features": self.features}
        by_api = {"requests": self.requests, "calls_back": self.webhooks}
        given = {field: value for field, value in by_api.items() if value is not None}
        return Plan(name, {**pots, **amounts, **rest, **given})


class TiersFile(Group):
    """The whole file: tiers by name, and the names of those that spaces and goods have."""

    usual: str = ""
    tiers: dict[str, Tier] = Field(default_factory=dict)
    spaces: dict[str, str] = Field(default_factory=dict)
    sold: dict[str, str] = Field(default_factory=dict)

    @property
    def plans(self) -> dict[str, Plan]:
        """The tiers by name."""
        return {name: tier.plan(name) for name, tier in self.tiers.items()}


def read(path: Path) -> TiersFile:
    """What the file says. Raises `ValueError` that names file, table and key."""
    try:
        found = TiersFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} cannot be read; it should be a UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not TOML: {error}.") from None
    except ValidationError as error:
        raise ValueError("\n".join(_complaints(path, error))) from None
    for place, name in _named(found):
        if name not in found.tiers:
            known = ", ".join(found.tiers) or "none"
            raise ValueError(f'{path}, {place}: there is no tier "{name}"; there are: {known}.')
    return found


def check_places(path: Path, found: TiersFile, platforms: Collection[str]) -> None:
    """Raises `ValueError` for a key that is not `platform:…` with one of these platforms."""
    for table, keys in (("spaces", found.spaces), ("sold", found.sold)):
        for key in keys:
            platform, _, rest = key.partition(":")
            if platform not in platforms or not rest:
                known = ", ".join(sorted(platforms))
                raise ValueError(
                    f'{path}, [{table}] "{key}": write platform:id, with one of {known}.'
                )


def _named(found: TiersFile) -> Iterator[tuple[str, str]]:
    """Where a tier is named, and which."""
    if found.usual:
        yield "usual", found.usual
    for table, names in (("spaces", found.spaces), ("sold", found.sold)):
        for key, name in names.items():
            yield f'[{table}] "{key}"', name


def _complaints(path: Path, error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        message = one["msg"].removeprefix("Value error, ").replace("Input should be", "write")
        yield f"{path}, {_place(one['loc'])}: {WORDS.get(one['type'], message).rstrip('.')}."


def _place(loc: tuple[Any, ...]) -> str:
    """Table and key, as one finds them in the file."""
    parts = [str(part) for part in loc if part != "[key]"]
    depth = {"tiers": 2, "spaces": 1, "sold": 1}.get(parts[0], 0)
    key = ".".join(parts[depth:])
    table = f"[{'.'.join(parts[:depth])}]" if depth else ""
    return f"{table} {key}".strip()
