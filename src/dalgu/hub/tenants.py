"""Which tenants a hub has (CIM 009 4.14), and how one goes with all its data.

The book is in the store, so a command beside a running hub makes and deletes tenants as well.
"""

import re
import uuid
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from dalgu.hub.errors import AlreadyExists, BadRequestData, HubError, ResourceNotFound
from dalgu.hub.errors import shown as shortened
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import Forbidden
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

COLLECTION: Final = "hub.tenants"
MAX_TENANTS: Final = 50
ENTITIES_AT_ONCE: Final = 100  # removed in one transaction, with their history
MESSAGES_AT_ONCE: Final = 10_000  # looked at in one transaction

# No space and no @: the store's names of a tenant's parts are made with these.
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,63}", re.ASCII)


class Tenant(msgspec.Struct, frozen=True):
    """One tenant besides the default one."""

    name: str = ""
    key: str = ""  # tells it from one of the same name that was deleted before
    created_at: datetime | None = None
    is_going: bool = False  # its deletion has begun: nothing of it is served any more


class TenantNotExisting(ResourceNotFound):
    """Nothing was ever made in this tenant (CIM 009 5.5.10)."""

    slug = "tenant-not-existing"
    etsi = "NonexistentTenant"
    title = "The tenant does not exist"

    def __init__(self, tenant: str) -> None:
        super().__init__(f"Tenant '{shortened(tenant)}' does not exist.", tenant=shortened(tenant))


class TenantAlreadyExists(AlreadyExists):
    """A tenant of this name already exists."""

    slug = "tenant-already-exists"
    title = "The tenant already exists"

    def __init__(self, tenant: str) -> None:
        super().__init__(f"Tenant '{shortened(tenant)}' already exists.", tenant=shortened(tenant))


class TenantGoing(HubError):
    """The tenant is being deleted, and cannot begin anew before it is gone."""

    status = 409
    slug = "tenant-going"
    title = "The tenant is being deleted"

    def __init__(self, tenant: str) -> None:
        super().__init__(
            f"Tenant '{shortened(tenant)}' is being deleted. Once that has ended it can be made "
            "anew; 'dalgu tenants delete' goes on with a deletion that was cut short.",
            tenant=shortened(tenant),
        )


class TooManyTenants(HubError, Forbidden):
    """The hub carries no further tenant."""

    slug = "too-many-tenants"
    etsi = "TooManyResults"
    title = "There are too many tenants"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The hub carries at most {limit} tenants. Setting 'hub.tenants_limit' says how many.",
            limit=limit,
        )


def is_name(text: str) -> bool:
    """Tell whether a text can name a tenant."""
    return _NAME.fullmatch(text) is not None


def check_name(name: str) -> str:
    """Return a tenant's name; raise `BadRequestData` when it is none.

    >>> check_name("daegu-west")
    'daegu-west'
    """
    if not is_name(name):
        raise BadRequestData(
            "The name of a tenant must begin with a letter and have at most 64 letters, digits, "
            "'-', '_' and '.', as daegu-west."
        )
    return name


class TenantBook:
    """The tenants of a hub besides the default one, which always exists."""

    def __init__(self, store: Store, clock: Clock, *, most: int = MAX_TENANTS) -> None:
        self._store = store
        self._clock = clock
        self._most = most

    def get(self, name: str) -> Tenant | None:
        """Return a tenant, `None` when there is none of this name."""
        body = self._store.read().records.get(COLLECTION, name)
        return None if body is None else _read(name, body)

    def every(self) -> list[Tenant]:
        """Return all tenants in the order of their names."""
        return [_read(name, body) for name, body in self._store.read().records.all(COLLECTION)]

    async def entities(self, name: str) -> int:
        """Return how many entities a tenant has."""
        return await self._store.scan(lambda tables: tables.tenancy.count(name))

    def check_room(self) -> None:
        """Raise `TooManyTenants` when the hub carries no further one."""
        if len(self.every()) >= self._most:
            raise TooManyTenants(self._most)

    async def make(self, name: str) -> Tenant:
        """Make a tenant before anything is in it.

        Raises
        ------
        TenantAlreadyExists, TooManyTenants, BadRequestData
            When its name is taken or is none, or there are too many.
        """
        if self.get(check_name(name)) is not None:
            raise TenantAlreadyExists(name)
        self.check_room()
        return await self.keep(name)

    async def keep(self, name: str) -> Tenant:
        """Write down a tenant in which something was made; harmless when it is known."""
        made = Tenant(name, uuid.uuid4().hex, self._clock.now())

        def work(tables: Tables) -> Tenant:
            held = tables.records.get(COLLECTION, name)
            if held is not None:
                return _read(name, held)
            tables.records.put(COLLECTION, name, msgspec.json.encode(made))
            return made

        return await self._store.write(work)

    async def remove(self, name: str) -> None:
        """Delete a tenant with its data; called again, it goes on where it was cut short.

        Raises
        ------
        TenantNotExisting
            When there is none of this name.
        """
        held = self.get(name)
        if held is None:
            raise TenantNotExisting(name)
        going = msgspec.json.encode(Tenant(name, held.key, held.created_at, is_going=True))
        await self._store.write(lambda tables: tables.records.put(COLLECTION, name, going))
        while await self._store.write(
            lambda tables: tables.tenancy.remove_entities(name, ENTITIES_AT_ONCE)
        ):
            pass
        await self._remove_messages(name)
        await self._store.write(lambda tables: _end(tables, name))

    async def _remove_messages(self, name: str) -> None:
        after = -1
        while after:
            start = max(after, 0)
            after = await self._store.write(
                lambda tables, start=start: tables.tenancy.remove_messages(  # type: ignore[misc]
                    name, start, MESSAGES_AT_ONCE
                )
            )


def _end(tables: Tables, name: str) -> None:
    """Remove what is left, a write that was under way included."""
    while tables.tenancy.remove_entities(name, ENTITIES_AT_ONCE):
        pass
    tables.tenancy.remove_rest(name)
    tables.records.delete(COLLECTION, name)


def _read(name: str, body: bytes) -> Tenant:
    return replace(msgspec.json.decode(body, type=Tenant), name=name)
