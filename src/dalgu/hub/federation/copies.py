"""What of a subscription a context source is asked to watch (CIM 009 5.8.1.4, 5.12).

Pure functions: a subscription and a registration become the body of the copy that goes out.
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

from dalgu.hub.context import CORE, Context
from dalgu.hub.federation.registration import EntityInfo, Information, Registration
from dalgu.hub.federation.wanted import EntityWanted
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.q import expand_q
from dalgu.hub.query.types import matches_types
from dalgu.hub.subscription import Selector, Subscription
from dalgu.hub.values import NULL

# Taken over as they are; what says how a notification looks stays here, where it is shown.
_TAKEN_OVER: Final = (
    "notificationTrigger", "isActive", "expiresAt", "throttling", "timeInterval", "datasetId",
    "splitEntities",
)  # fmt: skip
_FILTERS: Final = ("q", "geoQ", "scopeQ", "lang")


def copy_of(
    held: Subscription, to: Registration, endpoint: Document, context: Context | None = None
) -> Document | None:
    """Return what a source is asked to watch of a subscription, None when it is nothing.

    Parameters
    ----------
    held
        The subscription as it was made here.
    to
        The registration of the source: the copy is reduced to what it may hold.
    endpoint
        Where the source sends its notifications: to this hub.
    context
        The context the source is spoken to in; the subscription's own when None.

    Examples
    --------
    The copy of a subscription to all vehicles, for a source of one car's speed, watches the
    speed of that car only.
    """
    wanted = [(_wanted(one), one) for one in held.selectors]
    met = [one for one in to.information if _meets(one, wanted)]
    if not met:
        return None
    watched = _watched(held, met)
    if watched is None:
        return None
    context = context or spoken_in(held)
    body: Document = {"type": "Subscription"}
    entities = _entities(held.selectors, met, context)
    if entities:
        body["entities"] = entities
    if watched and held.interval is None:
        body["watchedAttributes"] = sorted(map(context.compact, watched))
    body |= {name: held.body[name] for name in _TAKEN_OVER if name in held.body}
    if not held.is_split:
        body |= _filters(held, context)
    if to.local_only:
        body["localOnly"] = True
    shown = {"showChanges": held.show_changes, "sysAttrs": held.is_split or held.how.sys_attrs}
    return body | {
        "notification": {"endpoint": endpoint}
        | {name: True for name, is_on in shown.items() if is_on}
    }


def changes(before: Document, after: Document) -> Document:
    """Return the fragment that makes one copy another (5.8.2); null takes a member away.

    >>> changes({"id": "urn:x:1", "q": "a>1", "isActive": True}, {"isActive": False})
    {'isActive': False, 'q': 'urn:ngsi-ld:null'}
    """
    fragment = {name: value for name, value in after.items() if before.get(name) != value}
    gone = {name: NULL for name in before if name not in after and name != "id"}
    return fragment | gone


def spoken_in(held: Subscription) -> Context:
    """Return the context a source is spoken to in: one that a Link header can name."""
    return held.context if held.context.link is not None else CORE


def _wanted(one: Selector) -> EntityWanted:
    return EntityWanted(one.types, () if one.entity is None else (one.entity,), one.pattern)


def _meets(one: Information, wanted: list[tuple[EntityWanted, Selector]]) -> bool:
    if not one.entities or not wanted:
        return True
    return any(query.meets(info) for query, _ in wanted for info in one.entities)


def _watched(held: Subscription, met: list[Information]) -> frozenset[str] | None:
    """Return the attributes to watch (empty: all), None when the source has none of them."""
    offered = [one.attributes for one in met]
    if not all(offered):
        return held.watched
    registered = frozenset[str]().union(*offered)
    return (held.watched & registered or None) if held.watched else registered


def _entities(
    selectors: Iterable[Selector], met: list[Information], context: Context
) -> list[Document]:
    """Return the selectors of the copy: what the subscription and the registration share."""
    chosen = list(selectors)
    found: list[Document] = []
    for information in met:
        if not information.entities:
            found += [_selector(one, EntityInfo(("",)), context) for one in chosen]
        for info in information.entities:
            met_by = [one for one in chosen if _wanted(one).meets(info)]
            found += [_selector(one, info, context) for one in met_by or [Selector()][: not chosen]]
    return [one for at, one in enumerate(found) if one not in found[:at]]


def _selector(one: Selector, info: EntityInfo, context: Context) -> Document:
    """Return what one selector and one element of a registration have in common."""
    made: Document = {"type": _types(one, info, context)}
    entity = one.entity or info.entity
    pattern = one.pattern or info.pattern
    if entity is not None:
        made["id"] = entity
    elif pattern is not None:
        made["idPattern"] = pattern.text
    return made


def _types(one: Selector, info: EntityInfo, context: Context) -> str:
    common = [kind for kind in info.types if not one.types or matches_types(one.types, (kind,))]
    names = common if any(common) else list(one.types)
    return (
        ",".join(
            "(" + ";".join(map(context.compact, name.split(";"))) + ")"
            if ";" in name
            else context.compact(name)
            for name in names
        )
        or "*"
    )


def _filters(held: Subscription, context: Context) -> Document:
    """Return the queries, in the words of the context the source is spoken to in."""
    given: Document = {name: held.body[name] for name in _FILTERS if name in held.body}
    if context is held.context:
        return given
    if "q" in given:
        given["q"] = expand_q(unquote(given["q"]), held.context)
    if "geoQ" in given:
        place: JSON = given["geoQ"].get("geoproperty", "location")
        given["geoQ"] = given["geoQ"] | {"geoproperty": context.compact(held.context.expand(place))}
    return given
