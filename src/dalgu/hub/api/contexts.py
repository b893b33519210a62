"""JSON-LD contexts over HTTP (CIM 009 6.29, 6.30)."""

from dalgu.hub.api.entities import ROOT, location
from dalgu.hub.api.exchange import Call, Response, plain
from dalgu.hub.errors import ParameterInvalid
from dalgu.hub.query.parse import flag

_KINDS = ("Hosted", "Cached", "ImplicitlyCreated")


def base_of(call: Call) -> str:
    """Return the address below which hosted contexts are served, as the client sees it."""
    return f"{address_of(call)}{ROOT}/jsonldContexts/"


def address_of(call: Call) -> str:
    """Return the address of this hub, as the client sees it."""
    host = call.header(b"host") or "localhost"
    return f"{call.scope.get('scheme', 'http')}://{host}"


async def add(call: Call) -> Response:
    """Host a context (6.29.3.1)."""
    call.parameters(frozenset())
    key = await call.contexts.host(await call.json(), base_of(call))
    return Response(201, b"", [(b"location", location("jsonldContexts", key))])


async def listed(call: Call) -> Response:
    """List the contexts (6.29.3.2)."""
    parameters = call.parameters(frozenset(("details", "kind")))
    kind = parameters.get("kind")
    if kind is not None and kind not in _KINDS:
        raise ParameterInvalid("kind", kind, f"must be one of {', '.join(_KINDS)}")
    names = call.contexts.names(kind)
    if flag(parameters, "details"):
        return plain([call.contexts.details(name) for name in names])
    return plain(names)


async def serve(call: Call) -> Response:
    """Serve a context, or what is known of it (6.30.3.1)."""
    details = flag(call.parameters(frozenset(("details",))), "details")
    name = call.path[1]
    return plain(call.contexts.details(name) if details else call.contexts.body(name))


async def remove(call: Call) -> Response:
    """Delete a context (6.30.3.2); `reload` takes the bundle's copy in anew."""
    reload = flag(call.parameters(frozenset(("reload",))), "reload")
    await call.contexts.remove(call.path[1], reload=reload)
    return Response(204)
