"""The composition root: read `build` from top to bottom to see what the product is made of."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from aiohttp import web

from adapters.fetcher import open_fetcher
from adapters.files.blobs import open_files
from adapters.http import downloads as served
from adapters.http import probes
from adapters.http.app import application
from adapters.http.hooks import Hooks
from adapters.plugin import Core, Platform, PlatformPlugin, ProviderPlugin, Tools
from adapters.queue.embedded import EmbeddedQueue
from adapters.store.store import SqlStore, open_store
from adapters.workers import HeadStart, SupervisedWorkers, open_workers
from adapters.workers.models import look
from bot import allotting, secret_key
from bot.settings import Settings
from services import commands, delivery, keys, lines, providing
from services.accounts import Accounts
from services.albums import Albums
from services.announcer import Announcer
from services.bringing import Bringing
from services.callbacks import Callbacks
from services.collecting import Collecting
from services.commands import Means
from services.consent import Consent
from services.delivery import Delivery, Linker
from services.desk import Desk
from services.erasing import Erasing
from services.forgetting import Forgetting
from services.health import Health
from services.intake import Intake
from services.journal import Journal
from services.links import Signer
from services.meters import Meters
from services.model import Job, Kind, Track
from services.noticing import Noticing
from services.ports import Fetcher, Files, Messenger, Now, Observer, Provider
from services.providing import Providing
from services.recipes import Operation
from services.reporting import Reporting
from services.retention import Retention
from services.routing import Routes, is_elsewhere
from services.shrinking import Shrinking
from services.tiers import Tiers
from services.worker import Parts, Worker


def utc_now() -> datetime:
    """The clock of the product."""
    return datetime.now(UTC)


@dataclass(slots=True)
class App:
    """What `build` made, for those who run or test it."""

    settings: Settings
    store: SqlStore
    files: Files
    workers: SupervisedWorkers
    tiers: Tiers
    fetcher: Fetcher
    queue: EmbeddedQueue
    journal: Journal
    intake: Intake
    worker: Worker
    announcer: Announcer
    retention: Retention
    noticing: Noticing
    forgetting: Forgetting
    desk: Desk
    signer: Signer
    callbacks: Callbacks
    meters: Meters
    providers: Mapping[str, Provider]
    accounts: Accounts
    health: Health
    messengers: dict[str, Messenger]
    platforms: dict[str, Platform] = field(default_factory=dict)
    checks: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    now: Now = utc_now

    def http(self) -> web.Application:
        """One application with everything that is served."""
        token = self.settings.http.metrics_token
        routes: list[web.AbstractRouteDef] = list(
            probes.routes(self.checks, self.meters, token.get_secret_value() if token else None)
        )
        routes += served.routes(self.store, self.files, self.signer, self.now)
        routes += self.hooks(self.now).routes()
        routes += [route for platform in self.platforms.values() for route in platform.routes]
        return application(routes)

    def hooks(self, now: Now) -> Hooks:
        """What takes the callbacks of providers."""
        return Hooks(self.callbacks, self.journal, self.providers, self.meters, now)


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    platforms: Sequence[PlatformPlugin],
    providers: Sequence[ProviderPlugin],
    messengers: Mapping[str, Callable[[Files], Messenger]] | None = None,
    observers: Sequence[Observer] = (),
    now: Now = utc_now,
    warm: bool = True,
    first: HeadStart | None = None,
) -> AsyncIterator[App]:
    """Open everything that these settings ask for; close it in the opposite order.

    messengers: chats that have no plugin, such as the terminal, made from Files.
    warm: load the engine in the background, so that the first job need not wait for it.
    first: a child of the engine that is under way already.
    """
    async with AsyncExitStack() as stack:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        outside = await _open_outside(stack, settings, warm, first)
        private = settings.fetch.allowed_private
        tools = Tools(
            files=outside.files,
            workers=outside.workers,
            now=now,
            tiers=outside.tiers,
            fetcher=outside.fetcher,
            private=private,
            is_called=settings.http.public_url is not None,
        )
        opened = await _open_providers(stack, settings, providers, tools)
        chats = {name: make(outside.files) for name, make in (messengers or {}).items()}
        app = _assemble(settings, outside, opened, chats, now)
        for observer in observers:
            app.journal.observe(observer)
        await _open_platforms(stack, app, platforms)
        yield app


@dataclass(frozen=True, slots=True)
class Outside:
    """What lies outside the process."""

    store: SqlStore
    files: Files
    workers: SupervisedWorkers
    tiers: Tiers
    fetcher: Fetcher


async def _open_outside(
    stack: AsyncExitStack, settings: Settings, warm: bool, first: HeadStart | None
) -> Outside:
    files = await stack.enter_async_context(
        open_files(settings.storage_url, settings.data_dir, settings.storage)
    )
    # Not the system's folder for such things, which may lie in memory: an hour needs gigabytes.
    folder = await stack.enter_async_context(files.scratch())
    workers = await stack.enter_async_context(
        open_workers(
            settings.engine.processes,
            warm=warm,
            folder=folder,
            models=settings.models,
            first=first,
        )
    )
    # Those who only look at rows need no model.
    tiers = await look(workers, settings.engine.stems_backend, settings.models) if warm else Tiers()
    # After the workers: the engine loads while the database is brought up to date.
    store = await stack.enter_async_context(
        open_store(settings.database_url, settings.data_dir, secret_key.pepper(settings))
    )
    fetcher = await stack.enter_async_context(open_fetcher(settings.fetch.allowed_private))
    return Outside(store, files, workers, tiers, fetcher)


async def _open_providers(
    stack: AsyncExitStack, settings: Settings, plugins: Sequence[ProviderPlugin], tools: Tools
) -> dict[str, Provider]:
    return {
        plugin.name: await stack.enter_async_context(
            plugin.open(settings.provider(plugin.name), tools)
        )
        for plugin in plugins
        if plugin.is_on(settings.provider(plugin.name))
    }


def _assemble(
    settings: Settings,
    outside: Outside,
    providers: Mapping[str, Provider],
    chats: dict[str, Messenger],
    now: Now,
) -> App:
    """The services, each given what it uses. `chats` is filled as the platforms open."""
    store, files, workers = outside.store, outside.files, outside.workers
    slots = {Kind.SOUND: settings.engine.processes, Kind.WIRE: settings.worker.concurrency}
    queue = EmbeddedQueue(now, slots)
    meters = Meters()
    journal = Journal(
        store, queue, now, allotting.plans(settings), [meters.moved], lines.at_once(slots)
    )
    keep = timedelta(hours=settings.retention_hours)
    intake = Intake(store, journal, files, workers, chats, now, outside.fetcher)
    announcer = Announcer(store, journal, chats, now)
    retention, forgetting = _ending(settings, outside, providers, chats, journal, now)
    signer = Signer(secret_key.secret(settings))
    delivers = Delivery(told := _telling(settings, outside, chats, journal, signer, now))
    callbacks = Callbacks(signer, settings.http.public_url)
    engines = _engines(settings, outside, providers, chats, journal, meters, callbacks, now)
    parts = Parts(
        store, queue, journal, intake, engines.collecting, Albums(store, told, delivers),
        announcer, retention, engines.providing, now, meters,
    )  # fmt: skip
    means = Means(
        store, files, journal, intake, delivers, retention, forgetting, chats,
        routes(settings, providers), now, keep, Consent(settings.providers.consent),
    )  # fmt: skip
    return App(
        settings=settings,
        store=store,
        files=files,
        workers=workers,
        tiers=outside.tiers,
        fetcher=outside.fetcher,
        queue=queue,
        journal=journal,
        intake=intake,
        worker=Worker(parts),
        announcer=announcer,
        retention=retention,
        noticing=Noticing(store, chats, now),
        forgetting=forgetting,
        desk=Desk(commands.table(means), journal, announcer),
        signer=signer,
        callbacks=callbacks,
        meters=meters,
        providers=providers,
        accounts=engines.accounts,
        health=engines.health,
        messengers=chats,
        checks={"database": store.ping, "storage": partial(_reach, files)},
        now=now,
    )


def _ending(
    settings: Settings,
    outside: Outside,
    providers: Mapping[str, Provider],
    chats: Mapping[str, Messenger],
    journal: Journal,
    now: Now,
) -> tuple[Retention, Forgetting]:
    """What removes files whose time is over, and what forgets people and spaces."""
    store, keep = outside.store, timedelta(hours=settings.retention_hours)
    erasing = Erasing(providers, now)
    retention = Retention(store, outside.files, journal, chats, erasing, now, keep)
    return retention, Forgetting(store, journal, retention, erasing, now, keep)


@dataclass(frozen=True, slots=True)
class Engines:
    """What lies between the sound and its results."""

    providing: Providing
    collecting: Collecting
    accounts: Accounts
    health: Health


def _engines(
    settings: Settings,
    outside: Outside,
    providers: Mapping[str, Provider],
    chats: Mapping[str, Messenger],
    journal: Journal,
    meters: Meters,
    callbacks: Callbacks,
    now: Now,
) -> Engines:
    store, files, workers = outside.store, outside.files, outside.workers
    hosts = {name: provider.hosts for name, provider in providers.items()}
    bringing = Bringing(files, workers, outside.fetcher, hosts)
    collecting = Collecting(files, workers, chats, bringing)
    health = Health(store, now)
    means = providing.Means(
        store=store,
        journal=journal,
        collecting=collecting,
        routes=routes(settings, providers),
        providers=providers,
        messengers=chats,
        health=health,
        callbacks=callbacks,
        usual=Consent(settings.providers.consent),
        now=now,
        meters=meters,
        reporting=Reporting(store, now),
    )
    accounts = Accounts(providers, store, health, meters, now)
    return Engines(Providing(means), collecting, accounts, health)


def _telling(
    settings: Settings,
    outside: Outside,
    chats: Mapping[str, Messenger],
    journal: Journal,
    signer: Signer,
    now: Now,
) -> delivery.Means:
    link = downloads(signer, settings.http.public_url)
    shrinking = Shrinking(outside.files, outside.workers, has_links=link is not None)
    keep = timedelta(hours=settings.retention_hours)
    return delivery.Means(journal, chats, shrinking, link, keep, now)


def downloads(signer: Signer, public_url: str | None) -> Linker | None:
    """How a track gets an address of its own; None where people cannot reach us."""
    if public_url is None:
        return None

    def link(job: Job, track: Track, until: datetime) -> str:
        token = signer.sign(served.PURPOSE, {"job": job.id, "track": track.id}, until)
        return served.address(public_url, token)

    return link


async def _reach(files: Files) -> None:
    """Fails when the storage does not answer."""
    with suppress(FileNotFoundError):
        await files.size("incoming/check")


async def _open_platforms(
    stack: AsyncExitStack, app: App, plugins: Sequence[PlatformPlugin]
) -> None:
    settings = app.settings
    has_web = any(plugin.name == allotting.WEB for plugin in plugins)
    core = Core(
        desk=app.desk,
        store=app.store,
        files=app.files,
        workers=app.workers,
        signer=app.signer,
        now=app.now,
        public_url=settings.http.public_url,
        http_host=settings.http.host,
        http_port=settings.http.port,
        trusted_proxies=settings.http.trusted_proxies,
        keep=timedelta(hours=settings.retention_hours),
        upload_url=settings.http.public_url if has_web else None,
        fetcher=app.fetcher,
    )
    for plugin in plugins:
        platform = await stack.enter_async_context(
            plugin.open(settings.platform(plugin.name), core)
        )
        app.platforms[plugin.name] = platform
        app.messengers[plugin.name] = platform.messenger
        if platform.check is not None:
            app.checks[plugin.name] = platform.check


def wanted(
    settings: Settings, platforms: Sequence[PlatformPlugin], only: Sequence[str] = ()
) -> list[PlatformPlugin]:
    """The platforms to open: those that are set up; the web chat unasked if there is no other."""
    on = [plugin for plugin in platforms if plugin.is_on(settings.platform(plugin.name))]
    # Programs do not need the page, but whoever keeps their keys may want to hear a result.
    others = [plugin for plugin in on if plugin.name not in (allotting.WEB, keys.PLATFORM)]
    if others and settings.platform(allotting.WEB).enabled is None:
        on = [plugin for plugin in on if plugin.name != allotting.WEB]
    return [plugin for plugin in on if not only or plugin.name in only]


def routes(settings: Settings, providers: Mapping[str, Provider]) -> Routes:
    """For each operation the providers in order of preference: as set, else all, local last."""
    is_never = Consent(settings.providers.consent) is Consent.NEVER
    # What can never be sent is not offered either: nobody can allow it.
    usable = {name: one for name, one in providers.items() if not (is_never and is_elsewhere(one))}
    order = sorted(usable, key=lambda name: name == "local")
    return {
        operation: tuple(
            usable[name] for name in settings.routes.of(operation.value) or order if name in usable
        )
        for operation in Operation
    }
