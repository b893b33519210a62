"""Tenants (CIM 009 4.14, 6.3.14): the header NGSILD-Tenant says whose information is meant."""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, NamedTuple

from dalgu.hub.api.app import HubApi, problem
from dalgu.hub.api.exchange import TENANT, Receive, Response, Scope, Send
from dalgu.hub.errors import BadRequestData, HubError, ResourceNotFound
from dalgu.hub.errors import shown as shortened
from dalgu.kernel.errors import DalguError, Forbidden
from dalgu.store.sqlite import Store

COLLECTION: Final = "hub.tenants"
MAX_TENANTS: Final = 1_000

_HEADER: Final = b"ngsild-tenant"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,63}", re.ASCII)
# The operations that make a tenant by making the first thing in it (5.5.10).
_MAKING: Final = re.compile(
    r"/(?:entities|entityOperations/(?:create|upsert)|temporal/entities|subscriptions)/?"
)
_IDENTITY: Final = "/info/sourceIdentity"  # told of tenants that are yet to be, too


class TenantNotExisting(ResourceNotFound):
    """Nothing was ever made in this tenant (CIM 009 5.5.10)."""

    slug = "tenant-not-existing"
    etsi = "NonexistentTenant"
    title = "The tenant does not exist"

    def __init__(self, tenant: str) -> None:
        super().__init__(f"Tenant '{shortened(tenant)}' does not exist.", tenant=shortened(tenant))


class TooManyTenants(HubError, Forbidden):
    """The hub carries no further tenant."""

    slug = "too-many-tenants"
    etsi = "TooManyResults"
    title = "There are too many tenants"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The hub carries at most {limit} tenants.", limit=limit)


Event = MutableMapping[str, Any]


class Served(NamedTuple):
    """One tenant: its interface, and what runs in its background until cancelled."""

    api: HubApi
    run: Callable[[], Awaitable[None]]


class Tenants:
    """The interfaces of all tenants of a hub, as one ASGI application.

    A tenant exists from the first thing that is made in it; the one without a name always does.
    """

    def __init__(self, default: HubApi, store: Store, serve: Callable[[str], Served]) -> None:
        self._default = default
        self._store = store
        self._serve = serve
        self._known = {name for name, _ in store.read().records.all(COLLECTION)}
        self._open: dict[str, Served] = {}
        self._new: asyncio.Queue[str] = asyncio.Queue()

    async def run(self) -> None:
        """Run the background of every tenant until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for name in sorted(self._known):
                tasks.create_task(_run(self._opened(name)))
            while True:
                tasks.create_task(_run(self._opened(await self._new.get())))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request in the tenant it names."""
        headers = scope.get("headers", ())
        named = next((value for key, value in headers if key == _HEADER and value), None)
        if named is None:
            await self._default(scope, receive, send)
            return
        first, *others = await self._answer(named.decode("latin-1"), scope, receive)
        await send({**first, "headers": [*first["headers"], (_HEADER, named)]})
        for event in others:
            await send(event)

    async def _answer(self, name: str, scope: Scope, receive: Receive) -> list[Event]:
        is_making = scope["method"] == "POST" and _MAKING.fullmatch(_resource(scope))
        try:
            api = self._api(name, scope, is_making=bool(is_making))
        except DalguError as refusal:
            return _events(problem(refusal))
        headers = [(key, value) for key, value in scope["headers"] if key != _HEADER]
        events = await _asked(api, {**scope, "headers": headers, TENANT: name}, receive)
        if name not in self._known and is_making:
            await self._settle(name, is_made=events[0]["status"] < 300)
        return events

    def _api(self, name: str, scope: Scope, *, is_making: bool) -> HubApi:
        if not _NAME.fullmatch(name):
            raise BadRequestData("Header NGSILD-Tenant must be a name, as daegu-west.")
        if name in self._known or is_making:
            return self._opened(name).api
        if _resource(scope) == _IDENTITY:
            return self._default
        raise TenantNotExisting(name)

    def _opened(self, name: str) -> Served:
        if name not in self._open:
            if len(self._open) >= MAX_TENANTS:
                raise TooManyTenants(MAX_TENANTS)
            self._open[name] = self._serve(name)
        return self._open[name]

    async def _settle(self, name: str, *, is_made: bool) -> None:
        """Keep a tenant in which something was made; forget one in which nothing was."""
        if not is_made:
            self._open.pop(name, None)
            return
        self._known.add(name)
        await self._store.write(lambda tables: tables.records.put(COLLECTION, name, b"{}"))
        self._new.put_nowait(name)


async def _run(served: Served) -> None:
    await served.run()


def _resource(scope: Scope) -> str:
    path: str = scope["path"]
    return path[path.find("/ngsi-ld/v1") + len("/ngsi-ld/v1") :]


async def _asked(api: HubApi, scope: Scope, receive: Receive) -> list[Event]:
    events: list[Event] = []

    async def take(event: Event) -> None:
        events.append(event)

    await api(scope, receive, take)
    return events


def _events(answer: Response) -> list[Event]:
    length = (b"content-length", str(len(answer.body)).encode())
    headers = [*answer.headers, length]
    return [
        {"type": "http.response.start", "status": answer.status, "headers": headers},
        {"type": "http.response.body", "body": answer.body},
    ]
