"""Which providers are out for all jobs, since when and why: a breaker that every process shares."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.ports import Now, Store
from services.problems import Code, Problem
from services.transactions import Tx

log = logging.getLogger(__name__)

KEPT = "providers"  # where the store keeps it, beside the spaces
ENOUGH = 5  # failures in a row, of whatever jobs
FIRST_OUT = timedelta(seconds=30)
LONGEST_OUT = timedelta(minutes=10)
OWNER_OUT = timedelta(minutes=15)  # until the owner has had time to do something about it
SHORT_WAIT = timedelta(seconds=60)  # that is only waited for

OWNERS = frozenset({Code.PROVIDER_KEY, Code.PROVIDER_CREDIT, Code.PROVIDER_PLAN})
# Who has no more of these still answers questions.
UNASKED = frozenset({Code.PROVIDER_CREDIT, Code.PROVIDER_PLAN})
OUTAGES = frozenset({Code.PROVIDER_DOWN, Code.PROVIDER_UNSURE})


@dataclass(frozen=True, slots=True)
class Out:
    """Why a provider gets no job, and until when."""

    problem: Problem
    until: datetime

    @property
    def is_owners(self) -> bool:
        """Whether only its owner can mend it, so that waiting is of no use."""
        return self.problem.code in OWNERS


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of one provider. failures: in a row. told: what its owner was told."""

    failures: int = 0
    until: datetime | None = None
    why: Code | None = None
    told: Code | None = None


SOUND = State()


def after_failure(
    state: State, problem: Problem, retry_after: timedelta | None, now: datetime
) -> State:
    """The state once a call failed so; what is the file's fault is not the provider's."""
    code = problem.code
    if code in OWNERS:
        return State(state.failures, now + OWNER_OUT, code, code)
    if code is Code.PROVIDER_BUSY and retry_after is not None and retry_after > SHORT_WAIT:
        return State(state.failures, now + min(retry_after, LONGEST_OUT), code, state.told)
    if code in OUTAGES:
        failures = state.failures + 1
        if failures < ENOUGH:
            return State(failures, state.until, state.why, state.told)
        pause = min(FIRST_OUT * 2 ** min(failures - ENOUGH, 10), LONGEST_OUT)
        return State(failures, now + pause, code, state.told)
    return state


def after_success(state: State, *, is_question: bool) -> State:
    """The state once a call was answered as it should be."""
    return state if is_question and state.told in UNASKED else SOUND


class Health:
    """Notes how calls went, and says who is out."""

    def __init__(self, store: Store, now: Now) -> None:
        self._store = store
        self._now = now

    async def worked(self, provider: str, *, is_question: bool = False) -> None:
        """It did what it should: whatever was, is over, if that could have failed for it."""
        before = await self._store.read(lambda tx: _load(tx, provider))
        after = after_success(before, is_question=is_question)
        if after != before:
            await self._store.write(lambda tx: _save(tx, provider, after))
            log.info("provider works again", extra={"provider": provider})

    async def failed(
        self, provider: str, problem: Problem, retry_after: timedelta | None = None
    ) -> None:
        """It did not; its owner is told once of what only they can mend."""
        now = self._now()

        def note(tx: Tx) -> tuple[State, State]:
            tx.lock_scope(f"{KEPT}:{provider}")
            before = _load(tx, provider)
            after = after_failure(before, problem, retry_after, now)
            if after != before:
                _save(tx, provider, after)
            return before, after

        before, after = await self._store.write(note)
        if after.told is not None and after.told != before.told:
            log.error(
                "provider needs its owner: see its account and `undertone check`",
                extra={"provider": provider, "problem": str(problem.code)},
            )
        elif after.until is not None and before.until is None:
            log.warning(
                "provider is left alone for a while",
                extra={"provider": provider, "problem": str(problem.code)},
            )

    async def forgive(self, provider: str) -> Out | None:
        """Let it have jobs again, as its owner has looked after it; what it was out for."""
        found = await self._store.read(lambda tx: out(tx, [provider], self._now()))
        await self._store.write(lambda tx: _save(tx, provider, SOUND))
        return found.get(provider)


def out(tx: Tx, providers: Collection[str], now: datetime) -> Mapping[str, Out]:
    """Those of these providers that get no job now."""
    found = {name: _load(tx, name) for name in providers}
    return {
        name: Out(Problem(state.why), state.until)
        for name, state in found.items()
        if state.why is not None and state.until is not None and state.until > now
    }


def _load(tx: Tx, provider: str) -> State:
    kept = tx.space(KEPT, provider)
    until = kept.get("until")
    return State(
        failures=int(kept.get("failures", 0)),
        until=datetime.fromisoformat(until) if until else None,
        why=_code(kept.get("why")),
        told=_code(kept.get("told")),
    )


def _code(kept: Any) -> Code | None:
    return next((code for code in Code if code == kept), None)


def _save(tx: Tx, provider: str, state: State) -> None:
    kept = {
        "failures": state.failures,
        "until": state.until.isoformat() if state.until else "",
        "why": state.why.value if state.why else "",
        "told": state.told.value if state.told else "",
    }
    tx.put_space(KEPT, provider, kept)
