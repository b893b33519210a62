"""Tenants (CIM 009 4.14, 6.3.14): the header NGSILD-Tenant says whose information is meant."""

import asyncio
import contextlib
import logging
import re
from collections import Counter
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from weakref import WeakValueDictionary

from dalgu.hub.api.app import HubApi
from dalgu.hub.api.exchange import TENANT, Receive, Response, Scope, Send
from dalgu.hub.api.serving import Served, Trunk
from dalgu.hub.api.shared import problem
from dalgu.hub.tenants import (
    Tenant,
    TenantBook,
    TenantGoing,
    TenantNotExisting,
    check_name,
    is_name,
)
from dalgu.kernel.errors import DalguError

GLANCE_S: Final = 5.0  # how soon we see what a command beside us made or deleted
RESTART_S: Final = 5.0  # how long the senders of a tenant rest after they failed

_HEADER: Final = b"ngsild-tenant"
# The operations that make a tenant by making the first thing in it (5.5.10).
_MAKING: Final = re.compile(
    r"/(?:entities|entityOperations/(?:create|upsert)|temporal/entities|subscriptions"
    r"|csourceRegistrations|csourceSubscriptions|jsonldContexts)/?"
)
_IDENTITY: Final = "/info/sourceIdentity"  # told of tenants that are yet to be, too
_CONTEXTS: Final = re.compile(r"/jsonldContexts(?:/.*)?")  # the public ones are for all
_NOBODY: Final = " "  # the tenant in which nothing ever is

log = logging.getLogger(__name__)

Event = MutableMapping[str, Any]


class Door(Protocol):
    """Who may come into a tenant, where not everybody may."""

    async def enter(self, scope: Scope, tenant: str) -> None:
        """Return when the sender of a request belongs to the tenant; refuse otherwise."""
        ...

    async def note_made(self, scope: Scope, tenant: str) -> None:
        """Write down that the sender made the tenant."""
        ...


@dataclass(frozen=True, slots=True)
class Figures:
    """How busy one tenant is."""

    tenant: str
    requests: int  # since the start
    lag_events: int  # that its notifications are behind


@dataclass(frozen=True, slots=True)
class _Open:
    key: str  # of the tenant: it may have been deleted and made anew
    served: Served


class Tenants:
    """The interfaces of all tenants of a hub, as one ASGI application.

    A tenant exists from the first thing that is made in it; the one without a name always does.
    """

    def __init__(
        self, default: HubApi, book: TenantBook, trunk: Trunk, door: Door | None = None
    ) -> None:
        self._default = default
        self._book = book
        self._trunk = trunk
        self._door = door
        self._open: dict[str, _Open] = {}
        self._running: dict[str, tuple[_Open, asyncio.Task[None]]] = {}
        self._making: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._changed = asyncio.Event()
        self._nobody: HubApi | None = None
        self._requests: Counter[str] = Counter()  # of existing tenants only

    async def run(self) -> None:
        """Run the background of every tenant, the snapshots of the default one's too."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._default.run())
            while True:
                self._changed.clear()
                self._reconcile(tasks)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), GLANCE_S)

    def _reconcile(self, tasks: asyncio.TaskGroup) -> None:
        """Start the senders of tenants that have come, end those of tenants that have gone."""
        there = {one.name: self._opened(one) for one in self._book.every() if not one.is_going}
        for name in self._open.keys() - there.keys():
            del self._open[name]
            self._requests.pop(name, None)
        for name, (open_, task) in list(self._running.items()):
            if there.get(name) is not open_:
                task.cancel()
                del self._running[name]
        for name, open_ in there.items():
            if name not in self._running:
                self._running[name] = (open_, tasks.create_task(_run(name, open_.served)))

    async def figures(self) -> list[Figures]:
        """Return how busy each tenant is, in the order of their names."""
        found = sorted(self._open.items())
        return [Figures(name, self._requests[name], await one.served.lag()) for name, one in found]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request in the tenant it names."""
        named = b""
        for key, value in scope.get("headers", ()):
            if key == _HEADER and value:
                named = value if not named or named == value else b","  # no name has a comma
        if not named:
            await self._default(scope, receive, send)
            return
        name = named.decode("latin-1")
        first, *others = await self._answer(name, scope, receive)
        if is_name(name):  # what is none could be anything
            first["headers"] = [*first["headers"], (_HEADER, named)]
        await send(first)
        for event in others:
            await send(event)

    async def _answer(self, name: str, scope: Scope, receive: Receive) -> list[Event]:
        headers = [(key, value) for key, value in scope["headers"] if key != _HEADER]
        within = {**scope, "headers": headers}
        try:
            check_name(name)
            held = self._book.get(name)
            if self._door is not None and (held is None or held.is_going):
                await self._door.enter(scope, name)  # there is no interface with a guard
            if held is not None and held.is_going:
                raise TenantGoing(name)
            if held is None and scope["method"] == "POST" and _MAKING.fullmatch(_resource(scope)):
                return await self._made(name, within, receive)
            if held is None:
                return await self._without(name, within, receive)
        except DalguError as refusal:
            return _events(problem(refusal))
        return await self._asked_in(held, within, receive)

    @property
    def default(self) -> HubApi:
        """The interface of the city's own tenant."""
        return self._default

    async def _asked_in(self, held: Tenant, scope: Scope, receive: Receive) -> list[Event]:
        api = self._opened(held).served.api
        self._requests[held.name] += 1
        return await _asked(api, scope, receive)

    def _opened(self, held: Tenant) -> _Open:
        found = self._open.get(held.name)
        if found is None or found.key != held.key:
            return self._open_with(held, self._trunk.serve(held.name))
        return found

    def _open_with(self, held: Tenant, served: Served) -> _Open:
        self._open[held.name] = opened = _Open(held.key, served)
        self._requests[held.name] = 0
        self._changed.set()
        return opened

    async def _without(self, name: str, scope: Scope, receive: Receive) -> list[Event]:
        """Answer the little that a tenant tells which is yet to be."""
        resource = _resource(scope)
        if resource == _IDENTITY:
            return await _asked(self._default, {**scope, TENANT: name}, receive)
        if not _CONTEXTS.fullmatch(resource):
            raise TenantNotExisting(name)
        if self._nobody is None:
            self._nobody = self._trunk.serve(_NOBODY).api
        return await _asked(self._nobody, scope, receive)

    async def _made(self, name: str, scope: Scope, receive: Receive) -> list[Event]:
        """Answer a request that makes its tenant, if it makes anything."""
        lock = self._making.setdefault(name, asyncio.Lock())
        async with lock:  # of two that come at once, the second finds the tenant there
            held = self._book.get(name)
            if held is None:
                self._book.check_room()
                served = self._trunk.serve(name)
                events = await _asked(served.api, scope, receive)
                # A conflict tells of something that a lost process made just before it noted so.
                if events[0]["status"] < 300 or events[0]["status"] == 409:
                    await self._settle(name, served, scope)
                return events
        return await self._asked_in(held, scope, receive)

    async def _settle(self, name: str, served: Served, scope: Scope) -> None:
        if self._door is not None:
            await self._door.note_made(scope, name)
        held = await self._book.keep(name)
        found = self._open.get(name)
        # Where `run` was faster, what it opened has read from the store all that was made here.
        if found is None or found.key != held.key:
            self._open_with(held, served)
        self._requests[name] += 1


async def _run(name: str, served: Served) -> None:
    while True:
        try:
            await served.run()
        except Exception:  # one tenant's failure is not the others'
            log.exception("tenant.failed", extra={"tenant": name})
        await asyncio.sleep(RESTART_S)


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
