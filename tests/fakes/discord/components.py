"""Reading components, and the rules on them."""

from collections import Counter
from typing import Any

from tests.fakes.discord.limits import Limits
from tests.fakes.discord.refusal import must

ROW, BUTTON, SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 18, 19, 21, 22, 23
SELECTS = {3, 5, 6, 7, 8}
V2 = {SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER}
LINK, PREMIUM = 5, 6


def walk(components):
    """All components of all levels, outer ones first."""
    for one in components:
        yield one
        yield from walk(one.get("components") or ())
        for key in ("component", "accessory"):
            if inner := one.get(key):
                yield from walk([inner])


def label_of(button: dict[str, Any]) -> str:
    return button.get("label") or (button.get("emoji") or {}).get("name") or ""


def buttons(components):
    return [one for one in walk(components) if one["type"] == BUTTON]


def find(components, name: str) -> dict[str, Any] | None:
    """What has this custom_id, or else this label."""
    every = list(walk(components))
    for one in every:
        if one.get("custom_id") == name:
            return one
    return next((one for one in every if one["type"] == BUTTON and label_of(one) == name), None)


def check(components, limits: Limits, *, v2: bool) -> None:
    """Refuse what Discord would in a message."""
    every = list(walk(components))
    _check_names(every, limits)
    if v2:
        must(len(every) <= limits.components, "components", "too many components")
        texts = sum(len(one.get("content", "")) for one in every if one["type"] == TEXT)
        must(texts <= limits.text, "components", "too much text")
    else:
        must(len(components) <= limits.rows, "components", "too many rows")
        must(all(one["type"] == ROW for one in components), "components", "only rows here")
        must(not any(one["type"] in V2 for one in every), "components", "needs Components V2")
    for one in every:
        _check_one(one, limits)


def _check_names(every, limits: Limits) -> None:
    names = [one["custom_id"] for one in every if "custom_id" in one]
    twice = [name for name, times in Counter(names).items() if times > 1]
    must(not twice, "components", f"custom_id used twice: {twice}")
    must(all(1 <= len(name) <= limits.custom_id for name in names), "custom_id", "1 to 100")


def _check_one(one: dict[str, Any], limits: Limits) -> None:
    kind = one["type"]
    if kind == ROW:
        _check_row(one["components"], limits)
    elif kind == BUTTON:
        _check_button(one, limits)
    elif kind in SELECTS:
        _check_select(one, limits)


def _check_row(inner, limits: Limits) -> None:
    must(1 <= len(inner) <= limits.buttons, "components", "1 to 5 in a row")
    selects = [one for one in inner if one["type"] in SELECTS]
    must(not selects or len(inner) == 1, "components", "a select needs a row of its own")


def _check_button(button: dict[str, Any], limits: Limits) -> None:
    style = button.get("style")
    must(style in range(1, 7), "style", f"unknown style {style}")
    must(len(button.get("label") or "") <= limits.label, "label", "80 at most")
    if style == LINK:
        url = button.get("url", "")
        good = url.startswith(("http://", "https://", "discord://")) and len(url) <= 512
        must(good, "url", "http(s) and 512 at most")
        must("custom_id" not in button, "custom_id", "not on a link")
    elif style != PREMIUM:
        must("custom_id" in button, "custom_id", "missing")
        must("url" not in button, "url", "only on a link")
    must(style == PREMIUM or label_of(button) or button.get("emoji"), "label", "nothing to see")


def _check_select(select: dict[str, Any], limits: Limits) -> None:
    must("custom_id" in select, "custom_id", "missing")
    must(len(select.get("placeholder") or "") <= limits.placeholder, "placeholder", "150 at most")
    if select["type"] != SELECT:
        return
    options = select.get("options", [])
    must(1 <= len(options) <= limits.options, "options", "1 to 25")
    _check_options(options, limits)
    low, high = select.get("min_values", 1), select.get("max_values", 1)
    must(0 <= low <= high <= limits.options and high >= 1, "max_values", "out of range")
    must(high <= len(options), "max_values", "more than there are options")


def _check_options(options, limits: Limits) -> None:
    for option in options:
        must(1 <= len(option.get("label", "")) <= limits.option, "label", "1 to 100")
        must(1 <= len(option.get("value", "")) <= limits.option, "value", "1 to 100")
        must(len(option.get("description") or "") <= limits.option, "description", "100 at most")
    values = [option["value"] for option in options]
    must(len(values) == len(set(values)), "options", "the same value twice")


def check_modal(modal: dict[str, Any], limits: Limits) -> None:
    """Refuse a modal that Discord would."""
    must(1 <= len(modal.get("title", "")) <= limits.modal_title, "title", "1 to 45")
    must(1 <= len(modal.get("custom_id", "")) <= limits.custom_id, "custom_id", "1 to 100")
    components = modal.get("components", [])
    must(1 <= len(components) <= limits.modal_components, "components", "1 to 5")
    every = list(walk(components))
    _check_names(every, limits)
    for one in components:
        must(one["type"] in (ROW, LABEL, TEXT), "components", "only labels, rows and texts")
    for one in every:
        _check_in_modal(one, limits)


def _check_in_modal(one: dict[str, Any], limits: Limits) -> None:
    kind = one["type"]
    must(kind != BUTTON, "components", "no buttons in a modal")
    if kind == LABEL:
        must(1 <= len(one.get("label", "")) <= limits.modal_label, "label", "1 to 45")
        told = one.get("description") or ""
        must(len(told) <= limits.modal_description, "description", "100 at most")
        must("component" in one, "component", "missing")
    elif kind == TEXT_INPUT:
        must(len(one.get("label") or "") <= limits.modal_label, "label", "45 at most")
    elif kind == FILE_UPLOAD:
        low, high = one.get("min_values", 1), one.get("max_values", 1)
        must(0 <= low <= high <= limits.files and high >= 1, "max_values", "0 to 10")
    elif kind in SELECTS:
        _check_select(one, limits)
    elif kind in (RADIO, CHECKBOXES):
        options = one.get("options", [])
        must(2 <= len(options) <= 10 or (kind == CHECKBOXES and options), "options", "2 to 10")
        _check_options(options, limits)
