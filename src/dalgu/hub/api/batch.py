"""Many entities in one request (CIM 009 6.14 to 6.17, 6.23, 6.31)."""

from collections.abc import Sequence

import msgspec

from dalgu.hub.api.entities import fetch, is_simplified, paging, show_page
from dalgu.hub.api.exchange import GEO_TYPE, JSON_TYPE, LD_TYPE, Call, Response, plain
from dalgu.hub.change import Action, Applied, Change
from dalgu.hub.document import parse_entity, parse_fragment
from dalgu.hub.errors import BadRequestData, InvalidRequest, TooComplexQuery, shown
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.parse import parse_options, parse_query, parse_representation
from dalgu.hub.values import check_uri
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId

MAX_ENTITIES = 10_000

_KNOWN = frozenset(("options", "format", "local", "type"))
_OPTIONS = frozenset(
    ("keyValues", "simplified", "concise", "normalized", "update", "replace", "noOverwrite")
)


async def create(hub: Hub, call: Call) -> Response:
    """Create a batch of entities (6.14)."""
    outcomes = await _lay(hub, call, Action.CREATE)
    return _created(outcomes)


async def upsert(hub: Hub, call: Call) -> Response:
    """Create or update a batch of entities (6.15)."""
    options = parse_options(call.parameters(_KNOWN), _OPTIONS)
    action = Action.UPSERT_UPDATE if "update" in options else Action.UPSERT_REPLACE
    outcomes = await _lay(hub, call, action)
    return _created(outcomes)


async def update(hub: Hub, call: Call) -> Response:
    """Append to a batch of entities (6.16)."""
    options = parse_options(call.parameters(_KNOWN), _OPTIONS)
    action = Action.APPEND_NEW if "noOverwrite" in options else Action.APPEND
    return _changed(await _lay(hub, call, action))


async def merge(hub: Hub, call: Call) -> Response:
    """Merge a batch of entities (6.31)."""
    return _changed(await _lay(hub, call, Action.MERGE))


async def delete(hub: Hub, call: Call) -> Response:
    """Delete a batch of entities (6.17)."""
    call.parameters(_KNOWN)
    ids = _checked_list(await call.json())
    read: list[Outcome] = [_read_id(one) for one in ids]
    return _changed(await _apply(hub, read))


Outcome = tuple[str, Change | Applied | DalguError]  # entity id, and what became of it


async def _lay(hub: Hub, call: Call, action: Action) -> list[Outcome]:
    parameters = call.parameters(_KNOWN)
    simplified = is_simplified(parameters, _OPTIONS)
    items = _checked_list(await call.json())
    call.check_link()
    shared = None if call.content_type() == LD_TYPE else call.context()
    read: list[Outcome] = []
    for item in items:
        try:
            context = shared if shared is not None and _is_bare(item) else call.context_of(item)
            if action in (Action.MERGE, Action.APPEND, Action.APPEND_NEW):
                document = parse_fragment(
                    item, context, simplified=simplified, patch=action is Action.MERGE
                )
                entity = EntityId(check_uri("id", document.get("id")))
            else:
                document = parse_entity(item, context, simplified=simplified)
                entity = EntityId(document["id"])
        except DalguError as refusal:
            read.append((_id_of(item), refusal))
        else:
            read.append((entity, Change(action, entity, document)))
    return await _apply(hub, read)


def _is_bare(item: JSON) -> bool:
    return not isinstance(item, dict) or "@context" not in item


def _checked_list(body: JSON) -> list[JSON]:
    if not isinstance(body, list):
        raise InvalidRequest("The body of a batch must be an array.")
    if not body:
        raise BadRequestData("A batch must hold at least one entity.")
    if len(body) > MAX_ENTITIES:
        raise TooComplexQuery(f"A batch may hold at most {MAX_ENTITIES} entities.")
    if None in body:
        raise BadRequestData("A batch must not hold null.")
    return body


def _read_id(item: JSON) -> Outcome:
    try:
        entity = EntityId(check_uri("id", item))
    except DalguError as refusal:
        return shown(item), refusal
    return entity, Change(Action.DELETE, entity)


def _id_of(item: JSON) -> str:
    found = item.get("id") if isinstance(item, dict) else None
    return shown(found) if isinstance(found, str) else ""


async def _apply(hub: Hub, read: Sequence[Outcome]) -> list[Outcome]:
    """Apply what could be read; every item keeps its place."""
    applied = iter(await hub.apply([item for _, item in read if isinstance(item, Change)]))
    return [(entity, next(applied) if isinstance(item, Change) else item) for entity, item in read]


def _created(outcomes: list[Outcome]) -> Response:
    created = [
        entity for entity, one in outcomes if isinstance(one, Applied) and one.kind == "created"
    ]
    if _errors(outcomes):
        return _several(outcomes)
    return plain(created, status=201) if created else Response(204)


def _changed(outcomes: list[Outcome]) -> Response:
    return _several(outcomes) if _errors(outcomes) else Response(204)


def _several(outcomes: list[Outcome]) -> Response:
    errors = _errors(outcomes)
    refused = {error["entityId"] for error in errors}
    success = [
        entity
        for entity, one in outcomes
        if isinstance(one, Applied) and not (one.skipped and entity in refused)
    ]
    return plain({"success": success, "errors": errors}, status=207)


def _errors(outcomes: list[Outcome]) -> list[Document]:
    found: list[Document] = []
    for entity, one in outcomes:
        if isinstance(one, DalguError):
            found.append({"entityId": entity, "error": one.problem()})
        elif isinstance(one, Applied) and one.skipped:
            kept = BadRequestData(f"Kept as they were: {', '.join(one.skipped)}.", entity=entity)
            found.append({"entityId": entity, "error": kept.problem()})
    return found


async def query(hub: Hub, call: Call) -> Response:
    """Query entities by a body (6.23)."""
    known = frozenset(("limit", "offset", "count", "options", "format", "local"))
    parameters = call.parameters(known)
    media_type = call.media_type(JSON_TYPE, LD_TYPE, GEO_TYPE)
    body, context = await call.document()
    merged = query_parameters(body) | parameters
    asked = parse_query(merged, context)
    page = await fetch(hub, asked)
    how = parse_representation(merged, context)
    return show_page(page.entities[: asked.limit], media_type, how, paging(call, asked, page))


def query_parameters(body: JSON) -> dict[str, str]:
    """Return a query body (5.2.23) as the parameters that say the same.

    Raises
    ------
    BadRequestData
        When it is no query.
    """
    if not isinstance(body, dict) or body.get("type") != "Query":
        raise BadRequestData("The body must be an object with type 'Query'.")
    parameters = _selected(body.get("entities"))
    for name in ("q", "lang"):
        if name in body:
            parameters[name] = _text(name, body[name])
    for name in ("attrs", "pick", "omit", "datasetId"):
        if name in body:
            listed = body[name] if isinstance(body[name], list) else [body[name]]
            parameters[name] = ",".join(_text(name, word) for word in listed)
    if "geoQ" in body:
        parameters |= _geo(body["geoQ"])
    return parameters


def _text(name: str, value: JSON) -> str:
    if not isinstance(value, str) or not value:
        raise BadRequestData(f"Member '{name}' of the query must be text.")
    return value


def _selected(entities: JSON) -> dict[str, str]:
    if entities is None:
        return {}
    if not isinstance(entities, list) or not all(isinstance(one, dict) for one in entities):
        raise BadRequestData("Member 'entities' of the query must be an array of objects.")
    if len(entities) > 1 and any(set(one) - {"type"} for one in entities):
        raise TooComplexQuery("Several entity selectors in one query may name types only.")
    found: dict[str, list[str]] = {}
    for one in entities:
        for name in ("type", "id", "idPattern"):
            if name in one:
                listed = one[name] if isinstance(one[name], list) else [one[name]]
                found.setdefault(name, []).extend(_text(name, word) for word in listed)
    return {name: ",".join(values) for name, values in found.items()}


def _geo(body: JSON) -> dict[str, str]:
    if not isinstance(body, dict):
        raise BadRequestData("Member 'geoQ' of the query must be an object.")
    found = {name: _text(name, body[name]) for name in ("georel", "geometry") if name in body}
    if "coordinates" in body:
        coordinates = body["coordinates"]
        is_text = isinstance(coordinates, str)
        found["coordinates"] = coordinates if is_text else msgspec.json.encode(coordinates).decode()
    if "geoproperty" in body:
        found["geoproperty"] = _text("geoproperty", body["geoproperty"])
    return found
