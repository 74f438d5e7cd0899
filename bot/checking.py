"""`undertone check`: reach everything the settings name; one line each, never a secret."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial

from bot import hooks, wiring
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import Settings, notes
from services import keys
from services.commands.command import Takes
from services.plans import PLAN
from services.ports import Provider, SoundTask
from services.problems import Code, Fault, fault
from services.recipes import QUICK_STEMS

FAILED = 1
PROBE_KEY = "incoming/check"
MOST_CALLBACKS = 100
MOST_SPACES = 100_000
OWNER = {
    Code.PROVIDER_KEY: "it does not accept the key; look at its API_KEY setting",
    Code.PROVIDER_CREDIT: "its account is used up; buy more there, or switch it off here",
    Code.PROVIDER_PLAN: "its plan does not include this; look at its PLAN setting",
    Code.PROVIDER_BUSY: "it wants to be left alone for a while; try again later",
    Code.PROVIDER_DOWN: "it does not answer; look at its BASE_URL setting and at the network",
}


async def check(settings: Settings, say: Callable[[str], None]) -> int:
    """Say how each part stands; returns the exit code."""
    chosen = wiring.wanted(settings, PLATFORMS)
    say("ok      settings")
    for note in notes(settings):
        say(f"note    {note}")
    async with wiring.build(settings, platforms=chosen, providers=PROVIDERS) as app:
        results = [
            await _one(say, "database", app.store.ping),
            await _one(say, "storage", lambda: _storage(app)),
            await _one(say, "engine", lambda: _engine(app)),
        ]
        for name, state in app.workers.sandbox().items():
            say(f"{'ok' if state else 'missing':<8}sandbox: {name}")
        results.append(_stems(app, settings, say))
        await _tiers(app, say)
        for name, provider in app.providers.items():
            await _hear(app, provider)
            is_well = await _one(say, f"provider: {name}", partial(_account, provider, say))
            results.append(is_well)
            await _forgive(app, provider, say) if is_well else None
        offered = [command.name for command in app.desk.commands if command.takes is Takes.SOUND]
        missing = [one.name for one in app.desk.commands if not one.is_offered]
        say(f"note    nobody does: {', '.join(missing)}") if missing else None
        if set(missing) >= set(offered):
            say("FAILED  no provider is switched on: set UNDERTONE_PROVIDERS__LOCAL__ENABLED=true")
            results.append(False)
        for name, platform in app.platforms.items():
            reach = platform.operating.reach if platform.operating else _nothing
            results.append(await _one(say, f"platform: {name}", reach))
        for note in hooks.notes(app):
            say(f"note    {note}")
        if settings.http.public_url is None:
            say("note    no public address: providers are polled, and no links are given in chats")
    return 0 if all(results) else FAILED


def _stems(app: wiring.App, settings: Settings, say: Callable[[str], None]) -> bool:
    """Who splits into stems; wrong is only that what was asked for by name is not there."""
    tiers, backend = app.tiers, settings.engine.stems_backend
    is_there = bool(tiers.models) or tiers.has_builtin
    for sentence in tiers.trouble:
        say(f"{'note' if is_there else 'FAILED':<8}stems: {sentence}")
    for model in tiers.models:
        say(f"ok      stems: {model.backend} on {model.device} with {', '.join(model.models)}")
        say(f"        for {', '.join(model.stems)}")
    if tiers.has_builtin:
        say(f"ok      stems: builtin, quick, for {', '.join(QUICK_STEMS)}")
    if not is_there and not tiers.trouble:
        say(f"FAILED  stems: no model in {settings.models} tells stems apart for {backend}")
    return is_there


async def _tiers(app: wiring.App, say: Callable[[str], None]) -> None:
    """What the file of tiers has; one that cannot be read ended the program before.

    The plans of API keys are always there, and are not counted.
    """
    plans = app.journal.plans
    found = await app.store.read(lambda tx: tx.spaces_with(PLAN, MOST_SPACES))
    by_hand = {f"{platform}:{space}": kept[PLAN] for platform, space, kept in found}
    lost = sorted(space for space, tier in by_hand.items() if tier not in plans.named)
    assigned = {*plans.spaces, *(set(by_hand) - set(lost))}
    of_file = [name for name, plan in plans.named.items() if plan != keys.PLANS.get(name)]
    if assigned or of_file:
        say(f"ok      tiers: {len(of_file)}; assigned to spaces: {len(assigned)}")
    for space in lost:
        say(f"note    {space} was given the tier {by_hand[space]}, which is not there any more")


async def _nothing() -> None:
    """The web chat is part of this very program."""


async def _one(say: Callable[[str], None], name: str, reach: Callable[[], Awaitable[None]]) -> bool:
    try:
        await reach()
    except Fault as error:
        say(f"FAILED  {name}: {error.problem.detail or error.problem.code}")
        return False
    except Exception as error:  # noqa: BLE001 – whatever is wrong, it is what the operator asked
        say(f"FAILED  {name}: {type(error).__name__}: {str(error)[:200]}")
        return False
    say(f"ok      {name}")
    return True


async def _hear(app: wiring.App, provider: Provider) -> None:
    """The newest callback that is kept, so that the provider can say how it was signed."""
    found = await app.store.read(lambda tx: tx.callbacks(None, MOST_CALLBACKS))
    for one in found:
        if one.provider == provider.name and one.body is not None:
            with suppress(ValueError):
                provider.read_callback(one.headers, one.body, None)
            return


async def _forgive(app: wiring.App, provider: Provider, say: Callable[[str], None]) -> None:
    """Whoever checks has looked after it: a pause ends."""
    was = await app.health.forgive(provider.name)
    if was is not None:
        say(f"        {provider.title}: got no jobs ({was.problem.code}), and gets some again")


async def _account(provider: Provider, say: Callable[[str], None]) -> None:
    """What the provider says of our account. Raises `Fault` with a sentence for the operator."""
    try:
        found = await provider.account()
    except Fault as error:
        code, detail = error.problem.code, error.problem.detail
        raise fault(
            code, OWNER.get(code, "it does not answer as it should") + f" ({detail})"
        ) from error
    for field, value in found.items():
        shown = f"{value:g}" if isinstance(value, float | int) else value
        say(f"        {provider.title}: {field.replace('_', ' ')} {shown}")


async def _storage(app: wiring.App) -> None:
    async with app.files.scratch() as folder:
        path = folder / "check"
        path.write_bytes(b"check")
        await app.files.put_path(PROBE_KEY, path)
    await app.files.size(PROBE_KEY)
    await app.files.delete(PROBE_KEY)


async def _engine(app: wiring.App) -> None:
    await app.workers.run(SoundTask("warm", []), timeout=timedelta(minutes=5))
