"""Components and modals that Discord does not take, each beside a good one."""


def row(*parts):
    return {"type": 1, "components": list(parts)}


def button(name, **about):
    return {"type": 2, "style": 1, "custom_id": name, "label": "Press"} | about


def label(**about):
    field = {"type": 4, "custom_id": "note", "style": 1}
    return {"type": 18, "label": "Note", "component": field} | about


def select(*values, **about):
    options = [{"label": value, "value": value} for value in values]
    return row({"type": 3, "custom_id": "select", "options": options} | about)


def modal(**about):
    return {"title": "Send", "custom_id": "send", "components": [label()]} | about


GOOD_ROWS = [
    [row(*(button(f"{number}") for number in range(5))), select("a", "b", max_values=2)],
]
BAD_ROWS = [
    [row(*(button(f"{number}") for number in range(6)))],
    [row(button(f"{number}")) for number in range(6)],
    [row(button("same"), button("same"))],
    [row(button("x" * 101))],
    [row(button("x", label="x" * 81))],
    [row({"type": 2, "style": 5, "label": "Link", "url": "ftp://example"})],
    [{"type": 10, "content": "text"}],
    [select()],
    [select(*(f"{number}" for number in range(26)))],
    [select("a", placeholder="x" * 151)],
    [select("a", max_values=2)],
]
GOOD_MODALS = [modal()]
BAD_MODALS = [
    modal(title="x" * 46),
    modal(components=[]),
    modal(components=[label()] * 2),
    modal(components=[label(label="x" * 46)]),
    modal(components=[label(description="x" * 101)]),
    modal(components=[row(button("x"))]),
]
