"""The elements of each version in the order of its schema: one table for reading and writing."""

from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from dalgu.center.warnings.cap.message import Alert, Area, Info, Resource
from dalgu.center.warnings.cap.words import Version

V10, V11, V12 = Version.CAP10, Version.CAP11, Version.CAP12
ALL: Final = frozenset(Version)
FROM_11: Final = frozenset({V11, V12})
ONLY_12: Final = frozenset({V12})
NEVER: Final[frozenset[Version]] = frozenset()

Shape = Literal["text", "pair", "part"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One element: where it goes in the struct, and in which versions it is, or must be."""

    tag: str
    field: str
    shape: Shape = "text"
    is_many: bool = False
    needed: frozenset[Version] = NEVER
    known: frozenset[Version] = ALL
    part: type[msgspec.Struct] | None = None


def _needed(tag: str, field: str, since: frozenset[Version] = ALL) -> Slot:
    return Slot(tag, field, needed=since)


def _maybe(tag: str, field: str | None = None, known: frozenset[Version] = ALL) -> Slot:
    return Slot(tag, field or tag, known=known)


RESOURCE: Final = (
    _needed("resourceDesc", "resource_desc"),
    Slot("mimeType", "mime_type", needed=ONLY_12),
    _maybe("size"),
    _maybe("uri"),
    _maybe("derefUri", "deref_uri", FROM_11),
    _maybe("digest"),
)
AREA: Final = (
    _needed("areaDesc", "area_desc"),
    Slot("polygon", "polygons", is_many=True),
    Slot("circle", "circles", is_many=True),
    Slot("geocode", "geocodes", "pair", is_many=True),
    _maybe("altitude"),
    _maybe("ceiling"),
)
INFO: Final = (
    _maybe("language"),
    Slot("category", "categories", is_many=True, needed=FROM_11),
    _needed("event", "event"),
    Slot("responseType", "response_types", is_many=True, known=FROM_11),
    _needed("urgency", "urgency"),
    _needed("severity", "severity"),
    _needed("certainty", "certainty"),
    _maybe("audience"),
    Slot("eventCode", "event_codes", "pair", is_many=True),
    _maybe("effective"),
    _maybe("onset"),
    _maybe("expires"),
    _maybe("senderName", "sender_name"),
    _maybe("headline"),
    _maybe("description"),
    _maybe("instruction"),
    _maybe("web"),
    _maybe("contact"),
    Slot("parameter", "parameters", "pair", is_many=True),
    Slot("resource", "resources", "part", is_many=True, part=Resource),
    Slot("area", "areas", "part", is_many=True, part=Area),
)
ALERT: Final = (
    _needed("identifier", "identifier"),
    _needed("sender", "sender"),
    _needed("sent", "sent"),
    _needed("status", "status"),
    _needed("msgType", "kind"),
    _maybe("password", known=frozenset({V10})),
    _maybe("source"),
    Slot("scope", "scope", needed=FROM_11),
    _maybe("restriction"),
    _maybe("addresses"),
    Slot("code", "codes", is_many=True),
    _maybe("note"),
    _maybe("references"),
    _maybe("incidents"),
    Slot("info", "infos", "part", is_many=True, part=Info),
)
LAYOUTS: Final[dict[type[msgspec.Struct], tuple[Slot, ...]]] = {
    Alert: ALERT,
    Info: INFO,
    Resource: RESOURCE,
    Area: AREA,
}
