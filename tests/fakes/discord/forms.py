"""Filling in a modal as a person would, who cannot send what it does not allow."""

from typing import Any

from tests.fakes.discord import components as parts
from tests.fakes.discord.model import Upload

LISTS = {parts.SELECT, parts.CHECKBOXES}


def filled(modal: dict[str, Any], values: dict[str, Any]):
    """The components of a submission, and the files in it."""
    left = dict(values)
    files: list[Upload] = []
    said: list[dict[str, Any]] = []
    for one in modal["components"]:
        match one["type"]:
            case parts.TEXT:
                said.append({"type": parts.TEXT, "id": 1})
            case parts.LABEL:
                inner = _field(one["component"], one["label"], left, files)
                said.append({"type": parts.LABEL, "id": 1, "component": inner})
            case _:
                row = [
                    _field(each, each.get("label", ""), left, files) for each in one["components"]
                ]
                said.append({"type": parts.ROW, "id": 1} | {"components": row})
    assert not left, f"the form has no {sorted(left)}"
    return said, files


def _field(part: dict[str, Any], label: str, left: dict[str, Any], files: list[Upload]):
    given: Any
    name, kind = part["custom_id"], part["type"]
    value = left.pop(name, left.pop(label, None))
    said: dict[str, Any] = {"type": kind, "custom_id": name, "id": 1}
    if kind == parts.FILE_UPLOAD:
        given = list(value or [])
        _check_count(part, label, given)
        for one in given:
            one.ephemeral = True
        files += given
        return said | {"values": [str(one.id) for one in given]}
    if kind in LISTS:
        given = _defaults(part) if value is None else list(value)
        _check_count(part, label, given)
        _check_offered(part, label, given)
        return said | {"values": given}
    if kind == parts.RADIO:
        given = next(iter(_defaults(part)), None) if value is None else value
        assert given is not None or not part.get("required", True), f"{label} is required"
        _check_offered(part, label, [] if given is None else [given])
        return said | {"value": given}
    if kind == parts.CHECKBOX:
        return said | {"value": part.get("default", False) if value is None else value}
    return said | {"value": _text(part, label, value)}


def _text(part: dict[str, Any], label: str, value: Any) -> str:
    text = part.get("value") or "" if value is None else str(value)
    assert text or not part.get("required", True), f"{label} is required"
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    assert not text or least <= len(text) <= most, f"{label} takes {least} to {most} characters"
    return text


def _defaults(part: dict[str, Any]) -> list[str]:
    return [one["value"] for one in part.get("options", ()) if one.get("default")]


def _check_count(part: dict[str, Any], label: str, given: list[Any]) -> None:
    if not given and not part.get("required", True):
        return
    low, high = part.get("min_values", 1), part.get("max_values", 1)
    if part["type"] == parts.CHECKBOXES:
        high = part.get("max_values") or len(part["options"])
    assert low <= len(given) <= high, f"{label} takes {low} to {high}, not {len(given)}"


def _check_offered(part: dict[str, Any], label: str, given: list[str]) -> None:
    offered = {one["value"] for one in part["options"]}
    assert set(given) <= offered, f"{label} offers {sorted(offered)}, not {given}"
