"""Many entities in one request (CIM 009 6.14 to 6.17, 6.23, 6.31)."""

from collections.abc import Sequence

import msgspec

from dalgu.hub.api.entities import is_simplified
from dalgu.hub.api.exchange import LD_TYPE, Call, Response, plain
from dalgu.hub.api.reading import answer
from dalgu.hub.change import Action, Applied, Change
from dalgu.hub.context import Context
from dalgu.hub.document import parse_entity, parse_fragment
from dalgu.hub.errors import BadRequestData, InvalidRequest, TooComplexQuery, shown
from dalgu.hub.hub import Hub, Selector
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.parse import JOIN, MAPPED, parse_options
from dalgu.hub.query.pattern import compile_pattern
from dalgu.hub.query.types import parse_types
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
    known = frozenset(("limit", "offset", "count", "options", "format", "local")) | JOIN | MAPPED
    parameters = call.parameters(known)
    body, context = await call.document()
    if isinstance(body, dict) and "temporalQ" in body:
        raise BadRequestData("Member 'temporalQ' belongs to temporal queries (5.2.23).")
    asked = query_parameters(body, selectors=True) | parameters
    return await answer(hub, call, asked, context, _selectors(body, context))


def _selectors(body: JSON, context: Context) -> tuple[Selector, ...]:
    """Return the selectors of a checked body where they are several: one alone is parameters."""
    entities = body.get("entities") or []
    if len(entities) < 2:
        return ()
    return tuple(
        Selector(
            () if one["type"] == "*" else parse_types(_listed("type", one["type"]), context),
            # An id goes before a pattern of ids (5.2.33).
            tuple(check_uri("id", each) for each in _listed("id", one["id"]).split(","))
            if "id" in one
            else (),
            _text("idPattern", one["idPattern"]) if set(one) & _BY_ID == {"idPattern"} else None,
        )
        for one in entities
    )


def query_parameters(body: JSON, *, selectors: bool = False) -> dict[str, str]:
    """Return a query body (5.2.23) as the parameters that say the same.

    With `selectors`, the caller holds several selectors apart; without, those that are not
    the same as their sum are refused.

    Raises
    ------
    BadRequestData
        When it is no query.
    """
    if not isinstance(body, dict) or body.get("type") != "Query":
        raise BadRequestData("The body must be an object with type 'Query'.")
    parameters = _selected(body.get("entities"), selectors=selectors)
    for name in _TEXTS & body.keys():
        parameters[name] = _text(name, body[name])
    for name in _LISTS & body.keys():
        parameters[name] = _listed(name, body[name])
    if "joinLevel" in body:
        level = body["joinLevel"]
        if type(level) is not int or level < 1:
            raise BadRequestData("Member 'joinLevel' of the query must be a positive integer.")
        parameters["joinLevel"] = str(level)
    if "geoQ" in body:
        parameters |= _geo(body["geoQ"])
    if "ordering" in body:
        parameters |= _ordering(body["ordering"])
    return parameters


_TEXTS = frozenset(("q", "lang", "scopeQ", "csf", "join", "geometryProperty"))
_LISTS = frozenset(
    ("attrs", "pick", "omit", "datasetId", "containedBy", "expandValues", "jsonKeys")
)


def _listed(name: str, value: JSON) -> str:
    several = value if isinstance(value, list) else [value]
    if not several:
        raise BadRequestData(f"Member '{name}' of the query must not be empty.")
    return ",".join(_text(name, word) for word in several)


def _ordering(body: JSON) -> dict[str, str]:
    """Return ordering parameters (5.2.43)."""
    if not isinstance(body, dict):
        raise BadRequestData("Member 'ordering' of the query must be an object.")
    found = {"orderBy": _listed("orderBy", body.get("orderBy"))}
    if "collation" in body:
        found["collation"] = _text("collation", body["collation"])
    if "geometry" in body:
        found["orderGeometry"] = _text("geometry", body["geometry"])
    if "coordinates" in body:
        if not isinstance(body["coordinates"], list):
            raise BadRequestData("Member 'coordinates' of the ordering must be an array.")
        found["orderFrom"] = msgspec.json.encode(body["coordinates"]).decode()
    return found


def _text(name: str, value: JSON) -> str:
    if not isinstance(value, str) or not value:
        raise BadRequestData(f"Member '{name}' of the query must be text.")
    return value


def _selected(entities: JSON, *, selectors: bool) -> dict[str, str]:
    if entities is None:
        return {}
    _check_selectors(entities)
    several = len(entities) > 1
    if several and not selectors and any(set(one) - {"type"} for one in entities):
        raise TooComplexQuery("Several entity selectors in one query may name types only.")
    found: dict[str, list[str]] = {}
    for one in entities:
        for name in _SELECTING & one.keys():
            read = _text if name == "idPattern" else _listed
            found.setdefault(name, []).append(read(name, one[name]))
    for pattern in found.get("idPattern", ()):
        compile_pattern(pattern)
    if several:  # what all of them have bounds the search
        found.pop("idPattern", None)
        found = {name: of for name, of in found.items() if len(of) == len(entities)}
        if "*" in found["type"]:
            found["type"] = ["*"]
    return {name: ",".join(dict.fromkeys(values)) for name, values in found.items()}


_BY_ID = frozenset(("id", "idPattern"))
_SELECTING = _BY_ID | {"type"}


def _check_selectors(entities: JSON) -> None:
    if not isinstance(entities, list) or not all(isinstance(one, dict) for one in entities):
        raise BadRequestData("Member 'entities' of the query must be an array of objects.")
    if not entities or any("type" not in one for one in entities):
        raise BadRequestData("Member 'entities' must hold selectors, each with a type (5.2.33).")


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
