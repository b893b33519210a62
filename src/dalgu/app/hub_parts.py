"""Puts the hub of a folder together, with who may do what in it: of a city, and standing alone."""

from dataclasses import dataclass
from datetime import timedelta

from dalgu.access.access import Access
from dalgu.access.sessions import SessionLimits
from dalgu.app.folder import Folder
from dalgu.app.tenancy import HubDoor
from dalgu.hub.api.app import HubApi
from dalgu.hub.api.serving import Trunk
from dalgu.hub.api.tenants import Tenants
from dalgu.hub.cached import PublicContexts
from dalgu.hub.context import Shipped
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.fetch import Fetcher
from dalgu.hub.hosted import Contexts
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
from dalgu.kernel.clock import Clock, SystemClock
from dalgu.kernel.settings import Settings
from dalgu.store.sqlite import Store


@dataclass(frozen=True, slots=True)
class HubParts:
    """A hub with all its tenants; nothing runs yet."""

    hub: LocalHub
    access: Access
    contexts: Contexts
    subscriptions: Subscriptions
    notifier: Notifier
    federation: Federation
    book: TenantBook
    api: HubApi  # of the default tenant
    tenants: Tenants


def hub_parts(
    settings: Settings,
    folder: Folder,
    clock: Clock,
    store: Store,
    types: tuple[type[Entity], ...] = (),
) -> HubParts:
    """Return the parts over an open store; `types` are those that a city declares."""
    held_to = validation(settings.hub.validation, settings.hub.validation_by_type, types)
    hub = LocalHub(store, clock, schema=Schema(types), validation=held_to)
    is_near = settings.hub.allow_private_notifications
    reach = Reach(private=is_near, loopback=is_near)
    public = PublicContexts(
        clock,
        fetch=Fetcher(reach) if settings.hub.fetch_contexts else None,
        shipped=shipped_contexts(settings, types),
    )
    contexts = Contexts(store, clock, public=public)
    subscriptions = Subscriptions(store, contexts, clock)
    notifier = Notifier(hub, subscriptions, store, clock, reach=reach)
    address = settings.public_url or ""
    federation = Federation(store, contexts, clock, notifier=notifier, reach=reach, address=address)
    access = _access(settings, folder, store)
    door = HubDoor(access, is_secure=settings.is_secure)
    most = settings.hub.max_body_bytes
    trunk = Trunk(
        hub, contexts, federation, clock, reach, door.guard, max_body_bytes=most, declared=types
    )
    book = TenantBook(store, clock, most=settings.hub.tenants_limit)
    api = trunk.default(subscriptions)
    tenants = Tenants(api, book, trunk, door)
    return HubParts(hub, access, contexts, subscriptions, notifier, federation, book, api, tenants)


def _access(settings: Settings, folder: Folder, store: Store) -> Access:
    return Access(
        store,
        SystemClock(),  # people's sessions live in people's time, whatever the city's speed
        key_file=folder.key_file,
        limits=SessionLimits(
            idle=timedelta(minutes=settings.access.session_idle_minutes),
            absolute=timedelta(hours=settings.access.session_hours),
        ),
    )


def shipped_contexts(settings: Settings, types: tuple[type[Entity], ...]) -> Shipped:
    """Return the maker of the contexts that need no network: of our types, of Smart Data Models."""
    hosts = {settings.host, "localhost", "127.0.0.1"}
    bases = {settings.public_url, *(f"http://{host}:{settings.port}" for host in hosts)}
    own = {f"{base}{CONTEXT_PATH}" for base in bases if base is not None}

    def shipped(url: str) -> JSON:
        return context_of_declared(types) if url in own else shipped_context(url)

    return shipped
