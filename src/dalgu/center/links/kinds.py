"""The five links as data: whom each tells, which fields it may hold, and its JSON Schema."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from dalgu.hub.model import JSON
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text

TABLE = Path(__file__).with_name("links.toml")
SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION = "1"  # of the envelope; a field that changes its meaning makes another

FieldType = Literal["string", "integer", "instant", "position", "cameras", "stills"]
_INSTANT: JSON = {"type": "string", "format": "date-time"}
SHAPES: dict[FieldType, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "instant": _INSTANT,
    "position": {
        "type": "object",
        "properties": {"lon": {"type": "number"}, "lat": {"type": "number"}},
        "required": ["lon", "lat"],
        "additionalProperties": False,
    },
    "cameras": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "name": {"type": "string"},
                "distance_m": {"type": "number"},
                "sees": {"type": "boolean"},
            },
            "required": ["id", "name", "distance_m", "sees"],
            "additionalProperties": False,
        },
    },
    "stills": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "camera": {"type": "string"},
                "taken_at": _INSTANT,
                "media_type": {"type": "string"},
                "is_synthetic": {"type": "boolean"},
                "base64": {"type": "string", "contentEncoding": "base64"},
            },
            "required": ["camera", "taken_at", "media_type", "base64"],
            "additionalProperties": False,
        },
    },
}
ENVELOPE: dict[str, dict[str, Any]] = {
    "version": {"type": "string", "const": VERSION},
    "message": {"type": "string", "description": "Id of the message; the same on each attempt"},
    "link": {"type": "string"},
    "city": {"type": "string"},
    "sent_at": _INSTANT,
    "is_drill": {"type": "boolean", "description": "True: an exercise or a test; nobody moves"},
}


class AgencyLinkNotExisting(NotExisting):
    """No link has this code."""

    slug = "agency-link-not-existing"
    title = "The link does not exist"

    def __init__(self, link: str) -> None:
        known = ", ".join(one.code for one in links())
        super().__init__(f"Link '{link[:40]}' does not exist; there are {known}.", link=link[:40])


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field that messages may hold."""

    type: FieldType
    ko: str
    en: str
    required: bool = False


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One link: to whom, what for, and with which fields."""

    code: str
    system: str  # code in the register of linked systems
    receiver: str
    purpose: str  # of the images that it carries
    categories: tuple[str, ...]  # of incidents; none: all
    ko: str
    en: str
    what_ko: str
    what_en: str
    fields: tuple[str, ...]
    grants: bool = False  # whether it brings a grant of images
    stills: int = 0  # how many stills it carries at most

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.ko, self.en)

    @property
    def what(self) -> Text:
        """What it does, in a sentence."""
        return Text(self.what_ko, self.what_en)

    @property
    def entity(self) -> EntityId:
        """The id of its entry in the register of linked systems."""
        return entity_id("LinkedSystem", self.system)


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    links: tuple[Link, ...]
    fields: dict[str, Field]


@cache
def _table() -> _Table:
    return msgspec.toml.decode(TABLE.read_bytes(), type=_Table)


def links() -> tuple[Link, ...]:
    """Return the links, in the order of the table."""
    return _table().links


def link_of(code: str) -> Link:
    """Return a link; raise `AgencyLinkNotExisting`."""
    for one in links():
        if one.code == code:
            return one
    raise AgencyLinkNotExisting(code)


def field_of(name: str) -> Field:
    """Return a field of the table; `KeyError` says that there is none."""
    return _table().fields[name]


def schema(link: Link) -> dict[str, Any]:
    """Return the JSON Schema of a link's messages; descriptions are Korean and English."""
    own = {
        name: {**SHAPES[field.type], "description": f"{field.ko} / {field.en}"}
        for name, field in ((name, field_of(name)) for name in link.fields)
    }
    required = [name for name in link.fields if field_of(name).required]
    return {
        "$schema": SCHEMA_DIALECT,
        "title": f"{link.ko} / {link.en}",
        "description": f"{link.what_ko} / {link.what_en}",
        "type": "object",
        "properties": {**ENVELOPE, **own},
        "required": [*ENVELOPE, *required],
        "additionalProperties": False,
    }
