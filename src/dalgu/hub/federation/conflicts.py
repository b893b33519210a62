"""Registrations that claim to hold data alone must not contradict what is there (5.9.2.4)."""

from collections.abc import Iterable

from dalgu.hub.errors import shown
from dalgu.hub.federation.errors import Conflict
from dalgu.hub.federation.registration import EntityInfo, Information, Mode, Registration
from dalgu.hub.hub import Hub, Query


async def check_conflicts(made: Registration, others: Iterable[Registration], hub: Hub) -> None:
    """Raise `Conflict` when a proxied registration overlaps another one or existing entities."""
    if not made.mode.is_proxied:
        return
    for other in others:
        if other.id == made.id or Mode.EXCLUSIVE not in (made.mode, other.mode):
            continue
        if other.mode.is_proxied and _overlap(made, other):
            raise Conflict(
                f"Registration '{shown(other.id)}' holds the same data alone.",
                registration=shown(other.id),
            )
    for information in made.information:
        await _check_entities(information, hub)


def _overlap(made: Registration, other: Registration) -> bool:
    return any(
        _share(left.attributes, right.attributes)
        and any(_meet(a, b) for a in left.entities for b in right.entities)
        for left in made.information
        for right in other.information
    )


def _share(left: frozenset[str], right: frozenset[str]) -> bool:
    return not left or not right or not left.isdisjoint(right)


def _meet(left: EntityInfo, right: EntityInfo) -> bool:
    """Whether an entity may belong to both; one of them names an id, as it is exclusive."""
    if set(left.types).isdisjoint(right.types):
        return False
    for one, other in ((left, right), (right, left)):
        if one.entity is not None:
            return other.holds(one.entity, list(one.types))
    return True


async def _check_entities(information: Information, hub: Hub) -> None:
    attrs = tuple(sorted(information.attributes))
    for info in information.entities or (EntityInfo(()),):
        query = Query(
            types=info.types,
            ids=() if info.entity is None else (info.entity,),
            id_pattern=None if info.pattern is None else info.pattern.text,
            attrs=attrs,
            limit=1,
        )
        page = await hub.query(query)
        if page.entities:
            entity = page.entities[0]["id"]
            raise Conflict(
                f"Entity '{shown(entity)}' exists here and would be held by the source alone.",
                entity=shown(entity),
            )
