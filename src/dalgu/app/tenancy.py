"""The hub's tenants in a city: who comes in, how administrators list them, how each is counted."""

from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from dalgu.access.access import Access
from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.app.guard import identified
from dalgu.hub.api.app import Authorize
from dalgu.hub.errors import BadRequestData
from dalgu.hub.model import Document
from dalgu.hub.tenants import Tenant, TenantBook
from dalgu.kernel.clock import iso

if TYPE_CHECKING:
    from dalgu.app.platform import Platform

MAX_BODY_BYTES = 10_000


class HubDoor:
    """Lets into each tenant who belongs there, by the access policy."""

    def __init__(self, access: Access, *, is_secure: bool) -> None:
        self._access = access
        self._is_secure = is_secure

    def guard(self, tenant: str) -> Authorize:
        """Return the guard of one tenant's interface."""

        async def authorize(scope: Scope, operation: str) -> None:
            actor = await self._actor(scope)
            await self._access.require(actor, operation, scope["path"], tenant=tenant)

        return authorize

    async def enter(self, scope: Scope, tenant: str) -> None:
        """Refuse who could not even read in the tenant, so that none learns which there are."""
        await self.guard(tenant)(scope, Operation.ENTITY_READ)

    async def note_made(self, scope: Scope, tenant: str) -> None:
        """Write the beginning of a tenant into the audit chain."""
        await note_change(self._access, await self._actor(scope), tenant, "created")

    async def _actor(self, scope: Scope) -> Actor:
        return await identified(scope, self._access, is_secure=self._is_secure)


async def note_change(access: Access, actor: Actor, tenant: str, change: str) -> None:
    """Write into the audit chain that a tenant came or went."""
    await access.audit(actor, Operation.TENANT_WRITE, f"tenant:{tenant}", change=change)


class _Wish(msgspec.Struct, forbid_unknown_fields=True):
    name: str


def routes(platform: "Platform") -> list[BaseRoute]:
    """Return what administrators ask about tenants; deleting one is a command at the machine."""

    async def listed(request: Request) -> Response:
        return JSONResponse([await shown(platform.book, one) for one in platform.book.every()])

    async def make(request: Request) -> Response:
        wish = _read(await request.body())
        made = await platform.book.make(wish.name)
        await note_change(platform.access, request.scope["actor"], made.name, "created")
        return JSONResponse(await shown(platform.book, made), 201)

    return [
        Route("/api/tenants", listed, name=Operation.TENANT_READ, methods=["GET"]),
        Route("/api/tenants", make, name=Operation.TENANT_WRITE, methods=["POST"]),
    ]


def _read(body: bytes) -> _Wish:
    if len(body) > MAX_BODY_BYTES:
        raise BadRequestData(f"The body may have {MAX_BODY_BYTES} bytes.")
    try:
        return msgspec.json.decode(body, type=_Wish)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadRequestData('The body must be JSON as {"name": "daegu-west"}.') from None


async def shown(book: TenantBook, tenant: Tenant) -> Document:
    """Return a tenant as administrators see it."""
    created_at = None if tenant.created_at is None else iso(tenant.created_at)
    entities = await book.entities(tenant.name)
    status = "deleting" if tenant.is_going else "active"
    return {
        "name": tenant.name,
        "createdAt": created_at,
        "entities": entities,
        "status": status,
    }
