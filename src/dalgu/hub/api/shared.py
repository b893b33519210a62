"""Handlers around a hub, answered together with other context sources where there are any."""

from collections.abc import Awaitable, Callable

from dalgu.hub.api.exchange import Call, Response, plain
from dalgu.hub.api.table import Route
from dalgu.hub.errors import ETSI_PREFIX, HubError, LengthRequired, MethodNotAllowed
from dalgu.hub.federation.errors import PartlyDone
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.hub import Hub
from dalgu.kernel.errors import DalguError, Overloaded, Unauthenticated
from dalgu.store.errors import StoreFailed

HubHandler = Callable[[Hub, Call], Awaitable[Response]]


def over(
    hub: Hub, handler: HubHandler, operation: str, federation: Federation | None = None
) -> Route:
    """Return the route of a handler; with `federation`, it is shared with the sources."""

    async def handle(call: Call) -> Response:
        if federation is None or federation.is_idle:
            return await handler(hub, call)
        return await _shared(federation, hub, handler, call)

    return handle, operation


async def _shared(federation: Federation, hub: Hub, handler: HubHandler, call: Call) -> Response:
    """Answer together with other context sources; their troubles are told (6.3.17)."""
    sharing = federation.around(hub, call)
    try:
        response = await handler(sharing.hub, call)
    except PartlyDone as partly:
        response = plain(partly.body(), status=partly.status)
    except DalguError as refusal:
        response = problem(refusal)
    told = [(b"ngsild-warning", one.encode("latin-1", "replace")) for one in sharing.warnings]
    response.headers = [*response.headers, *told]
    return response


def problem(refusal: DalguError) -> Response:
    """Return the answer that says what is refused and why (CIM 009 6.3.2)."""
    headers = []
    if isinstance(refusal, LengthRequired):
        return Response(refusal.status)  # without a body (6.3.4)
    if isinstance(refusal, MethodNotAllowed):
        headers.append((b"allow", refusal.allowed.encode()))
    if "retry_after_s" in refusal.parts:
        headers.append((b"retry-after", str(refusal.parts["retry_after_s"]).encode()))
    if isinstance(refusal, Unauthenticated):
        headers.append((b"www-authenticate", b"Bearer"))
    body = refusal.problem()
    if isinstance(refusal, (Overloaded, StoreFailed)):  # CIM 009 table 5.5.2-1 has one for these
        body["type"] = ETSI_PREFIX + HubError.etsi
    return plain(body, status=refusal.status, extra=headers)
