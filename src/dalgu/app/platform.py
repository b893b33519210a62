"""Opens the parts of a city and hands each what it needs."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from dalgu import cities, services
from dalgu.access.access import Access
from dalgu.access.sessions import SessionLimits
from dalgu.app.folder import Folder
from dalgu.app.keyring import VaultKeyRing
from dalgu.app.runner import JobRunner
from dalgu.app.sealing_job import sealing_job
from dalgu.app.tenancy import HubDoor
from dalgu.certification.framework import load as load_framework
from dalgu.certification.scorecard import Certification
from dalgu.cities import City
from dalgu.devices.intake import Intake
from dalgu.devices.jobs import silent_devices
from dalgu.devices.mqtt import Listener
from dalgu.devices.registry import Registry
from dalgu.governance.entities import Department, WaterSupplyRegister
from dalgu.hub.api.serving import Trunk
from dalgu.hub.api.tenants import Tenants
from dalgu.hub.cached import PublicContexts
from dalgu.hub.context import Shipped
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.fetch import Fetcher
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Hub
from dalgu.hub.local import LocalHub
from dalgu.hub.model import JSON, Entity
from dalgu.hub.notify import Notifier
from dalgu.hub.outgoing import Reach
from dalgu.hub.schema import Schema
from dalgu.hub.smart_data_models.declared import CONTEXT_PATH, context_of_declared
from dalgu.hub.smart_data_models.shipped import shipped_context
from dalgu.hub.smart_data_models.validation import validation
from dalgu.hub.subscriptions import Subscriptions
from dalgu.hub.tenants import TenantBook
from dalgu.hub.types import Alert, Device, Feed, KeyPerformanceIndicator
from dalgu.kernel.clock import Clock, SystemClock
from dalgu.kernel.schedule import every
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.service import Job, Service
from dalgu.store.sqlite import Store

FRAMEWORK = "kr-scc-2021"


@dataclass(frozen=True, slots=True)
class Platform:
    """All parts of one running city."""

    settings: Settings
    clock: Clock
    city: City
    store: Store
    hub: LocalHub
    access: Access
    keys: VaultKeyRing
    registry: Registry
    intake: Intake
    listener: Listener | None  # of the broker that the settings name
    contexts: Contexts
    subscriptions: Subscriptions
    notifier: Notifier
    federation: Federation
    book: TenantBook
    tenants: Tenants
    services: tuple[Service, ...]
    certification: Certification
    runner: JobRunner


@asynccontextmanager
async def opened(
    settings: Settings, folder: Folder, clock_of: Callable[[Store], Clock]
) -> AsyncIterator[Platform]:
    """Open a city on its folder; what it accepted is on disk when this ends.

    `clock_of` sees the store first: a simulated city goes on from where it was.
    """
    store = Store.open(folder.database, waiting_limit=settings.hub.queue_limit)
    try:
        yield assemble(settings, folder, clock_of(store), store)
    finally:
        await store.close()


def assemble(settings: Settings, folder: Folder, clock: Clock, store: Store) -> Platform:
    """Return the parts over an open store; nothing runs yet."""
    built = tuple(services.load())
    types = declared_types(built)
    held_to = validation(settings.hub.validation, settings.hub.validation_by_type, types)
    hub = LocalHub(store, clock, schema=Schema(types), validation=held_to)
    access = Access(
        store,
        SystemClock(),  # people's sessions live in people's time, whatever the city's speed
        key_file=folder.key_file,
        limits=SessionLimits(
            idle=timedelta(minutes=settings.access.session_idle_minutes),
            absolute=timedelta(hours=settings.access.session_hours),
        ),
    )
    keys = VaultKeyRing(access)
    registry = Registry(hub, keys)
    decoders = {name: decode for one in built for name, decode in one.decoders.items()}
    intake = Intake(hub, registry, decoders, clock)
    certification = Certification(hub, load_framework(FRAMEWORK), clock)
    reach = Reach(
        private=settings.hub.allow_private_notifications,
        loopback=settings.hub.allow_private_notifications,
    )
    public = PublicContexts(
        clock,
        fetch=Fetcher(reach) if settings.hub.fetch_contexts else None,
        shipped=shipped_contexts(settings, types),
    )
    contexts = Contexts(store, clock, public=public)
    subscriptions = Subscriptions(store, contexts, clock)
    notifier = Notifier(hub, subscriptions, store, clock, reach=reach)
    federation = Federation(
        store,
        contexts,
        clock,
        notifier=notifier,
        reach=reach,
        address=settings.public_url or "",
    )
    door = HubDoor(access, is_secure=settings.is_secure)
    trunk = Trunk(
        hub,
        contexts,
        federation,
        clock,
        reach,
        guard=door.guard,
        max_body_bytes=settings.hub.max_body_bytes,
        declared=types,
    )
    book = TenantBook(store, clock, most=settings.hub.tenants_limit)
    return Platform(
        settings=settings,
        clock=clock,
        city=cities.load(settings.city),
        store=store,
        hub=hub,
        access=access,
        keys=keys,
        registry=registry,
        intake=intake,
        listener=None if settings.mqtt_url is None else Listener(intake, settings.mqtt_url),
        contexts=contexts,
        subscriptions=subscriptions,
        notifier=notifier,
        federation=federation,
        book=book,
        tenants=Tenants(trunk.default(subscriptions), book, trunk, door),
        services=built,
        certification=certification,
        runner=JobRunner(store, hub, clock, jobs(built, certification, store, settings)),
    )


def shipped_contexts(settings: Settings, types: tuple[type[Entity], ...]) -> Shipped:
    """Return the maker of the contexts that need no network: of our types, of Smart Data Models."""
    hosts = {settings.host, "localhost", "127.0.0.1"}
    bases = {settings.public_url, *(f"http://{host}:{settings.port}" for host in hosts)}
    own = {f"{base}{CONTEXT_PATH}" for base in bases if base is not None}

    def shipped(url: str) -> JSON:
        return context_of_declared(types) if url in own else shipped_context(url)

    return shipped


def declared_types(built: tuple[Service, ...]) -> tuple[type[Entity], ...]:
    """Return the entity types that the rooms and the services declare."""
    common = (Device, Feed, Alert, KeyPerformanceIndicator, Department, WaterSupplyRegister)
    return (*common, *(kind for one in built for kind in one.entities))


def jobs(
    built: tuple[Service, ...], certification: Certification, store: Store, settings: Settings
) -> list[Job]:
    """Return the jobs of the services and those of the rooms below them."""

    async def assess(hub: Hub, clock: Clock) -> None:
        await certification.assess()

    return [
        *(job for one in built for job in one.jobs),
        Job(
            "devices.silence",
            Text("조용한 기기 찾기", "Find silent devices"),
            every(minutes=10),
            silent_devices,
        ),
        Job(
            "certification.assess",
            Text("지표 측정", "Measure the indicators"),
            every(hours=1),
            assess,
        ),
        sealing_job(store, settings),
    ]
