"""settings export and import: everything that was set in a place, as a file."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from services import spaces
from services.commands import settings_audit as audit
from services.commands import settings_habits as habits
from services.commands import settings_parts as parts
from services.commands.command import Option
from services.commands.means import Means
from services.model import Ask
from services.problems import Code, fault
from services.showing import Card, Document, Text
from services.spaces import ACCESS, CHANNELS, HABITS, PRESETS, QUOTA, By
from services.transactions import Tx

FILE = Option("file", kind="file")
NAME, MIME = "undertone-settings.json", "application/json"
LARGEST = 256_000  # bytes
SHOWN = 20  # changes
# Empty ones too: a file that says nothing of a part leaves it as it is.
MANY = (HABITS, CHANNELS, PRESETS, QUOTA, ACCESS)


async def give(means: Means, ask: Ask) -> tuple[Card, ...]:
    """The file."""
    made = await means.store.read(lambda tx: exported(tx, ask))
    text = json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    document = Document(NAME, MIME, text.encode())
    return (Card((Text("settings-exported"),), documents=(document,), is_private=True),)


def exported(tx: Tx, ask: Ask) -> dict[str, Any]:
    """What was set there, with people by the ids that their platform knows them by."""

    def id_of(alias: str) -> str:
        found = tx.named(alias)
        return found[2] if found else ""

    platform = ask.address.platform
    settings = {}
    for part in parts.PARTS:
        kept = tx.space(platform, _space(ask, part)).get(part, {} if part in MANY else None)
        settings[part] = parts.renamed(part, kept, id_of)
    return {"version": parts.VERSION, "platform": platform, "settings": settings}


def _space(ask: Ask, part: str) -> str:
    """Where a part is kept: in one's own chat, what is one's own is the chat's."""
    is_own = spaces.is_own(ask.address, ask.person) and part in (HABITS, PRESETS)
    return spaces.own(ask.person) if is_own else ask.address.space


async def take(means: Means, ask: Ask) -> tuple[Card, ...]:
    """Keep what the file says, all of it or nothing."""
    raw = await _bytes(means, ask)
    card = await means.store.write(lambda tx: _apply(tx, means, ask, raw))
    if ask.sources[0].key:
        await means.files.delete(ask.sources[0].key)  # it names people, and has done its work
    return (card,)


async def _bytes(means: Means, ask: Ask) -> bytes:
    source = ask.sources[0]
    messenger = means.messengers.get(ask.address.platform)
    if source.key:
        stream: AsyncIterator[bytes] = means.files.get(source.key)
    elif messenger is not None and not source.url:
        stream = messenger.open(source)
    else:
        raise fault(Code.NO_SETTINGS)
    found = b""
    try:
        async for block in stream:
            found += block
            if len(found) > LARGEST:
                raise fault(Code.BAD_SETTINGS)
    except FileNotFoundError:
        raise fault(Code.FILE_GONE, name=source.name) from None
    return found


def _apply(tx: Tx, means: Means, ask: Ask, raw: bytes) -> Card:
    found = parts.read(raw)
    mine = tx.space(ask.address.platform, _space(ask, PRESETS)).get(PRESETS, {})
    presets = found.parts.get(PRESETS, mine)
    own = presets if isinstance(presets, dict) else {}
    is_elsewhere = found.platform != ask.address.platform
    checking = parts.Checking(means, own, habits.replies(means, ask), is_elsewhere=is_elsewhere)
    # All of it is looked at before any of it is kept.
    checked = {name: checking.part(name, value) for name, value in found.parts.items()}
    fits = _fitting(tx, ask, checked, is_elsewhere=is_elsewhere)
    changed = [line for name in fits for line in _keep(tx, ask, means, name, fits[name])]
    return _card(changed, is_cut=fits != checked)


def _fitting(tx: Tx, ask: Ask, checked: Mapping[str, Any], *, is_elsewhere: bool) -> dict[str, Any]:
    """The parts that can be kept here: what is named by an id is so on one platform only."""
    found = dict(checked)
    # In their own chat, people do not decide how many minutes they have, nor who may write there.
    if not ask.person.is_admin:
        found = {name: one for name, one in found.items() if name not in (QUOTA, ACCESS)}
    if not is_elsewhere:
        return found
    found = {name: one for name, one in found.items() if name not in (ACCESS, CHANNELS)}
    if QUOTA in found:
        kept = exported(tx, ask)["settings"][QUOTA]
        own = {name: one for name, one in kept.items() if name in parts.BY_ID}
        rest = {name: one for name, one in (found[QUOTA] or {}).items() if name not in parts.BY_ID}
        found[QUOTA] = {**rest, **own}
    return found


def _keep(tx: Tx, ask: Ask, means: Means, part: str, value: Any) -> list[Text]:
    """Keep the part; what differs then."""
    platform, space = ask.address.platform, _space(ask, part)
    named = parts.renamed(part, value, lambda one: tx.alias(platform, "person", one))
    before = tx.space(platform, space).get(part)
    is_private = space == spaces.own(ask.person) and part in MANY
    by = None if is_private else By(ask.person, means.now())
    spaces.change(tx, platform, space, part, named, by)
    changed = spaces.differences({part: before}, {part: named})
    return [audit.told(tx, "settings-changed", *one) for one in changed]


def _card(changed: Sequence[Text], *, is_cut: bool) -> Card:
    lines = [Text("settings-imported", {"count": len(changed)}), *changed[:SHOWN]]
    if len(changed) > SHOWN:
        lines.append(Text("card-more-lines", {"count": len(changed) - SHOWN}))
    if is_cut:
        lines.append(Text("settings-left-out"))
    return Card(tuple(lines))
