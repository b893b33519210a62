"""What a context source notifies this hub of (CIM 009 5.3.1, 5.8.6): read, and believed in part."""

from dataclasses import dataclass
from typing import Final

from dalgu.hub.attribute import OF_NOTIFICATIONS, VALUE_MEMBER, read_names
from dalgu.hub.context import Context
from dalgu.hub.document import ENTITY_MEMBERS, parse_fragment
from dalgu.hub.errors import BadRequestData, DocumentInvalid
from dalgu.hub.merge import folded, instances
from dalgu.hub.model import JSON, Document
from dalgu.hub.values import NULL, instant

MAX_NOTIFIED: Final = 1_000  # entities of one notification

_STAMPS: Final = ("createdAt", "modifiedAt", "deletedAt")


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification as it came: of which subscription, what it shows, and when it was sent."""

    subscription: str
    data: list[JSON]
    at: str


def read_notice(body: JSON, now: str) -> Notice:
    """Return the notification of a body.

    Raises
    ------
    DocumentInvalid
        When it is no notification, or one of more than `MAX_NOTIFIED` entities.
    """
    if not isinstance(body, dict) or body.get("type") != "Notification":
        raise DocumentInvalid("type", "must be 'Notification'.")
    key, data = body.get("subscriptionId"), body.get("data")
    if not isinstance(key, str) or not key:
        raise DocumentInvalid("subscriptionId", "is required and must be a URI.")
    if not isinstance(data, list) or len(data) > MAX_NOTIFIED:
        raise DocumentInvalid("data", f"must be an array of at most {MAX_NOTIFIED} entities.")
    at = body.get("notifiedAt")
    return Notice(key, data, now if instant(at) is None else str(at))


def read_notified(raw: JSON, context: Context, at: str) -> Document:
    """Return one entity of a notification as a document of ours.

    What only notifications hold stays: previous values, and the null of what is gone. Where a
    source does not say when a value changed, it changed when it was notified.

    Raises
    ------
    DocumentInvalid, BadRequestData
        When it is no entity.
    """
    if not isinstance(raw, dict):
        raise BadRequestData("The data of a notification must be entities.")
    document = parse_fragment({key: _bare(one) for key, one in raw.items()}, context, merge=False)
    if "id" not in document or "type" not in document:
        raise DocumentInvalid("data", "must hold entities with their id and type.")
    document |= {name: raw[name] for name in _STAMPS if instant(raw.get(name)) is not None}
    for key, value in raw.items():
        name = key if key in ENTITY_MEMBERS else context.expand(key)
        if name not in ENTITY_MEMBERS and name in document:
            document[name] = _completed(document[name], value, context, at)
    return document


def _bare(value: JSON) -> JSON:
    """Return an attribute without what only a notification says of it."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if not isinstance(value, dict) or OF_NOTIFICATIONS.isdisjoint(value):
        return value
    return {name: one for name, one in value.items() if name not in OF_NOTIFICATIONS}


def _completed(made: JSON, given: JSON, context: Context, at: str) -> JSON:
    if made == NULL:  # the attribute is gone, and no more is said of it
        return {"type": "Property", "value": NULL}
    several = given if isinstance(given, list) else [given]
    told = {one.get("datasetId"): one for one in several if isinstance(one, dict)}
    return folded(
        [_instance(one, told.get(one.get("datasetId"), {}), context, at) for one in instances(made)]
    )


def _instance(made: Document, given: Document, context: Context, at: str) -> Document:
    kind = made.get("type", "Property")
    whole = {"type": kind} | made
    whole.setdefault(VALUE_MEMBER[kind], NULL)
    for name in OF_NOTIFICATIONS & given.keys():
        value = given[name]
        is_name = name == "previousVocab" and value != NULL
        whole[name] = read_names(name, value, context) if is_name else value
    whole |= {name: given[name] for name in _STAMPS if instant(given.get(name)) is not None}
    if "observedAt" not in whole:
        whole.setdefault("modifiedAt", at)
    return whole
