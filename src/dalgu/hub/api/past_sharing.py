"""Changes of histories, shared with the sources that hold a part of them (CIM 009 5.6.11 ff.)."""

from collections.abc import Awaitable, Callable

from dalgu.hub.api.entities import checked_id, location
from dalgu.hub.api.exchange import Call, Response
from dalgu.hub.api.past import fragment_of, type_of
from dalgu.hub.document import ENTITY_MEMBERS, attribute_name, parse_attribute
from dalgu.hub.errors import InvalidRequest, MethodNotAllowed
from dalgu.hub.federation.errors import LoopDetected
from dalgu.hub.federation.past_writing import PastChange, planned, reduced, refusal_of
from dalgu.hub.federation.sharing import SharedHub
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.hub.temporal_document import parse_evolution
from dalgu.kernel.errors import DalguError

Handler = Callable[[Hub, Call], Awaitable[Response]]


async def shared_change(hub: Hub, call: Call, handler: Handler) -> Response:
    """Answer a change of a history, each part of it where it belongs."""
    if not isinstance(hub, SharedHub) or hub.is_local:
        return await handler(hub, call)
    sharing: SharedHub = hub
    change = await _read(hub, call)
    plan = planned(change, sharing.sources_of(change.entity, change.types))
    own = call if change.body is None else call.with_body(change.body)
    if not plan.remote and not plan.errors:
        return await handler(sharing.hub, own)
    writing = sharing.past_writing()
    done = await writing.send(change, plan)
    is_looping = any(isinstance(one, LoopDetected) for one in plan.errors)
    response, refused = _told(call, change), None
    if plan.local is not None and not is_looping:
        if change.body is not None:
            own = call.with_body(_own_part(change.body, plan.local, sharing))
        try:
            response = await handler(sharing.hub, own)
        except DalguError as failure:
            refused = failure
    refusal = refusal_of(change, plan, done, refused)
    if refusal is not None:
        raise refusal
    return response


def _own_part(body: JSON, names: frozenset[str], sharing: SharedHub) -> JSON:
    own = reduced(body, names, sharing.context)
    if isinstance(body, dict) and "@context" in body:
        own["@context"] = body["@context"]
    return own


def _told(call: Call, change: PastChange) -> Response:
    """Return the answer where nothing of the change is ours."""
    if change.operation != "upsertTemporal":
        return Response(204)
    return Response(201, b"", [(b"location", location("temporal", "entities", change.entity))])


async def _read(hub: Hub, call: Call) -> PastChange:
    """Return the change that a request asks for; what is invalid goes nowhere."""
    path = call.path
    if call.method == "POST":
        return await _read_evolution(hub, call)
    entity = checked_id(path[2])
    names: frozenset[str] = frozenset()
    body: JSON = None
    if call.method == "PATCH":
        if not path[4]:
            raise MethodNotAllowed("PATCH", "DELETE")
        body, context = await call.document()
        name, _ = parse_attribute(path[4], fragment_of(body, path[4]), context, partial=True)
        names = frozenset((name,))
    elif len(path) > 4:
        names = frozenset((attribute_name(path[4], call.context()),))
    return PastChange(call.method, path, entity, await _types(hub, entity), names, body)


async def _read_evolution(hub: Hub, call: Call) -> PastChange:
    body, context = await call.document()
    known = None
    if len(call.path) > 2:
        entity = checked_id(call.path[2])
        if not isinstance(body, dict) or body.keys() <= {"@context"}:
            raise InvalidRequest("The body must be an object with at least one attribute.")
        kinds: JSON = await type_of(hub, entity)
        known = {"id": entity, "type": kinds or "Unknown"}
        types = await _types(hub, entity)
    documents = parse_evolution(body, context, known=known)
    if known is None:
        entity, kinds = documents[0]["id"], documents[0]["type"]
        types = [kinds] if isinstance(kinds, str) else kinds
    names = frozenset(name for one in documents for name in one if name not in ENTITY_MEMBERS)
    return PastChange(call.method, call.path, entity, types, names, body)


async def _types(hub: Hub, entity: str) -> list[str]:
    kinds: JSON = await type_of(hub, entity)
    return [] if kinds is None else [kinds] if isinstance(kinds, str) else kinds
