"""What is held about one person: theirs to read, in words and times that people understand."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from services import spaces
from services.model import Ask, Job
from services.problems import Problem
from services.quotas import MINUTE
from services.records import Change, Grant, LedgerLine
from services.retention import FOR_ANOTHER_TRY
from services.showing import Document
from services.transactions import Tx

NAME = "undertone-privacy.json"
MOST_JOBS = 10_000
MOST_CHANGES = 10_000
MOST_MESSAGES = 10_000
ALIAS = re.compile(r"\b[0-9a-f]{16}\b")
ME, SOMEBODY = "you", "somebody"

Plain = dict[str, Any]  # ready for JSON


def document(held: Plain) -> Document:
    """The file that a person is given."""
    content = json.dumps(held, ensure_ascii=False, indent=2).encode()
    return Document(NAME, "application/json", content)


def held(tx: Tx, ask: Ask, keep: timedelta, now: datetime) -> Plain:
    """Everything that is held about the person who asks, on the platform where they ask.

    keep: how long files are usually kept.
    """
    platform, person = ask.address.platform, ask.person.id
    alias = tx.alias(platform, "person", person)
    lines, grants = tx.held_by(alias)
    own = {space: dict(tx.space(platform, space)) for space in spaces.names_of(platform, person)}
    mine = {name: value for kept in own.values() for name, value in kept.items()}
    wish = mine.pop(spaces.FORGET, None)
    return {
        "written_at": now.isoformat(),
        "platform": platform,
        "person": {"id": person, "language": ask.person.locale},
        "own_settings": mine,
        "wish_to_be_forgotten": wish,
        "jobs": [_job(job, keep) for job in tx.jobs_of(platform, person, MOST_JOBS)],
        "messages_kept": len(tx.messages(person, 0, MOST_MESSAGES)),
        "minutes_used": list(_minutes(tx, lines)),
        "minutes_given": [_grant(tx, grant) for grant in grants],
        "in_settings_of_places": list(_standing(tx, platform, alias, own)),
        "changes_made": [
            _change(tx, space, change, alias)
            for space, change in tx.changes_by(alias, MOST_CHANGES)
        ],
        "pseudonym": alias,
    }


def _job(job: Job, keep: timedelta) -> Plain:
    source = job.source
    failed = isinstance(job.outcome, Problem)
    return {
        "id": job.id,
        "asked_at": job.created_at.isoformat(),
        "place": job.address.space,
        "chat": job.address.chat,
        "language": job.person.locale,
        "roles": list(job.person.roles),
        "file": source.name,
        "link": source.url or None,
        "seconds": job.clip.seconds if job.clip else None,
        "operation": job.recipe.operation.value,
        "preset": job.recipe.preset.value,
        "state": job.state.value,
        "problem": job.outcome.code.value if isinstance(job.outcome, Problem) else None,
        "results": [track.name for track in job.tracks],
        "worked_on_by": job.engine or None,
        "sent_to": list(dict.fromkeys((*source.sent_to, *job.sent_to))),
        "files_are_deleted": job.purged,
        "files_go_at": None if job.purged else _until(job, keep, failed=failed),
    }


def _until(job: Job, usual: timedelta, *, failed: bool) -> str | None:
    if job.done_at is None:
        return None
    own = usual if job.keep_hours is None else timedelta(hours=job.keep_hours)
    keep = min(usual, own)
    return (job.done_at + (max(keep, FOR_ANOTHER_TRY) if failed else keep)).isoformat()


def _minutes(tx: Tx, lines: list[LedgerLine]) -> Iterator[Plain]:
    """What was used, by place and month."""
    total: defaultdict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        if line.kind == "settle":
            total[_place(tx, line.scope), f"{line.at:%Y-%m}"] += line.milliseconds
    for (place, month), milliseconds in sorted(total.items()):
        yield {"place": place, "month": month, "minutes": round(milliseconds / MINUTE, 3)}


def _grant(tx: Tx, grant: Grant) -> Plain:
    return {
        "place": _place(tx, grant.scope),
        "kind": grant.kind,
        "minutes": round(grant.milliseconds / MINUTE, 3),
        "at": grant.at.isoformat(),
        "until": grant.until.isoformat() if grant.until else None,
    }


def _place(tx: Tx, scope: str) -> str:
    """The id of the space that a person's scope is of."""
    return spaces.shown(tx, scope.split(":")[1])


def _standing(tx: Tx, platform: str, alias: str, own: Mapping[str, Any]) -> Iterator[Plain]:
    """Where settings of places speak of them: limits of their own, exempt, allowed, banned."""
    for space, kept in tx.spaces_naming(platform, alias):
        if space not in own:
            for what, value in _named(kept, alias):
                yield {"place": space, "what": what, "value": value}


def _named(kept: Any, alias: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """The paths, names joined by dots, under which an alias stands, and what is set there."""
    if isinstance(kept, Mapping):
        for name, inside in kept.items():
            if name == alias:
                yield path, inside
            else:
                yield from _named(inside, alias, f"{path}.{name}" if path else str(name))
    elif isinstance(kept, list | tuple):
        for inside in kept:
            yield from _named(inside, alias, path)
    elif kept == alias:
        yield path, True


def _change(tx: Tx, space: str, change: Change, alias: str) -> Plain:
    def shown(text: str) -> str:
        """Others stay unnamed."""
        return ALIAS.sub(lambda found: ME if found[0] == alias else SOMEBODY, text)

    return {
        "place": spaces.shown(tx, space),
        "at": change.at.isoformat(),
        "what": shown(change.what),
        "before": shown(change.before),
        "after": shown(change.after),
    }
