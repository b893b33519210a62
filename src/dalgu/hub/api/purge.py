"""Deleting all entities that a query selects, or some of their attributes (CIM 009 6.4.3.3)."""

from dataclasses import replace

from dalgu.hub.api.exchange import Call, Response
from dalgu.hub.change import MEMBERS_AS_ATTRIBUTES, Action, Applied, Change
from dalgu.hub.context import Context
from dalgu.hub.document import attribute_name, attribute_names
from dalgu.hub.errors import BadRequestData
from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import Document
from dalgu.hub.query.parse import GEO, flag, parse_query, words
from dalgu.hub.query.q import attributes_of, link_depth
from dalgu.kernel.ids import EntityId

PAGE = 500  # entities that are changed in one transaction

_SELECTING = GEO | frozenset(("id", "type", "idPattern", "q", "attrs", "scopeQ", "csf", "local"))
_KNOWN = _SELECTING | frozenset(("keep", "drop"))
_SYSTEM = frozenset(("createdAt", "modifiedAt", "deletedAt", "observedAt", "expiresAt"))


async def purge(hub: Hub, call: Call) -> Response:
    """Delete the entities that match, or those of their attributes that are to go (5.6.21)."""
    parameters = call.parameters(_KNOWN)
    context = call.context()
    kept, dropped = (_attributes(parameters, name, context) for name in ("keep", "drop"))
    if kept is not None and dropped is not None:
        raise BadRequestData("Parameters 'keep' and 'drop' exclude each other.")
    asked = parse_query(parameters, context)
    _check_width(asked, is_local=flag(parameters, "local"))
    if kept is None and dropped is None:
        await _delete(hub, asked)
    else:
        names = kept or dropped or frozenset()
        await _prune(hub, asked, names, is_kept=kept is not None)
    return Response(204)


def _attributes(parameters: dict[str, str], name: str, context: Context) -> frozenset[str] | None:
    if name not in parameters:
        return None
    chosen = (word for word in words(parameters, name) if word not in ("id", "type"))
    return frozenset(attribute_name(word, context) for word in chosen)


def _check_width(asked: Query, *, is_local: bool) -> None:
    """Refuse a purge that no attribute, type or place narrows (5.6.21.4)."""
    if asked.q is not None and link_depth(asked.q):
        raise BadRequestData("The query of a purge must not follow links between entities.")
    named = set(asked.attrs) | (set() if asked.q is None else attributes_of(asked.q))
    if not (is_local or asked.types or asked.georel or named - _SYSTEM):
        raise BadRequestData(
            "A purge must name at least one of type, attrs, q, georel or local; "
            "attributes of the system alone do not narrow it."
        )


async def _delete(hub: Hub, asked: Query) -> None:
    is_left = True
    while is_left:
        page = await hub.query(replace(asked, limit=PAGE, offset=0, count=False))
        changes = [Change(Action.DELETE, EntityId(one["id"])) for one in page.entities]
        outcomes = await hub.apply(changes)
        is_left = len(changes) == PAGE and any(isinstance(one, Applied) for one in outcomes)


async def _prune(hub: Hub, asked: Query, names: frozenset[str], *, is_kept: bool) -> None:
    # All ids first: what is taken away may be what the query asks for.
    pruned: list[Change] = []
    offset = 0
    while True:
        page = await hub.query(replace(asked, limit=PAGE, offset=offset, count=False))
        for one in page.entities:
            pruned.extend(_taken(one, names, is_kept=is_kept))
        offset += PAGE
        if len(page.entities) < PAGE:
            break
    for start in range(0, len(pruned), PAGE):
        await hub.apply(pruned[start : start + PAGE])


def _taken(document: Document, names: frozenset[str], *, is_kept: bool) -> list[Change]:
    held = [*attribute_names(document), *(MEMBERS_AS_ATTRIBUTES & document.keys())]
    entity = EntityId(document["id"])
    return [
        Change(Action.DELETE_ATTRIBUTE, entity, attribute=name, every_dataset=True)
        for name in held
        if (name in names) is not is_kept
    ]
