"""Opens the parts of a city and hands each what it needs."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dalgu import cities, services
from dalgu.access.access import Access
from dalgu.app.folder import Folder
from dalgu.app.hub_parts import hub_parts
from dalgu.app.keyring import VaultKeyRing
from dalgu.app.offices import Offices, offices
from dalgu.app.opening import Around, open_books
from dalgu.app.rooms import center_rooms
from dalgu.app.runner import JobRunner
from dalgu.app.sealing_job import sealing_job
from dalgu.center.incidents.entities import Incident
from dalgu.center.learning.jobs import jobs as learning_jobs
from dalgu.center.rooms import Rooms
from dalgu.certification.certification import Certification
from dalgu.certification.framework.shelf import Shelf
from dalgu.cities import City
from dalgu.devices.codecs.entities import PayloadCodec
from dalgu.devices.intake import Intake
from dalgu.devices.jobs import silent_devices
from dalgu.devices.lwm2m.server import Lwm2mServer
from dalgu.devices.mqtt import Listener
from dalgu.devices.registry import Registry
from dalgu.governance.bodies.entities import ENTITIES as BODY_TYPES
from dalgu.governance.entities import TYPES as REGISTER_TYPES
from dalgu.hub.api.tenants import Tenants
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Hub
from dalgu.hub.local import LocalHub
from dalgu.hub.model import Entity
from dalgu.hub.notify import Notifier
from dalgu.hub.subscriptions import Subscriptions
from dalgu.hub.tenants import TenantBook
from dalgu.hub.types import Alert, Device, Feed, KeyPerformanceIndicator
from dalgu.kernel.clock import Clock
from dalgu.kernel.schedule import every
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.service import Job, Opened, Service
from dalgu.store.sqlite import Store

CENTER_TYPES = (Incident,)  # of the rooms of the operation center


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
    lwm2m: Lwm2mServer | None  # at the CoAP address that the settings name
    contexts: Contexts
    subscriptions: Subscriptions
    notifier: Notifier
    federation: Federation
    book: TenantBook
    tenants: Tenants
    services: tuple[Service, ...]
    certification: Certification
    offices: Offices
    rooms: Rooms
    opened: Mapping[str, Opened]  # the services that keep a book
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
    parts = hub_parts(settings, folder, clock, store, types)
    hub, keys = parts.hub, VaultKeyRing(parts.access)
    registry = Registry(hub, keys)
    decoders = {name: decode for one in built for name, decode in one.decoders.items()}
    intake = Intake(hub, registry, decoders, clock)
    city = cities.load(settings.city)
    shelf = Shelf.of_city(folder.path)
    certification = Certification(hub, clock, shelf, city_kind=city.kind)
    certifying = offices(settings, folder, certification, parts.access, city.name)
    rooms = center_rooms(hub, store, clock, parts.access, city, built)
    around = Around(hub, store, clock, parts.access, city, settings, folder.path)
    books = open_books(around, built)
    works = [
        *jobs(built, certification, store, settings),
        certifying.job,
        *learning_jobs(rooms),
        *(job for one in books.values() for job in one.jobs),
    ]
    return Platform(
        settings=settings,
        clock=clock,
        city=city,
        store=store,
        hub=hub,
        access=parts.access,
        keys=keys,
        registry=registry,
        intake=intake,
        listener=None if settings.mqtt_url is None else Listener(intake, settings.mqtt_url),
        lwm2m=None if settings.coap_url is None else Lwm2mServer(intake, settings.coap_url, clock),
        contexts=parts.contexts,
        subscriptions=parts.subscriptions,
        notifier=parts.notifier,
        federation=parts.federation,
        book=parts.book,
        tenants=parts.tenants,
        services=built,
        certification=certification,
        offices=certifying,
        rooms=rooms,
        opened=books,
        runner=JobRunner(store, hub, clock, works),
    )


def declared_types(built: tuple[Service, ...]) -> tuple[type[Entity], ...]:
    """Return the entity types that the rooms and the services declare."""
    common = (Device, PayloadCodec, Feed, Alert, KeyPerformanceIndicator, *REGISTER_TYPES)
    common = (*common, *BODY_TYPES, *CENTER_TYPES)
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
